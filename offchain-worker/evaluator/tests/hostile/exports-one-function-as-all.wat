;; Exports one function under every name.
;; ends: Invalid: export `alloc`
(module (memory (export "memory") 1)
  (func (export "abi_version") (export "alloc") (export "init") (export "predict") (result i32) (i32.const 1)))
