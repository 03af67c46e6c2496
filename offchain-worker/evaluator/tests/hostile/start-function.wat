;; Runs before it is asked to.
;; ends: Invalid: module has a start function
(func $start (loop $again (br $again))) (start $start)
