//! The rule `debug-assertions-on`.

use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Callee};
use crate::{Booked, Candidate, Candidates, Confidence, Context, Effort, Fix, build_settings, context, evidence};
use profile::{Arg, Message, NodeId, StackId, Work};
use std::collections::HashMap;

declare_rule! {
    /// ## What it finds
    /// An optimized build that still carries the checks of development: `debug-assertions`, or `overflow-checks` in a
    /// program that mostly calculates.
    /// ## Why it is slow
    /// `debug_assert!` may check a whole data structure after every step: it was written in the belief that it would not
    /// be there. The standard library's unsafe functions check what they are promised, too. Overflow checks end vectors
    /// and add a branch to every operation.
    /// ## Evidence
    /// The settings that cargo reported, and the time measured inside of `debug_assert!` and under the standard library's
    /// checks of preconditions. Overflow checks have no instructions of their own in a profile: where half of the run is
    /// arithmetic, they are named as possible.
    /// ## How to see it by hand
    /// `cargo build --release -v` shows `-C debug-assertions=on` or `-C overflow-checks=on`; `perf report` shows
    /// `precondition_check`, and the functions that only `debug_assert!` calls.
    /// ## Fix and its safety
    /// `debug-assertions = false` and `overflow-checks = false` in the profile, which are the release profile's defaults;
    /// keep them in a profile of their own for tests. What must hold in production is `assert!`, and arithmetic that may
    /// overflow is `checked_add` and its like.
    /// ## When not to
    /// A canary build that looks for a bug; code where a silent overflow costs more than time (money, sizes that come from
    /// outside).
    pub(super) DEBUG_ASSERTIONS_ON = "debug-assertions-on", level 7, check, says [
        "debug-assertions-on-title",
        "debug-assertions-on-title-overflow",
        "debug-assertions-on-why",
        "debug-assertions-on-why-overflow",
        "debug-assertions-on-fix",
        "debug-assertions-on-fix-overflow",
    ], shows "toml" [
        "../../../../../fixtures/debug-assertions-on/slow/Cargo.toml",
        "../../../../../fixtures/debug-assertions-on/fast/Cargo.toml",
    ]
}

/// Time in checks below this share of the run is not worth a setting.
const MIN_CHECKED: f64 = 0.03;
/// From this share of the run on, a program mostly calculates.
const MIN_ARITHMETIC: f64 = 0.5;
/// Overflow checks on arithmetic, as the median of published measurements (Dietz et al. 2012, "Understanding integer
/// overflow in C/C++", find 30 % for checks by branches; LLVM's got cheaper since).
const OVERFLOW_FACTOR: f64 = 1.2;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let Some(build) = &ctx.profile().run.build else { return };
    if !build_settings::is_optimized(build) || !(build.debug_assertions || build.overflow_checks) {
        return;
    }
    let checked = if build.debug_assertions {
        checked_share(ctx)
    } else {
        0.0
    };
    let arithmetic = if build.overflow_checks {
        arithmetic_share(ctx)
    } else {
        0.0
    };
    let candidate = |share: f64, factor, title, why, fix| {
        let mut candidate = Candidate::new(&DEBUG_ASSERTIONS_ON, build_settings::place(build), []);
        candidate.share = Some(share);
        candidate.local_factor = factor;
        candidate.title = Message::new(title).text("profile", build.profile.clone());
        candidate.why = Message::new(why).with("share", Arg::Share(share));
        candidate.fixes = vec![Fix::advice(Message::new(fix), Effort::Simple)];
        candidate
    };
    if checked >= MIN_CHECKED {
        let mut found = candidate(
            checked,
            f64::INFINITY,
            "debug-assertions-on-title",
            "debug-assertions-on-why",
            "debug-assertions-on-fix",
        );
        found.evidence = vec![evidence::share("evidence-checked-share", checked)];
        out.extend([found]);
    } else if arithmetic >= MIN_ARITHMETIC {
        let mut found = candidate(
            arithmetic,
            OVERFLOW_FACTOR,
            "debug-assertions-on-title-overflow",
            "debug-assertions-on-why-overflow",
            "debug-assertions-on-fix-overflow",
        );
        found.confidence = Confidence::Possible;
        found.evidence = vec![evidence::share("evidence-arithmetic-share", arithmetic)];
        out.extend([found]);
    }
}

/// Share of the run inside of `debug_assert!` and under checks of preconditions.
fn checked_share(ctx: &Context<'_>) -> f64 {
    let mut asserting: HashMap<NodeId, bool> = HashMap::new();
    let mut checking: HashMap<StackId, bool> = HashMap::new();
    let mut checked_ns = 0;
    for row in &ctx.profile().cpu {
        let Some(node) = ctx.ledger().place(row.stack) else {
            continue;
        };
        let is_asserting = *asserting.entry(node).or_insert_with(|| is_in_assertion(ctx, node));
        if is_asserting
            || *checking
                .entry(row.stack)
                .or_insert_with(|| is_in_precondition(ctx, row.stack))
        {
            checked_ns += row.cpu_ns;
        }
    }
    ctx.ledger().share_of(checked_ns as f64 / 1e9)
}

/// Whether a user's frame of a call path stands in a `debug_assert!`.
fn is_in_assertion(ctx: &Context<'_>, node: NodeId) -> bool {
    ctx.path(node).any(|(_, _, site)| {
        let at = context::position(site);
        let is_assertion = |call: &CallExpr| call.callee == Callee::Macro && call.name.starts_with("debug_assert");
        let is_here = |call: &CallExpr| at.column > 0 && is_assertion(call) && call.span.contains(at);
        ctx.syntax(site).is_some_and(|syntax| syntax.calls.iter().any(is_here))
    })
}

/// Whether a stack ends in one of the standard library's checks of what unsafe code promises.
fn is_in_precondition(ctx: &Context<'_>, stack: StackId) -> bool {
    let mut frames = ctx.profile().tables.frames_of(stack);
    frames.any(|(_, frame)| {
        frame.function.ends_with("precondition_check") || frame.function.contains("core::ub_checks::")
    })
}

/// Share of the run in lines of the user's that calculate.
fn arithmetic_share(ctx: &Context<'_>) -> f64 {
    let calculates = |booked: &Booked<'_>| {
        let is_operator = |call: &CallExpr| {
            call.callee == Callee::Operator
                && matches!(call.name.trim_end_matches('='), "+" | "-" | "*")
                && call.span.start.line <= booked.site.line
                && booked.site.line <= call.span.end.line
        };
        booked.entry.work == Work::Own
            && ctx
                .syntax(booked.site)
                .is_some_and(|syntax| syntax.calls.iter().any(is_operator))
    };
    ctx.share_of(ctx.entries().filter(calculates).map(|booked| booked.idx))
}
