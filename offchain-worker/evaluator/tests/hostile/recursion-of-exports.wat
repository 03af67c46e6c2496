;; Calls its own export, as if the host had.
;; ends: DepthLimit
(func $predict (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32)
  (call $predict (local.get $in) (local.get $len) (local.get $out) (local.get $cap)))
