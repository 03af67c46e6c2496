;; Shares its memory between threads.
;; ends: Invalid: not a valid module
(module (memory (export "memory") 1 1 shared))
