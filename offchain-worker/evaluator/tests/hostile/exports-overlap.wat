;; Exports two functions under one name.
;; ends: Invalid: not a valid module
(func (export "predict") (param i32 i32 i32 i32) (result i32) (i32.const 8))
(func (export "predict") (param i32 i32 i32 i32) (result i32) (i32.const 8))
