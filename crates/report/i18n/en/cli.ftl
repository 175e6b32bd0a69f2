# Progress, questions and errors of the commands.

label-note = note:
label-error = error:
label-help = help:

progress-running = running for { $elapsed } s, { $samples ->
    [one] 1 sample
   *[other] { $samples } samples
}
progress-symbolizing = naming addresses

internal-error = whyslow hit an internal error. This is a bug in whyslow, not in your program; sorry.
    Report it at { $address } with these lines:

error-no-manifest = no package here: there is no Cargo.toml in this directory or above it
help-no-manifest = go to a package, name one with --manifest-path PATH, or name a finished program with --exe PATH
error-metadata = cannot read the package: { $reason }
error-nothing-to-run = package { $package } has no { $kind } to run; { $advice }
error-ambiguous = several programs could be meant; choose one: { $choices }
error-cargo = cannot start cargo: { $reason }; is it on the PATH?
error-build-failed = the build failed; cargo's messages are above
help-target-dir = { $path } cannot be written; name another directory with --target-dir DIRECTORY
error-executable = cannot run { $path }: { $reason }
error-launch = cannot start { $path }: { $reason }
error-trace-unsupported = { $compiler } cannot build programs that can be traced: { $reason }
help-trace-unsupported = the trace lens needs the thread sanitizer pass of LLVM 15 or later, on x86-64 Linux with glibc; `cargo whyslow run` measures without it
error-not-traceable = { $path } was not built for tracing
help-not-traceable = leave out --exe: `cargo whyslow trace` builds the program as it needs it, in target/whyslow/trace
error-write = cannot write { $path }: { $reason }
error-perf-refused = perf_event is refused: { $reason }
help-perf-refused = let whyslow choose the sampler (--sampler auto), or ask `cargo whyslow doctor` for the reason
error-system = { $what }: { $reason }

error-recording-read = cannot read recording { $path }: { $reason }
error-recording-foreign = { $path } is not a whyslow recording
error-recording-version = { $path } was written by another version of whyslow; record again
error-recording-damaged = { $path } is truncated or damaged; record again
error-no-recording = there is no recording yet
help-no-recording = make one with `cargo whyslow run`, or name a recording
note-recording-elsewhere = the recording is kept in { $path }, because its proper place refused it: { $reason }
note-recording-nowhere = the recording could not be kept: { $reason }
note-sources-changed = { $count ->
    [one] 1 source file has changed since the program was built, so its lines may have moved: { $files }
   *[other] { $count } source files have changed since the program was built, so their lines may have moved: { $files }
}

error-unknown-rule = there is no rule { $rule }
help-unknown-rule = `cargo whyslow explain` lists the rules
help-did-you-mean = did you mean { $rule }?
explain-list = Rules, by level; `cargo whyslow explain RULE` shows the manual page.

demo-next = `cargo whyslow demo --fix` goes on from here: it makes the fixes, proves them, and shows the diff
demo-next-kept = go on in that directory with `cargo whyslow` and `cargo whyslow fix`
demo-proving = fixes are made in a copy, compiled, and timed with an eighth of the orders; that takes a few minutes
demo-unpacked = the demo is unpacked to { $path }
demo-not-empty = { $path } exists and is not empty
help-demo-not-empty = name a directory that does not exist yet

doctor-measuring = trying everything; this takes about four seconds
doctor-heading-machine = This machine
doctor-heading-checks = What can be measured
doctor-heading-noise = Noise
doctor-cpu = { $model }, { $usable } of { $online ->
    [one] 1 CPU
   *[other] { $online } CPUs
} usable
doctor-cache-level = cache level { $level }: { $size }, { $ways } ways, lines of { $line }, shared by { $cpus ->
    [one] 1 CPU
   *[other] { $cpus } CPUs
}
doctor-memory = memory: { $memory }
doctor-memory-limited = memory: { $memory }, of which the control group allows { $limit }
doctor-numa = { $nodes ->
    [one] 1 NUMA node
   *[other] { $nodes } NUMA nodes
}
doctor-governor = frequency governor: { $governor }
doctor-governor-unknown = frequency governor: the kernel does not tell
doctor-kernel = Linux { $release }
doctor-kernel-virtual = Linux { $release }, in a virtual machine
doctor-toolchain = { $rustc }; { $cargo }
doctor-toolchain-absent = no Rust toolchain on the PATH: only finished programs can be run (--exe)

doctor-line = { $item }: { $detail }
doctor-item-perf-events = CPU samples by perf_event
doctor-item-kernel-samples = kernel time in the samples
doctor-item-timers = CPU samples by timers in the program
doctor-item-agent = heap
doctor-item-lock-waits = lock waits
doctor-item-io-calls = I/O calls
doctor-item-hardware-counters = hardware counters
doctor-item-cache-directory = cache directory

doctor-samples = { $samples ->
    [one] 1 sample
   *[other] { $samples } samples
} in { $cpu } of CPU time
doctor-refused = { $reason }
doctor-perf-paranoid = refused: kernel.perf_event_paranoid is { $level }; `sysctl kernel.perf_event_paranoid=2` or CAP_PERFMON allows it, otherwise timers are used
doctor-perf-policy = { $reason }: a container's seccomp policy or a security module forbids it; timers are used
doctor-perf-absent = this kernel has no perf_event; timers are used
doctor-kernel-needs-perf = only perf_event sees it; I/O calls and page faults are still timed as a whole
doctor-kernel-seen = kernel stacks are visible
doctor-kernel-hidden = kernel.perf_event_paranoid is above 1: kernel time is known as a sum only
doctor-agent-counted = { $seen } allocations seen, { $made } made by the test and the rest by its start
doctor-agent-absent = the agent could not be loaded: no heap, lock waits and I/O
doctor-waits = { $seen ->
    [one] 1 wait
   *[other] { $seen } waits
} seen
doctor-writes = { $seen } of { $made } writes seen
doctor-counters-seen = cycles can be counted
doctor-counters-refused = the processor has them, but perf_event is refused
doctor-counters-absent = no performance monitoring unit is visible, as in most virtual machines
doctor-cache = { $path }, { $free } free
doctor-cache-refused = cannot write { $path }: { $reason }; set XDG_CACHE_HOME
doctor-noise = two runs of the same work differ by { $median } in half of the pairs and by up to { $p95 } in 95 of 100 ({ $pairs } pairs of { $run }): smaller differences mean nothing here
rules-title = The rules
rules-intro = What whyslow looks for, by level: try the lower numbers first. `cargo whyslow explain RULE` shows the same pages.

progress-warming-up = warming up
progress-comparing = pair { $pairs } of at most { $most }, { $elapsed }: { $estimates }
note-output-differs = { $name } does not write the same as the baseline
error-no-instructions = this machine does not count instructions; compare by cpu or wall
error-max-time = { $value } is no time to compare for
error-no-subject = { $spec } is no revision of this project, no directory, no executable and no command
help-no-subject = compare two of: `main`, `HEAD~1`, `.`, `../other-checkout`, `./program`, `"program --flag"`
error-no-package = there is no { $path }
error-command-line = cannot split this command into words: { $command }
error-git = git failed: { $reason }
error-program-failed = { $program } failed ({ $status }): { $stderr }
help-program-failed = --input FILE gives it input; `compare --ignore-failure` compares programs that fail
error-read = cannot read { $path }: { $reason }
error-output = cannot keep what the program writes: { $reason }

fix-nothing-to-try = none of these findings has a fix that can be made without a person; the report says what to do
fix-applied = written: { $files }
fix-apply-hint = `cargo whyslow fix --apply` writes this to your files
progress-fix-building = building { $name }
progress-fix-testing = testing { $name }
progress-fix-timing = timing { $name }
error-recording-of-other = the last recording is not of this package: { $path }
error-sources-changed = sources have changed since the recording; its line numbers may not fit any more
help-record-again = `cargo whyslow` records again
error-no-finding = there is no finding { $id }; the report has { $last }
error-no-vcs = there is no git repository to undo this with
help-no-vcs = --allow-no-vcs writes all the same
error-dirty = the working tree has changes that are not committed
help-dirty = commit them, or --allow-dirty
error-unknown-harness = { $program } has no benchmarks of criterion or divan: only theirs can be compared one by one
help-unknown-harness = criterion and divan need `harness = false` in [[bench]]; `#[bench]` needs nightly Rust, and its figures are not read; a program of your own is compared as a whole with --bin or --example
error-no-benchmarks = { $suites } ran no benchmark
help-no-benchmarks = what stands after `--` goes to the harness: is it a filter that fits nothing?
error-no-common-benchmark = no benchmark is in all of { $suites }; the baseline's are { $ids }
error-bench-metric = benchmarks measure wall-clock time only: --by { $metric } compares whole programs
error-fix-does-not-build = the program does not build as it is: { $reason }
error-fix-tests-fail = tests fail before any change: { $reason }
help-fix-tests-fail = repair them first, or --no-test; a command of --check has to accept the program as it is
error-fix-no-space = no space is left for builds: { $reason }
help-fix-no-space = `fix` builds below the target directory (--target-dir chooses another); what was judged up to now is kept
error-fix-unstable = the program's output differs from run to run, so a fix that changes it could not be told
help-fix-program-failed = a program that needs input gets it by --input FILE, its arguments behind --; one that is meant to fail must have failed when it was recorded
help-fix-unstable = --check COMMAND asks a command of yours instead, --ignore-output nobody

target-program = program
target-library = library
target-bin = program { $name }
target-example = example { $name }
target-test = test { $name }
target-bench = benchmark { $name }
target-package = package of that name
advice-workspace-has = the workspace has: { $packages }
advice-it-has = it has: { $flags }
advice-write-example = write an example that uses it, or name a built program with --exe PATH
executable-unreadable = { $reason }
executable-directory = it is a directory
executable-mode = it is not executable (chmod +x)
executable-no-elf = it is no ELF program; name the program itself, not a script that starts it
executable-architecture = it is not built for 64-bit x86, the only architecture that whyslow measures
failed-waiting = cannot wait for the program
failed-reading-cargo = cannot read cargo's messages
failed-making-memory = cannot create memory to share with the program
failed-making-folder = cannot create a folder for temporary files
failed-making-pipe = cannot create a pipe

error-no-calibration = no fix of this package was timed yet
help-no-calibration = `cargo whyslow fix` times fixes
