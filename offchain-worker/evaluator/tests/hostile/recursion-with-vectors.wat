;; Keeps vectors across a call of itself.
;; ends: DepthLimit
(func $down (param $x v128) (result v128)
  (v128.xor (i32x4.add (local.get $x) (local.get $x)) (call $down (i64x2.add (local.get $x) (local.get $x)))))
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (drop (call $down (v128.const i64x2 1 2))) (local.get $cap))
