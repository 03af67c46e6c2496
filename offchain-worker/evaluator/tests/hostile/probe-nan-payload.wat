;; Answers with the bits of a NaN, which differ between processors unless made canonical.
;; ends: Ok
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (f32.store (local.get $out) (f32.div (f32.const 0) (f32.const 0)))
  (f32.store offset=4 (local.get $out) (f32.sqrt (f32.add (f32.const nan:0x200001) (f32.const -1))))
  (local.get $cap))
