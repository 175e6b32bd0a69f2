# What was not measured, or lost, and what that weakens.

note-overhead-unknown = what measuring itself cost was not estimated
note-overhead = measuring cost about { $share } of the program's CPU time (estimate)
note-lost-events = { $count ->
    [one] 1 event was lost because a buffer was full; counts of allocations, waits and I/O are lower bounds
   *[other] { $count } events were lost because a buffer was full; counts of allocations, waits and I/O are lower bounds
}
note-perf-refused = perf_event cannot be used here ({ $reason }): timers inside the program took the samples
note-no-kernel-samples = time in the kernel could not be sampled; it is known as a sum only
note-few-samples = { $count ->
    [0] no CPU sample was taken: the run was too short to say where its time goes
    [one] only 1 CPU sample was taken: the run was too short for shares to mean much; give it more work
   *[other] only { $count } CPU samples were taken: shares are rough; give the program more work for sharper ones
}
note-lost-samples = { $count ->
    [one] 1 CPU sample was lost because its buffer was full
   *[other] { $count } CPU samples were lost because their buffer was full
}
note-clippy-missing = clippy is not installed and was not asked (`rustup component add clippy`)
note-clippy-failed = clippy did not get through this package; its lints are missing (`cargo clippy` shows why)
note-time-in-dependency = { $held } of the run is spent in code of dependencies, { $share } in { $crate }: `--include-deps={ $crate }` takes that crate for your own and looks for causes in its lines
note-no-sampler = no CPU samples could be taken: time by line is unknown
note-no-hardware-counters = this machine shows no hardware counters: cache and branch misses are not measured
note-agent-unavailable = allocations, lock waits and I/O were not recorded: { $reason }
note-agent-not-loaded = allocations, lock waits and I/O were not recorded: the program does not load shared libraries (static binary), or dropped LD_PRELOAD
note-lost-threads = { $count ->
    [one] 1 thread found no buffer: its allocations, waits and I/O are missing
   *[other] { $count } threads found no buffer: their allocations, waits and I/O are missing
}

symbols-stripped = { $file } has neither symbols nor debug info: its functions have no names; build it with debug = 1 and strip = "none"
symbols-without-lines = { $file } has no debug info: functions are named by symbols, without files and lines; build it with debug = 1
symbols-damaged = the debug info of { $file } is damaged: functions are named by symbols, without files and lines
symbols-file-missing = { $file } is gone or has changed since it ran: its functions have no names
