;; Fills four gigabytes, for which it would have to pay before it is out of bounds.
;; ends: OutOfFuel
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (memory.fill (i32.const 0) (i32.const 7) (i32.const -1)) (local.get $cap))
