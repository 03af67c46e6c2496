;; Has a memory of 64-bit addresses.
;; ends: Invalid: not a valid module
(module (memory (export "memory") i64 1))
