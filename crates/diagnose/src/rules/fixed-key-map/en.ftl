fixed-key-map-title-enum = `{$map}` is a map whose keys are the {$count} variants of {$enum}: an array would do
fixed-key-map-title-literals = `{$map}` is a map whose {$count} keys all stand in the source: a struct would do
fixed-key-map-why = each look-up hashes and compares at run time what the compiler could turn into an index
fixed-key-map-fix-array = use an array with an element for each variant, indexed by `key as usize` (or the crate enum-map)
fixed-key-map-fix-struct = use a struct with a field for each key, or a `match`
