growing-collection-title = a collection grows again and again while {$call} fills it
growing-collection-why = it was reallocated { $growths ->
    [one] once
   *[other] {$growths} times
}, which moved {$moved}, although the loop that fills it knows how much is to come
growing-collection-fix = reserve the space before the loop: with_capacity or reserve with the number of elements, or collect from an iterator of known length
