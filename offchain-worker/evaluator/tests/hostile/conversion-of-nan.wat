;; Converts what is no number.
;; ends: Trap: BadConversionToInteger
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32) (i32.trunc_f64_s (f64.div (f64.const 0) (f64.const 0))))
