;; Never becomes ready.
;; ends: OutOfFuel
(func (export "init") (param i32 i32) (result i32) (loop $again (br $again)) unreachable)
