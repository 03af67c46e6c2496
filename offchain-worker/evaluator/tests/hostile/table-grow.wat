;; Grows a table until it is refused, which says so.
;; ends: Ok
(table $t 1 funcref)
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (loop $again (br_if $again (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
  (if (i32.gt_u (table.size $t) (i32.const 10000)) (then unreachable))
  (local.get $cap))
