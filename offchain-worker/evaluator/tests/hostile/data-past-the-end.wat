;; Has data where there is no memory.
;; ends: Trap: MemoryOutOfBounds
(data (i32.const 131070) "12345678")
