;; Copies from a data segment that it has dropped.
;; ends: Trap: MemoryOutOfBounds
(data $gone "12345678")
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (data.drop $gone) (memory.init $gone (i32.const 0) (i32.const 0) (i32.const 8)) (local.get $cap))
