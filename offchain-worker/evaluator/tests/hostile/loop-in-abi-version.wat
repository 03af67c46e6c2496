;; Never says which version it speaks.
;; ends: OutOfFuel
(func (export "abi_version") (result i32) (loop $again (br $again)) unreachable)
