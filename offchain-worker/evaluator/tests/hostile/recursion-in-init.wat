;; Calls itself before it is ready.
;; ends: DepthLimit
(func $down (call $down))
(func (export "init") (param i32 i32) (result i32) (call $down) (i32.const 0))
