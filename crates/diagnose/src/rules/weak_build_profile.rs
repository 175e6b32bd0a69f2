//! The rule `weak-build-profile`.

use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Confidence, Context, build_settings};
use profile::{Arg, BuildSettings, Message};

declare_rule! {
    /// ## What it finds
    /// A program that was built without the compiler's optimizations, or for size.
    /// ## Why it is slow
    /// Without optimization every iterator step is a function call and every variable lives in memory: ten times
    /// slower is usual. `opt-level = "s"` and `"z"` give up inlining and vectorization.
    /// ## Evidence
    /// The settings that cargo reported for the build that was measured, and the share of the run that was spent in
    /// compiled code and so depends on them.
    /// ## How to see it by hand
    /// `cargo build -v` shows the flags of each `rustc` call; `perf report` is full of `core::ops`, `Iterator::next` and
    /// `Option` functions that an optimized build would have inlined.
    /// ## Fix and its safety
    /// Measure and ship `--release`; in `[profile.release]` set `opt-level = 3`. The program does the same, faster; it
    /// takes longer to build, and debuggers show less.
    /// ## When not to
    /// You are hunting a bug in a debugger. Size matters more than time (`opt-level = "s"` for firmware or a web
    /// download).
    pub(super) WEAK_BUILD_PROFILE = "weak-build-profile", level 7, check, says [
        "weak-build-profile-title-unoptimized",
        "weak-build-profile-title-size",
        "weak-build-profile-why",
        "weak-build-profile-fix-release",
        "weak-build-profile-fix-level",
    ], shows "toml" [
        "../../../../../fixtures/weak-build-profile/slow/Cargo.toml",
        "../../../../../fixtures/weak-build-profile/fast/Cargo.toml",
    ]
}

struct Weakness {
    title: &'static str,
    fix: &'static str,
    /// Typical factor on compiled code, from building the demo and six public programs both ways.
    factor: f64,
    confidence: Confidence,
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let Some(build) = &ctx.profile().run.build else { return };
    let Some(weakness) = weakness(build) else { return };
    let share = build_settings::compiled_share(ctx);
    let mut candidate = Candidate::new(&WEAK_BUILD_PROFILE, build_settings::place(build), []);
    candidate.share = Some(share);
    candidate.local_factor = weakness.factor;
    candidate.confidence = weakness.confidence;
    candidate.title = Message::new(weakness.title)
        .text("profile", build.profile.clone())
        .text("level", build.opt_level.clone());
    candidate.why = Message::new("weak-build-profile-why").with("share", Arg::Share(share));
    candidate.evidence = vec![crate::evidence::share("evidence-compiled-share", share)];
    let title = Message::new(weakness.fix);
    candidate.fixes = vec![build_settings::fix(ctx, build, "opt-level", "3", title)];
    out.extend([candidate]);
}

fn weakness(build: &BuildSettings) -> Option<Weakness> {
    let weakness = |title, fix, factor, confidence| {
        Some(Weakness {
            title,
            fix,
            factor,
            confidence,
        })
    };
    let to_level = if build.profile == "release" {
        "weak-build-profile-fix-level"
    } else {
        "weak-build-profile-fix-release"
    };
    match build.opt_level.as_str() {
        "0" => weakness(
            "weak-build-profile-title-unoptimized",
            to_level,
            10.0,
            Confidence::Measured,
        ),
        "1" => weakness(
            "weak-build-profile-title-unoptimized",
            to_level,
            1.6,
            Confidence::Likely,
        ),
        "s" | "z" => weakness("weak-build-profile-title-size", to_level, 1.3, Confidence::Likely),
        _ => None,
    }
}
