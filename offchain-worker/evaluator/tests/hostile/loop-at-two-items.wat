;; Answers one item and then never again.
;; ends: OutOfFuel
(global $items (mut i32) (i32.const 0))
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (global.set $items (i32.add (global.get $items) (i32.const 1)))
  (if (i32.eq (global.get $items) (i32.const 2)) (then (loop $again (br $again))))
  (local.get $cap))
