;; Answers with what its memory holds before it wrote anything.
;; ends: Ok
(memory (export "memory") 100)
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (local $at i32) (local $bits i64)
  (local.set $at (i32.const 6400000))
  (loop $again
    (local.set $bits (i64.or (local.get $bits) (i64.load (local.get $at))))
    (local.set $at (i32.add (local.get $at) (i32.const 64)))
    (br_if $again (i32.lt_u (local.get $at) (i32.const 6553000))))
  (i64.store (local.get $out) (local.get $bits))
  (local.get $cap))
