false-sharing-title = threads take one cache line from each other for different variables: {$object}
false-sharing-why = none of them uses what the others write there, but each write takes the whole line away from all of them
false-sharing-fix-pad = give each thread's part a line of its own: `crossbeam_utils::CachePadded`, or a wrapper with `#[repr(align(128))]`
false-sharing-fix-local = count in a local variable and write to the shared place once, at the end
