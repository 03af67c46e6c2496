;; Answers with a length of -1.
;; ends: BadOutput: answer of 4294967295 bytes
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32) (i32.const -1))
