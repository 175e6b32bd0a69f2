temporary-collection-title = what `collect()` makes is { $purpose ->
    [walked] walked once
    [counted] only counted
    [searched] asked for one element
    [joined] joined
    [indexed] indexed once
   *[compared] compared
 } and dropped
temporary-collection-why = in every pass of the loop at line {$line}, all elements are written to fresh memory, read once, and given back
temporary-collection-why-returned = for every pass of the loop at line {$line}, the function writes all elements to fresh memory; its caller reads them once and drops them
temporary-collection-fix-walked = iterate over the iterator itself
temporary-collection-fix-counted = use `count()`, or `next().is_none()` for emptiness
temporary-collection-fix-searched = ask the iterator: `any`, `find`, `next`, `last`, `nth`
temporary-collection-fix-joined = push the parts onto one `String` as they come, or use `join` of the crate `itertools`
temporary-collection-fix-indexed = use `nth` on the iterator
temporary-collection-fix-compared = compare the iterators with `eq`
temporary-collection-fix-returned = return `impl Iterator` instead of a collection
