small-map-title = `{$map}` never holds more than {$entries} entries: a list would be faster than a map
small-map-why = {$maps} such tables were allocated, and each look-up hashes a key or descends a tree to find one of a handful
small-map-fix-vec = keep the entries in a Vec of pairs (or a SmallVec, without allocation) and look them up with `iter().find`; or keep one map and `clear` it
small-map-fix-vecmap = make it a `VecMap` or `VecSet` of the crate vecmap-rs: the same methods on a vector that is searched from its beginning
