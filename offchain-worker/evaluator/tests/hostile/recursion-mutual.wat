;; Two functions call each other, one through a table that is written while it runs.
;; ends: DepthLimit
(table $calls 1 funcref) (elem declare func $back)
(func $forth (table.set $calls (i32.const 0) (ref.func $back)) (call_indirect $calls (i32.const 0)))
(func $back (call $forth))
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (call $forth) (local.get $cap))
