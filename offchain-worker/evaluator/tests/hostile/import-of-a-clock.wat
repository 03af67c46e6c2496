;; Asks for the time.
;; ends: Invalid: module imports something
(import "wasi_snapshot_preview1" "clock_time_get" (func (param i32 i64 i32) (result i32)))
