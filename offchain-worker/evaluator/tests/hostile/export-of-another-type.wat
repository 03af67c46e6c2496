;; Takes 64-bit pointers.
;; ends: Invalid: export `init`
(func (export "init") (param i64 i64) (result i32) (i32.const 0))
