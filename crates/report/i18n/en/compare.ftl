# Comparisons.

compare-baseline = baseline: { $name }
compare-faster = faster: takes { $difference } less
compare-slower = slower: takes { $difference } more
compare-negligible = no difference worth speaking of ({ $difference })
compare-cannot-tell = cannot tell: it seems to differ by { $difference }, which may be noise
compare-interval = { $confidence } sure that it is between { $low } and { $high }
compare-pairs = { $pairs ->
    [one] 1 pair
   *[other] { $pairs } pairs
}
compare-noise-floor = noise floor { $floor }
compare-same-output = same output
compare-different-output = different output
compare-unstable-output = output changes from run to run and was not compared
compare-output-ignored = output not compared
compare-output-warning = it does not do the same as the baseline: standard output or exit code differ
compare-outliers = { $outliers ->
    [one] 1 outlier
   *[other] { $outliers } outliers
} among { $runs } runs, kept
compare-more-pairs = about { $pairs } pairs more would decide (--max-pairs, --max-time)
compare-hopeless = no number of runs that anyone would wait for decides this
compare-time-over = the time was over before all verdicts were in (--max-time)
compare-interrupted = stopped early: these are the pairs up to then
compare-median = median
compare-column-baseline = baseline
compare-column-candidate = candidate
suite-confidence = { $confidence } sure of { $benchmarks ->
    [one] it
   *[other] all { $benchmarks } together
}
suite-noise-floor = noise floor { $floor } in the median
suite-more-pairs = about { $pairs } pairs more would decide another one (--max-pairs, --max-time)
suite-same = no difference worth speaking of
suite-missing = not compared, as { $name } does not have them: { $benchmarks }
figure-wall = wall clock
figure-user = user
figure-sys = system
figure-peak-memory = peak memory
figure-page-faults = page faults
figure-waits = waits
figure-preemptions = preemptions
figure-instructions = instructions

heading-fixes = Fixes
column-rule = rule
column-predicted = predicted
column-measured = measured
outcome-kept = compiled, passed, faster: kept
outcome-does-not-apply = its edits do not go together
outcome-does-not-compile = does not compile
outcome-fails-tests = compiles, but tests fail
outcome-changes-output = compiles and passes, but the program fails or writes something else
outcome-gains-too-little = compiles and passes, but is not faster by enough
outcome-undecided = compiles and passes, but the machine is too noisy to tell whether it is faster by enough (--max-time gives it longer)
outcome-better-kept = pays, but another fix for the same cost pays more
fix-interrupted = stopped early: not everything was tried; the next `fix` goes on from here
fix-judged-earlier = judged by an earlier run, of the same sources
fix-measured-earlier = judged by an earlier run, of the same sources: { $low } to { $high } run time in { $pairs ->
    [one] 1 pair
   *[other] { $pairs } pairs
}
fix-timed-earlier = judged by an earlier run, of the same sources, in { $pairs ->
    [one] 1 pair
   *[other] { $pairs } pairs
}
fix-all-earlier = nothing was judged anew, as nothing has changed since (--again asks for it)
fix-some-earlier = { $count ->
    [one] 1 verdict is
   *[other] { $count } verdicts are
} from earlier runs (--again judges all anew)
fix-nothing-kept = nothing is kept
fix-together = { $count ->
    [one] 1 fix
   *[other] { $count } fixes together
}: the program takes { $gain } less time, { $factor } faster (measured)

heading-tuning = Build settings
column-time = run time
column-size = size
column-build = to build
column-memory = peak memory
tune-refused = not tried: { $settings }: { $reason }
tune-interrupted = stopped early: not everything was tried
tune-earlier = { $count ->
    [one] one verdict is
   *[other] { $count } verdicts are
} from an earlier run of the same sources (--again judges all anew)
tune-profiled = PGO is no setting of a package: it needs a run between two builds, as in `cargo pgo build`, `cargo pgo run`, `cargo pgo optimize` (crate cargo-pgo)
tune-said = { $words }
tune-main-outside = its main file is outside of the workspace
tune-own-allocator = the program has an allocator of its own
tune-llvm-unknown = the compiler does not say which LLVM it has
tune-profdata-missing = there is no llvm-profdata; `rustup component add llvm-tools` installs it
tune-profdata-other = llvm-profdata is of LLVM { $found }, this compiler writes profiles of LLVM { $wanted }; `rustup component add llvm-tools` installs the right one
tune-no-profile = the run left no profile: the program was killed, or ended by _exit
tune-faster = faster
tune-slower = slower
tune-cannot-tell = no clear difference
tune-nothing = no setting makes the program measurably faster
tune-recommended = recommended: { $settings } (`cargo whyslow tune --apply` writes what belongs to the package)
tune-flag = { $flag } goes to `.cargo/config.toml` or RUSTFLAGS where the program runs on machines like this one only

heading-calibration = Predicted and measured gains of fixes (medians)
column-tried = timed
column-kept = kept
calibration-of-kept = fixes that were kept brought { $part } of the gain that was predicted for them (median)
