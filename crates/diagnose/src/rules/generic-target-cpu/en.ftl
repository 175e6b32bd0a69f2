generic-target-cpu-title-calls = arithmetic by library calls: built for any x86-64 processor, not for this one
generic-target-cpu-title-bits = bits counted by shifts and masks: built for any x86-64 processor, not for this one
generic-target-cpu-title-loops = loops over numbers, built for any x86-64 processor, not for this one
generic-target-cpu-why-calls = {$share} of the run goes into methods such as mul_add or floor that are one instruction here, and a call of a function in this build
generic-target-cpu-why-bits = {$share} of the run goes into counting the bits of numbers, which is one instruction here (popcnt) and a dozen in this build
generic-target-cpu-why-loops = {$share} of the run is in loops over numbers; this machine's vectors are twice as wide as those that this build uses
generic-target-cpu-fix-native = build for the machines that run it: RUSTFLAGS="-C target-cpu=native", or x86-64-v3
generic-target-cpu-fix-detect = select at run time: `is_x86_feature_detected!` and `#[target_feature]` on the function around the loop
