;; Calls through a typed reference.
;; ends: Invalid: not a valid module
(type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0)))
