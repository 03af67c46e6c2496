;; Exports a global as its memory.
;; ends: Invalid: export `memory`
(memory 1) (global (export "memory") i32 (i32.const 0))
