;; Allocates what the host collects.
;; ends: Invalid: not a valid module
(type $s (struct (field i32))) (func (drop (struct.new $s (i32.const 1))))
