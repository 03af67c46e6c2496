;; Gives a buffer that begins in memory and ends outside.
;; ends: BadOutput: alloc
(func (export "alloc") (param i32) (result i32) (i32.const 131071))
