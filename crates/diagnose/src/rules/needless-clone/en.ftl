needless-clone-title = `{$clone}` makes a copy that is only read
needless-clone-title-type = `{$clone}` copies a `{$type}` that is only read
needless-clone-why-handle = each handle counts up and down in memory that other threads may count in, too; a borrow costs nothing
needless-clone-why = each copy takes memory, moves every byte and is freed again soon after; a borrow costs nothing
needless-clone-why-returned = the function hands out a copy that its caller only reads and drops; a reference costs nothing
needless-clone-fix-borrow = borrow instead of cloning
needless-clone-fix-return = return a reference, and let the callers that need their own copy clone it
