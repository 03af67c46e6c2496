;; Calls itself.
;; ends: DepthLimit
(func $down (call $down))
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (call $down) (local.get $cap))
