;; Gives the same buffer for everything, at address 0: it overwrites its own input.
;; ends: Ok
(func (export "alloc") (param i32) (result i32) (i32.const 0))
