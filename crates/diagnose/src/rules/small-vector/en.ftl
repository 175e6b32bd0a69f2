small-vector-title = nine of ten vectors made here hold no more than {$size}
small-vector-why = {$allocations} vectors took a block each, although {$size} would fit inside of them
small-vector-fix-elements = use a vector with room for {$count} elements inside: `SmallVec<[T; {$count}]>`, or `ArrayVec` where more never come
small-vector-fix-bytes = use a vector with room for {$size} inside: `SmallVec`, or `ArrayVec` where more never come
