;; Adds 128 bits.
;; ends: Invalid: not a valid module
(func (drop (drop (i64.add128 (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4)))))
