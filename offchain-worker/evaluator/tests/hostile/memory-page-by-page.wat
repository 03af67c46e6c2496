;; Grows its memory by a page until it is refused.
;; ends: MemoryLimit
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (loop $again (drop (memory.grow (i32.const 1))) (br $again)) unreachable)
