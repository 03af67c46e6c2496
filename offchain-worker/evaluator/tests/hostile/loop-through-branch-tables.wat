;; Goes round through nested branch tables, so that no loop is to be seen.
;; ends: OutOfFuel
(func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (local $state i32)
  (loop $round
    (block $a (block $b (block $c
      (br_table $a $b $c $round (i32.and (local.tee $state (i32.add (local.get $state) (i32.const 1))) (i32.const 3))))
      (br_table $round $a (i32.and (local.get $state) (i32.const 1))))
      (br_table $round $round (local.get $state)))
    (br $round))
  unreachable)
