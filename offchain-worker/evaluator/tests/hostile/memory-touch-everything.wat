;; Takes all the memory it may have and touches every page, again and again.
;; ends: OutOfFuel
(memory (export "memory") 1000)
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (local $at i32)
  (loop $again
    (i32.store (local.get $at) (i32.const 1))
    (local.set $at (i32.rem_u (i32.add (local.get $at) (i32.const 4096)) (i32.const 65000000)))
    (br $again))
  unreachable)
