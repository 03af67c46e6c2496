;; Never gives the host a buffer.
;; ends: OutOfFuel
(func (export "alloc") (param i32) (result i32) (loop $again (br $again)) unreachable)
