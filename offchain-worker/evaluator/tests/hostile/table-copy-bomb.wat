;; Copies a table onto itself over and over.
;; ends: OutOfFuel
(table $t 10000 funcref)
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (loop $again (table.copy (i32.const 1) (i32.const 0) (i32.const 9999)) (br $again)) unreachable)
