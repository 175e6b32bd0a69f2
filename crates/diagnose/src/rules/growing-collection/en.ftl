growing-collection-title = a collection grows again and again while {$call} fills it
growing-collection-why = it was reallocated { $growths ->
    [one] once
   *[other] {$growths} times
}, which moved {$moved}, although the loop that fills it knows how much is to come
growing-collection-fix = reserve the space before the loop: with_capacity or reserve with the number of elements, or collect from an iterator of known length
growing-collection-title-copy = a copy has no room for what {$call} adds to it
growing-collection-why-copy = `clone` takes room for what is copied and no more, so the first addition moves all of it once more: { $growths ->
    [one] once
   *[other] {$growths} times
}, {$moved} in all
growing-collection-fix-copy = make it with room for the addition: with_capacity, then extend_from_slice or push_str
growing-collection-title-by-hand = `{$list}` grows by no more than is asked for
growing-collection-why-by-hand = each time it gets a new block and everything stored so far is copied, so the cost grows with the square of its size
growing-collection-fix-by-hand = grow at least to twice the size: `increment.max(capacity)`
growing-collection-fix-exact = use `reserve`, which grows at least to twice the size, or make room for all before the loop
growing-collection-why-in-place = it was reallocated { $growths ->
    [one] once
   *[other] {$growths} times
}, although the loop that fills it knows how much is to come
