;; Fills a table over and over.
;; ends: OutOfFuel
(table $t 10000 funcref)
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (loop $again (table.fill $t (i32.const 0) (ref.null func) (i32.const 10000)) (br $again)) unreachable)
