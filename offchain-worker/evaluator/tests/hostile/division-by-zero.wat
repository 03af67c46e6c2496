;; Divides by zero.
;; ends: Trap: IntegerDivisionByZero
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32) (i32.div_u (local.get $cap) (i32.const 0)))
