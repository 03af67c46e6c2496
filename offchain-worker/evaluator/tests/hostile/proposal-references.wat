;; Holds references of the host.
;; ends: Invalid: not a valid module
(func (param externref))
