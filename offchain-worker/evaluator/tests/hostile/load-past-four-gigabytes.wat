;; Loads from an address and offset that together pass 32 bits.
;; ends: Trap: MemoryOutOfBounds
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (i32.load offset=4294967295 (i32.const -1)))
