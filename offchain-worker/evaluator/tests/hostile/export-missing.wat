;; Has nothing to predict with.
;; ends: Invalid: export `predict`
(module (memory (export "memory") 1)
  (func (export "abi_version") (result i32) (i32.const 1))
  (func (export "alloc") (param i32) (result i32) (i32.const 0))
  (func (export "init") (param i32 i32) (result i32) (i32.const 0)))
