;; Has pages of one byte.
;; ends: Invalid: not a valid module
(module (memory (export "memory") 1 (pagesize 1)))
