;; Asks for a function under an empty name.
;; ends: Invalid: module imports something
(import "" "" (func))
