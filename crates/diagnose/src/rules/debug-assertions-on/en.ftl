debug-assertions-on-title = an optimized build with debug assertions on: profile `{$profile}`
debug-assertions-on-title-overflow = an optimized build with overflow checks on: profile `{$profile}`
debug-assertions-on-why = {$share} of the run goes into checks that are meant for development
debug-assertions-on-why-overflow = {$share} of the run is in lines that calculate, each operation with a check and a branch
debug-assertions-on-fix = set debug-assertions = false in this profile, or measure and ship --release
debug-assertions-on-fix-overflow = set overflow-checks = false in this profile, where overflow cannot happen or is handled
