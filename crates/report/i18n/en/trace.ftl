# The trace lens.

header-traced = every memory access counted

findings-none-traced = no rule about memory matched above { $limit } of what the accesses are predicted to take; the counts are below

heading-trace = Memory accesses
heading-trace-lines = Lines that miss the caches
heading-trace-objects = Memory that is missed
heading-trace-shared = Lines that threads take from each other

trace-shared = lost { $false } times for bytes that were not used, { $true } times with bytes that were
trace-sharer-writes = { $thread } writes bytes { $bytes } of { $object } at { $place }
trace-sharer-reads = { $thread } reads bytes { $bytes } of { $object } at { $place }
trace-accesses = { $reads } reads, { $writes } writes, { $atomics } of them atomic
trace-bytes = { $read } read, { $written } written
trace-copies = { $copies } copies and fills
trace-calls = { $calls } calls of functions
trace-level = L{ $level } ({ $size }, { $ways } ways): { $misses } misses, { $share } of the accesses
trace-coherence = { $misses } misses because another thread had written

column-accesses = accesses
column-l1-misses = L1
column-l2-misses = L2
column-last-misses = last
column-used = used
column-object = object

object-heap = heap, { $function } ({ $place })
object-heap-unplaced = heap, { $function }
object-static = static { $name }
object-stack = stack
object-other = other memory

note-trace-no-times = a traced program runs several times slower: its times are not its own, its counts are
note-trace-unseen = not seen: code that was not compiled here (the compiled parts of std, C code, assembly) and accesses that need no memory; misses are those of a model of the caches
note-trace-lost-threads = { $count ->
    [one] 1 thread was
   *[other] { $count } threads were
} not traced: more than 1024 ran at the same time
note-trace-lost-rows = { $count ->
    [one] 1 place in the code or line found
   *[other] { $count } places in the code or lines found
} no room in the tables of the trace and are missing

exact-repeats = counted twice, with the same result
exact-varies = counted twice, with a difference of { $accesses } accesses: the program leaves something to chance
exact-less = less work: { $difference } fewer memory accesses
exact-more = more work: { $difference } more memory accesses
exact-same = the same work
exact-accesses = memory accesses
exact-bytes = bytes moved
exact-calls = calls of functions
exact-l1-misses = L1 misses (modelled)
exact-l2-misses = L2 misses (modelled)
exact-last-misses = last-level misses (modelled)
exact-functions = memory accesses of the functions that changed
