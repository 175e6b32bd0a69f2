boxed-small-object-title = `{$call}` takes a block of its own for each value of {$size}
boxed-small-object-why = {$allocations} blocks of no more than {$size} were taken one by one; the value itself is cheaper to store and to copy
boxed-small-object-fix-inline = store the value itself, without the box
boxed-small-object-fix-enum = use an `enum` of the known types instead of trait objects, and store it without a box
boxed-small-object-fix-shared = copy the value, or keep all values in one vector and share indices
boxed-small-object-fix-arena = keep the nodes in one vector and refer to them by index, or in an arena such as `bumpalo`
