;; Answers with the last bits of long float sums, with subnormal numbers among them.
;; ends: Ok
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (local $i i32) (local $sum f32) (local $term f32)
  (local.set $term (f32.const 1))
  (loop $again
    (local.set $term (f32.mul (local.get $term) (f32.const 0.9)))
    (local.set $sum (f32.sqrt (f32.add (f32.mul (local.get $sum) (local.get $sum)) (local.get $term))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $again (i32.lt_u (local.get $i) (i32.const 2000))))
  (f32.store (local.get $out) (local.get $sum))
  (f32.store offset=4 (local.get $out) (local.get $term))
  (local.get $cap))
