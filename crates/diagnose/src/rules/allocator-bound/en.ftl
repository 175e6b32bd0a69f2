allocator-bound-title = {$share} of the run goes into taking and giving back memory, from many places
allocator-bound-why = {$allocations} blocks of {$bytes} on average went through the C library's allocator, and no place took more than {$busiest} of them
allocator-bound-fix-allocator = use another allocator in the whole program: `mimalloc` or `tikv-jemallocator` as `#[global_allocator]`
allocator-bound-fix-less = take fewer blocks: borrow from the input, index into one vector, an arena for what dies together
