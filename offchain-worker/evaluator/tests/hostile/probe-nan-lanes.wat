;; Answers with the bits of NaNs in a vector.
;; ends: Ok
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (local $v v128)
  (local.set $v (f64x2.mul (v128.const f64x2 nan:0x8000000000001 inf) (v128.const f64x2 1 0)))
  (v128.store64_lane 0 (local.get $out) (v128.xor (local.get $v) (f64x2.min (local.get $v) (local.get $v))))
  (local.get $cap))
