;; Throws.
;; ends: Invalid: not a valid module
(tag $t) (func (throw $t))
