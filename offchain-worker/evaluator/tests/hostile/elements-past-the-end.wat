;; Has elements where there is no table.
;; ends: Trap: TableOutOfBounds
(table 1 funcref) (func $f) (elem (i32.const 1) $f)
