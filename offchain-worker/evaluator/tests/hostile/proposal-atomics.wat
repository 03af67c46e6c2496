;; Waits for another thread.
;; ends: Invalid: not a valid module
(func (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
