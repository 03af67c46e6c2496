;; Calls itself through a table.
;; ends: DepthLimit
(table 1 funcref) (elem (i32.const 0) $down)
(func $down (call_indirect (i32.const 0)))
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (call $down) (local.get $cap))
