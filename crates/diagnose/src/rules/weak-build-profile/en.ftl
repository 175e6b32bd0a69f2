weak-build-profile-title-unoptimized = built without optimization: profile `{$profile}`, opt-level {$level}
weak-build-profile-title-size = built for size, not for speed: profile `{$profile}`, opt-level {$level}
weak-build-profile-why = {$share} of the run is compiled code whose speed depends on these settings; findings below may vanish with them
weak-build-profile-fix-release = build and measure with --release
weak-build-profile-fix-level = set opt-level = 3 in this profile
