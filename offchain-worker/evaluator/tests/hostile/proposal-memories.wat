;; Has two memories.
;; ends: Invalid: not a valid module
(memory 1)
