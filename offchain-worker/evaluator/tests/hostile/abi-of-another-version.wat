;; Speaks another version.
;; ends: Invalid: ABI version 2
(func (export "abi_version") (result i32) (i32.const 2))
