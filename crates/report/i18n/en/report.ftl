# The report: headings, labels, and the words around the numbers.

header-wall = { $wall } wall
header-cpu = { $cpu } CPU
header-threads = { $threads } threads
header-samples = { $samples ->
    [one] 1 sample
   *[other] { $samples } samples
} ({ $sampler })
header-no-samples = no CPU samples
header-peak = peak { $peak }
header-partial = recording stopped before the end
header-exit-code = exit code { $code }
header-signal = killed by { $signal }
header-running = still running

heading-time = Where the time goes
heading-findings = Why it is slow
heading-hotspots = Hot spots
heading-checklist = Review checklist
heading-notes = Notes

time-total = { $total }, all threads together
time-compute = compute
time-allocate = allocate
time-copy = copy
time-hash = hash
time-format = format
time-sort = sort
time-drop = drop
time-lock-wait = lock wait
time-io = I/O
time-sleep = sleep
time-kernel = kernel
time-other = other

findings-none = nothing above { $limit } of the run matched a rule; the time is at the hot spots below
findings-none-at-all = no rule matched; the time is at the hot spots below
findings-none-no-samples = nothing above { $limit } of the run matched a rule, and no samples say where the time is
finding-share = { $share } of the run
finding-speedup = { $factor } faster without it (predicted)
finding-rule = { $rule } ({ $level })
finding-rule-unsure = { $rule } ({ $level }, { $confidence })
finding-also = also at
finding-also-more = { $places ->
    [one] and 1 place more
   *[other] and { $places } places more
}
fix-needs = adds { $name } { $version }

level-1 = algorithm
    .gain = usual gain 10–1000×
level-2 = data structure
    .gain = usual gain 2–10×
level-3 = allocation
    .gain = usual gain 2–5×
level-4 = cache
    .gain = usual gain 1.5–3×
level-5 = parallelism
    .gain = usual gain 2–8×
level-6 = batching and I/O
    .gain = usual gain 2–50×
level-7 = build settings
    .gain = usual gain 1.1–10×

confidence-measured = measured
confidence-likely = likely
confidence-possible = possible

effort-simple = changes a line or two
effort-moderate = changes one function or type
effort-complex = changes several places

work-own = own code
work-free = free
work-grow = grow
work-sort = sort
work-lock = lock
work-lock-wait = lock wait
work-idle = idle
work-sleep = sleep
work-poll = poll
work-page-fault = page fault

column-self = self
column-total = total
column-place = line
column-function = function
column-operation = operation

next-recording = recording kept in { $path }
next-report = this report again
next-json = the same as data
next-fix = make the fixes that need no person, prove and show them
next-explain = the first finding's rule, explained

checklist-profiled = was the program profiled?
checklist-bottleneck-confirmed = was the bottleneck confirmed by measurement?
checklist-algorithm-and-data-structure-fit = do algorithm and data structure fit?
checklist-no-unnecessary-allocations = is it free of unnecessary allocations?
checklist-parallelism-where-it-pays = is parallelism used where it pays?
checklist-cache-friendly-layout = is the memory layout cache-friendly?
checklist-low-lock-contention = is lock contention low?
checklist-gain-benchmarked = does a benchmark show the gain?
checklist-still-readable = is the code still readable?
checklist-samples = { $samples } CPU samples
checklist-few-samples = { $samples ->
    [one] 1 CPU sample is
   *[other] { $samples } CPU samples are
} too few to tell shares: run it on more input
checklist-hottest-line = { $function }: its hottest line takes { $share } of the run
checklist-flat = the hottest line, in { $function }, takes only { $share } of the run
checklist-needs-sizes = no rule fired; runs of growing size would show how the cost grows
checklist-needs-cache-model = sampling does not see cache misses
checklist-heap-unmeasured = too little was measured of the heap to tell
checklist-allocating = { $allocations ->
    [one] 1 allocation
   *[other] { $allocations } allocations
}, { $share } of the run in the allocator
checklist-processors = { $busy } of { $processors ->
    [one] 1 processor
   *[other] { $processors } processors
} kept busy
checklist-one-thread = one thread, no one to wait for
checklist-lock-waiting = threads spent { $share } of the run waiting for locks
checklist-finding = { $rule }: { $share } of the run
checklist-nothing-measured = no finding rests on a measured cost
checklist-no-finding = no rule fired; that alone does not prove it
checklist-needs-scaling = runs with different numbers of threads would tell
checklist-needs-comparison = a paired comparison of two versions would tell
checklist-needs-reviewer = a reviewer has to judge
