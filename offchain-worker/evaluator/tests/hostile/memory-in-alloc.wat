;; Grows its memory by more than there is for each buffer.
;; ends: MemoryLimit
(func (export "alloc") (param i32) (result i32) (memory.grow (i32.const 2000)))
