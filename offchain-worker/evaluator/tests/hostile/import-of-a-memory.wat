;; Asks for a memory of the host.
;; ends: Invalid: module imports something
(module (import "env" "memory" (memory 1)) (export "memory" (memory 0)))
