//! The rule `generic-target-cpu`.

use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Callee, FileSyntax, Loop, LoopKind, SourceText};
use crate::{
    Booked, Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Place, build_settings, context, evidence,
};
use profile::{Arg, Message, NodeId, TimeClass, Work};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// ## What it finds
    /// A program that calculates, compiled for every x86-64 processor since 2003, on a machine that knows more: `mul_add`,
    /// `floor`, `ceil` and `trunc` that became calls of functions, `count_ones` that became a dozen instructions, or a
    /// run that is dominated by loops over numbers which could use wider vectors.
    /// ## Why it is slow
    /// Without FMA and SSE4.1 these methods, one instruction each, are calls of a library that asks for the processor's
    /// abilities every time, and no loop that holds them is vectorized. Bits are counted by shifts and masks in place of
    /// `popcnt`. AVX2 works on eight `f32` at once, the baseline on
    /// four.
    /// ## Evidence
    /// The instruction sets of the machine, the build's flags, and the time measured in such calls or in counting bits
    /// (from a quarter of the run on): then the finding is likely. Loops that only could be wider are told as possible, from three fifths of the run on, when every pass
    /// stores an element of its own, in order, without branches or calls.
    /// ## How to see it by hand
    /// `perf report` shows `fma`, `floor` or `compiler_builtins::math`; `perf annotate` shows `mulps` and `xmm` registers
    /// instead of `vfmadd` and `ymm`. `grep -o -w -e avx2 -e fma /proc/cpuinfo | sort -u` says what the machine can do.
    /// ## Fix and its safety
    /// For one's own machine `RUSTFLAGS="-C target-cpu=native"`, or in `.cargo/config.toml`; for a fleet of known
    /// machines `x86-64-v3`. A program that goes everywhere selects at run time: `is_x86_feature_detected!` and
    /// `#[target_feature(enable = "avx2,fma")]`, as below, or the crate `multiversion`. `a * b + c` in place of `mul_add`
    /// is fast everywhere and rounds once more. A binary for a newer processor does not start on an older one.
    /// ## When not to
    /// Loops that wait for memory, or in which each pass needs the one before: wider vectors do not help. Results that
    /// must be the same to the last bit on all machines.
    pub(super) GENERIC_TARGET_CPU = "generic-target-cpu", level 7, check, says [
        "generic-target-cpu-title-calls",
        "generic-target-cpu-title-bits",
        "generic-target-cpu-title-loops",
        "generic-target-cpu-why-calls",
        "generic-target-cpu-why-bits",
        "generic-target-cpu-why-loops",
        "generic-target-cpu-fix-native",
        "generic-target-cpu-fix-detect",
    ], shows "rust" [
        "../../../../../fixtures/generic-target-cpu/slow/main.rs",
        "../../../../../fixtures/generic-target-cpu/fast/main.rs",
    ]
}

/// Methods that are one instruction with FMA or SSE4.1, and a call without.
const ROUTINES: [&str; 6] = ["mul_add", "floor", "ceil", "trunc", "round_ties_even", "rint"];
/// Of the samples at such a method, at least this part shows the function that is called.
const MIN_CALLED: f64 = 0.1;
/// The fixture's loop gets seven times faster, most of it by the vectors that the call prevented.
const CALL_FACTOR: f64 = 4.0;
/// Counting the bits of a word takes a dozen instructions without `popcnt`, some of which overlap.
const BITS_FACTOR: f64 = 3.0;
/// From this share of the run on, counting bits is worth another build.
const MIN_BITS: f64 = 0.25;
/// From this share of the run on, loops over numbers dominate it.
const MIN_LOOPS: f64 = 0.6;
/// Twice the width, less what memory and the loop's frame take.
const WIDTH_FACTOR: f64 = 1.4;
/// Lines that are named.
const MAX_LINES: usize = 3;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let Some(build) = &ctx.profile().run.build else { return };
    let has = |feature: &str| ctx.profile().machine.cpu_features.iter().any(|known| known == feature);
    if build.target_cpu.is_some() || !build_settings::is_optimized(build) || !(has("avx2") && has("fma")) {
        return;
    }
    let share = |entries: &[EntryIdx]| ctx.share_of(entries.iter().copied());
    let (calls, bits) = (
        library_calls(ctx),
        if has("popcnt") { counted_bits(ctx) } else { Vec::new() },
    );
    let (entries, factor, confidence, title, why) = if share(&calls) >= crate::SILENCE {
        (
            calls,
            CALL_FACTOR,
            Confidence::Likely,
            "generic-target-cpu-title-calls",
            "generic-target-cpu-why-calls",
        )
    } else if ctx.is_surely(bits.iter().copied(), MIN_BITS) {
        (
            bits,
            BITS_FACTOR,
            Confidence::Likely,
            "generic-target-cpu-title-bits",
            "generic-target-cpu-why-bits",
        )
    } else {
        (
            wide_loops(ctx),
            WIDTH_FACTOR,
            Confidence::Possible,
            "generic-target-cpu-title-loops",
            "generic-target-cpu-why-loops",
        )
    };
    let share = share(&entries);
    if confidence == Confidence::Possible && share < MIN_LOOPS {
        return;
    }
    let mut candidate = Candidate::new(&GENERIC_TARGET_CPU, build_settings::place(build), []);
    candidate.share = Some(share);
    candidate.local_factor = factor;
    candidate.confidence = confidence;
    candidate.title = Message::new(title);
    candidate.why = Message::new(why).with("share", Arg::Share(share));
    candidate.evidence = ctx.cpu_evidence(&entries.iter().copied().collect());
    candidate.evidence.push(evidence::share(
        "evidence-compiled-share",
        build_settings::compiled_share(ctx),
    ));
    candidate.fixes = vec![
        Fix::advice(Message::new("generic-target-cpu-fix-native"), Effort::Simple),
        Fix::advice(Message::new("generic-target-cpu-fix-detect"), Effort::Moderate),
    ];
    lines(ctx, &entries)
        .into_iter()
        .take(MAX_LINES)
        .for_each(|place| candidate.add_also(place));
    out.extend([candidate]);
}

/// The lines of some entries, most seconds first.
fn lines(ctx: &Context<'_>, entries: &[EntryIdx]) -> Vec<Place> {
    let mut lines: BTreeMap<(Option<&str>, u32), (Place, f64)> = BTreeMap::new();
    for &idx in entries {
        let booked = ctx.booked(idx);
        let line = (booked.site.file.as_deref(), booked.site.line);
        lines.entry(line).or_insert_with(|| (ctx.place(booked.site), 0.0)).1 += booked.entry.cost.seconds;
    }
    let mut lines: Vec<_> = lines.into_values().collect();
    lines.sort_by(|a, b| b.1.total_cmp(&a.1));
    lines.into_iter().map(|(place, _)| place).collect()
}

/// What was spent at methods that became calls: samples show the function that is called.
fn library_calls(ctx: &Context<'_>) -> Vec<EntryIdx> {
    let is_routine = |call: &str| {
        call.rsplit_once("::")
            .is_some_and(|(of, name)| matches!(of, "f32" | "f64") && ROUTINES.contains(&name))
    };
    let mut by_node: BTreeMap<NodeId, Vec<EntryIdx>> = BTreeMap::new();
    for booked in ctx.entries().filter(|booked| is_routine(booked.call)) {
        by_node.entry(booked.entry.node).or_default().push(booked.idx);
    }
    let is_called = |&node: &NodeId| {
        let (mut all, mut inside) = (0, 0);
        for (samples, stack) in ctx.samples_at(node) {
            let leaf = ctx
                .profile()
                .tables
                .frames_of(stack)
                .next()
                .map(|(_, frame)| frame.function.as_str());
            all += samples;
            inside += if leaf.is_some_and(is_math_function) { samples } else { 0 };
        }
        inside as f64 >= MIN_CALLED * all as f64 && inside > 0
    };
    by_node
        .into_iter()
        .filter(|(node, _)| is_called(node))
        .flat_map(|(_, entries)| entries)
        .collect()
}

/// What was spent counting the bits of numbers.
fn counted_bits(ctx: &Context<'_>) -> Vec<EntryIdx> {
    let is_count = |call: &str| {
        call.rsplit_once("::")
            .is_some_and(|(of, name)| of.starts_with(['u', 'i']) && matches!(name, "count_ones" | "count_zeros"))
    };
    ctx.entries()
        .filter(|booked| booked.entry.work == Work::Own && is_count(booked.call))
        .map(|booked| booked.idx)
        .collect()
}

/// Whether a function is a library's stand-in for an instruction.
fn is_math_function(function: &str) -> bool {
    let plain = function.trim_start_matches('_');
    function.contains("compiler_builtins")
        || ["fma", "floor", "ceil", "trunc", "rint", "roundeven", "nearbyint"]
            .iter()
            .any(|name| plain.starts_with(name))
}

/// What was spent in loops that wider vectors would make fewer passes of.
fn wide_loops(ctx: &Context<'_>) -> Vec<EntryIdx> {
    let mut known: BTreeMap<NodeId, bool> = BTreeMap::new();
    let is_plain = |booked: &Booked<'_>| {
        let is_number = ["f32::", "f64::", "Iterator::next", "Zip::next"]
            .iter()
            .any(|start| booked.call.starts_with(start));
        booked.entry.class == TimeClass::Compute
            && booked.entry.work == Work::Own
            && (booked.call.is_empty() || is_number)
    };
    let mut is_wide = |booked: &Booked<'_>| {
        let node = booked.entry.node;
        *known.entry(node).or_insert_with(|| {
            let Some(syntax) = ctx.syntax(booked.site) else {
                return false;
            };
            let at = context::position(booked.site);
            let innermost = ctx
                .loops_at(node)
                .into_iter()
                .next()
                .or_else(|| syntax.for_loop_over(at));
            innermost.is_some_and(|found| is_elementwise(syntax, found)) && !is_dispatched(ctx, node)
        })
    };
    ctx.entries()
        .filter(|booked| is_plain(booked) && is_wide(booked))
        .map(|booked| booked.idx)
        .collect()
}

/// Whether a function on the way was compiled for more than the baseline.
fn is_dispatched(ctx: &Context<'_>, node: NodeId) -> bool {
    ctx.path(node).any(|(_, _, site)| {
        let text = site.file.as_deref().and_then(|file| ctx.text(file));
        let function = ctx.function(site).zip(text);
        function.is_some_and(|(function, text)| SourceText::new(text).slice(function.span).contains("target_feature"))
    })
}

/// Whether each pass of a loop stores an element of its own, in order, from a few arithmetic operations: no branches, no
/// calls but of arithmetic, nothing carried over to the next pass.
fn is_elementwise(syntax: &FileSyntax, found: &Loop) -> bool {
    const ARITHMETIC: [&str; 12] = [
        "mul_add",
        "sqrt",
        "abs",
        "min",
        "max",
        "clamp",
        "wrapping_add",
        "wrapping_sub",
        "wrapping_mul",
        "saturating_add",
        "saturating_sub",
        "recip",
    ];
    if !matches!(found.kind, LoopKind::For { .. }) || found.exits_early {
        return false;
    }
    let holds = |span| found.body.covers(span);
    let has_branch = syntax.flow.conditions.iter().any(|condition| holds(&condition.branch));
    let has_loop = syntax
        .loops
        .iter()
        .any(|inner| inner.span != found.span && holds(&inner.span));
    if has_branch || has_loop {
        return false;
    }
    let own: BTreeSet<&str> = syntax
        .locals
        .iter()
        .filter(|local| holds(&local.span))
        .map(|local| local.name.as_str())
        .collect();
    let is_bound = |name: &str| found.bound.iter().any(|bound| bound == name);
    let (mut stores, mut operations) = (0, 0);
    for call in syntax.calls.iter().filter(|call| holds(&call.span)) {
        let is_fine = match (call.callee, call.name.as_str()) {
            (Callee::Operator, "index") => call.arguments.iter().all(|index| is_bound(index)),
            (Callee::Operator, "+" | "-" | "*" | "/") => {
                operations += 1;
                true
            }
            (Callee::Operator, "=" | "+=" | "-=" | "*=") => {
                operations += usize::from(call.name != "=");
                let target = call.receiver.trim_start_matches('*');
                let is_element = call.receiver.contains('[') || call.receiver.starts_with('*') && is_bound(target);
                stores += usize::from(is_element);
                is_element || own.contains(target)
            }
            (Callee::Operator, _) => is_cast_or_bits(call),
            (Callee::Method, name) => {
                operations += usize::from(ARITHMETIC.contains(&name));
                ARITHMETIC.contains(&name)
            }
            _ => false,
        };
        if !is_fine {
            return false;
        }
    }
    stores > 0 && operations >= 2
}

fn is_cast_or_bits(call: &CallExpr) -> bool {
    matches!(call.name.as_str(), "&" | "|" | "^" | "<<" | ">>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_elementwise_when_its_passes_are_independent() {
        for (source, expected) in [
            ("fn f() { for (y, x) in ys.iter_mut().zip(xs) { *y += a * x; } }", true),
            ("fn f() { for i in 0..n { c[i] = a[i] * b[i] + d[i]; } }", true),
            ("fn f() { for i in 0..n { let t = a[i] - b[i]; c[i] = t * t; } }", true),
            ("fn f() { for i in 0..n { sum += a[i] * b[i]; } }", false),
            ("fn f() { for i in 1..n { c[i] = c[i - 1] * a[i] + b[i]; } }", false),
            (
                "fn f() { for i in 0..n { if a[i] > 0.0 { c[i] = a[i] * b[i] + 1.0; } } }",
                false,
            ),
            ("fn f() { for i in 0..n { c[i] = noise(a[i]) * b[i] + 1.0; } }", false),
            ("fn f() { for i in 0..n { c[order[i]] = a[i] * b[i] + 1.0; } }", false),
            ("fn f() { for i in 0..n { c[i] = a[i]; } }", false),
        ] {
            let syntax = FileSyntax::parse(source).expect("valid source");
            assert_eq!(is_elementwise(&syntax, &syntax.loops[0]), expected, "{source}");
        }
    }
}
