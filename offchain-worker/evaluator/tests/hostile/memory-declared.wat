;; Declares more memory than there may be.
;; ends: Invalid: memory of
(module (memory (export "memory") 2000))
