;; Counts its items in memory and globals, to learn of earlier ones.
;; ends: Ok
(global $items (mut i32) (i32.const 0))
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (global.set $items (i32.add (global.get $items) (i32.const 1)))
  (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (global.get $items)))
  (i64.store (local.get $out) (i64.load (i32.const 0)))
  (local.get $cap))
