;; Calls a function through a table as if it took no argument.
;; ends: Trap: BadSignature
(table 1 funcref) (func $f (param i64)) (elem (i32.const 0) $f)
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (call_indirect (i32.const 0)) (local.get $cap))
