;; Calls without a frame.
;; ends: Invalid: not a valid module
(func $f (return_call $f))
