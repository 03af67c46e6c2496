;; Writes over everything beyond its answer, which is its own memory.
;; ends: Ok
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (memory.fill (local.get $out) (i32.const 255) (i32.const 8192)) (local.get $cap))
