;; Gives a buffer at -1.
;; ends: BadOutput: alloc
(func (export "alloc") (param i32) (result i32) (i32.const -1))
