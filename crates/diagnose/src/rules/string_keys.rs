//! The rule `string-keys`.

use crate::recurrence::home;
use crate::rule::declare_rule;
use crate::sameness::Passes;
use crate::syntax::{BindingKind, FileSyntax, Span, Use, last_field, root_name};
use crate::{Aim, Booked, Candidate, Candidates, Climb, Confidence, Context, Effort, Fix, Lines, Recurrence};
use profile::{Arg, Message, NodeId, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A map or set with texts for keys that is asked for the same texts again and again: names that stand in the
    /// program's own data, looked up once more each time that the data is walked through.
    /// ## Why it is slow
    /// Each look-up hashes the whole text, and compares it with the one that it finds, which lies elsewhere in memory. A
    /// number that stands for the text is hashed in a nanosecond and compared in one instruction; as an index into a `Vec`
    /// it needs neither.
    /// ## Evidence
    /// The time measured in hashing and comparing texts under the map's calls. The source shows that the key comes from
    /// data that outlives a loop which walks it anew in every pass. Words that were read or cut out of a text a moment
    /// ago are left out: turning them into numbers would take the same look-up.
    /// ## How to see it by hand
    /// `perf record -g` and `perf report`: `<str as Hash>::hash`, `SipHasher13::write` and `__memcmp_avx2` below the
    /// map's `get`. `perf report --caller` shows which walk asks. Count look-ups and distinct keys with two counters: it
    /// pays where there are many more of the first.
    /// ## Fix and its safety
    /// Give each distinct text a number when the data is loaded (a `HashMap<String, u32>` and a `Vec<String>`, or the crates
    /// `string-interner`, `lasso`), keep the numbers in the data, and use them as keys, or better as indices into a
    /// `Vec`. Texts are needed only for input and output. The order of a `BTreeMap` becomes that of the numbers.
    /// ## When not to
    /// When each text is looked up once or twice: interning it costs a look-up, too. A faster hasher (see `slow-hash`) is
    /// the smaller change; try it first when the texts are short.
    pub(super) STRING_KEYS = "string-keys", level 2, check, says [
        "string-keys-title",
        "string-keys-why",
        "string-keys-fix-intern",
    ]
}

/// Hashing and comparing texts must cost this much of the run before a change of the data's shape is worth it.
const MIN_SHARE: f64 = 0.1;
/// Indexing a `Vec` by a number, instead of hashing and comparing some ten bytes.
const LOCAL_FACTOR: f64 = 8.0;

const MAPS: [&str; 7] = [
    "HashMap", "HashSet", "BTreeMap", "BTreeSet", "IndexMap", "IndexSet", "AHashMap",
];
const LOOK_UPS: [&str; 9] = [
    "contains",
    "contains_key",
    "entry",
    "get",
    "get_key_value",
    "get_mut",
    "get_or_insert_with",
    "index",
    "get_many_mut",
];

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_map: BTreeMap<String, Lines<'_>> = BTreeMap::new();
    let mut all_text_s = 0.0;
    for (id, node, site) in ctx.nodes() {
        let name = ctx.ledger().call_name(node.call);
        let Some((map, method)) = name.split_once("::") else {
            continue;
        };
        if !MAPS.contains(&map) || !LOOK_UPS.contains(&method) {
            continue;
        }
        let costs: Vec<Booked<'_>> = ctx.entries_under(id).into_iter().map(|idx| ctx.booked(idx)).collect();
        let texts = costs.iter().filter(|booked| is_of_text(ctx, booked));
        let text_s: f64 = texts.map(|booked| booked.entry.cost.seconds).sum();
        let Some((file, call)) = ctx.syntax(site).zip(ctx.call(site, &[method])).filter(|_| text_s > 0.0) else {
            continue;
        };
        let Some(key) = call.operands.get(1).and_then(|key| file.flow.inputs(*key).next()) else {
            continue;
        };
        let Some(recurrence) = walked_again(ctx, id, call.span, key) else {
            continue;
        };
        let map = match last_field(&call.receiver) {
            Some(field) => format!(".{field}"),
            None => format!("{} {}", site.function, root_name(&call.receiver)),
        };
        let lines = by_map.entry(map).or_default();
        all_text_s += text_s;
        for booked in costs {
            lines.claim(&booked, || {
                let mut candidate = Candidate::new(&STRING_KEYS, ctx.place(site), []);
                candidate.title = Message::new("string-keys-title")
                    .text("map", call.receiver.clone())
                    .text("call", name);
                candidate.why = Message::new("string-keys-why")
                    .with("line", Arg::Count(u64::from(recurrence.head.line)))
                    .text("function", recurrence.asks.function.clone())
                    .text("key", key.path.clone());
                candidate
            });
        }
    }
    if ctx.ledger().share_of(all_text_s) < MIN_SHARE {
        return;
    }
    let mut maps: Vec<Candidate> = by_map.into_values().filter_map(Lines::into_one).collect();
    // Maps with the same kind of keys are cured together: the costliest is where to begin.
    let costliest = |a: &Candidate, b: &Candidate| {
        let share = |map: &Candidate| ctx.share_of(map.claims.iter().copied());
        share(b).total_cmp(&share(a))
    };
    maps.sort_by(costliest);
    let one = maps.into_iter().reduce(|mut first, other| {
        first.merge(other);
        first
    });
    out.extend(one.map(|mut candidate| {
        candidate.local_factor = LOCAL_FACTOR;
        candidate.confidence = Confidence::Likely;
        candidate.evidence = ctx.cpu_evidence(&candidate.claims);
        candidate.fixes = vec![Fix::advice(Message::new("string-keys-fix-intern"), Effort::Complex)];
        candidate
    }));
}

/// Whether a cost is that of hashing or comparing a text.
fn is_of_text(ctx: &Context<'_>, booked: &Booked<'_>) -> bool {
    const TEXTS: [&str; 6] = [
        "<str as core::",
        "for str>::",
        "string::String as core::",
        "write_str",
        "str::traits::",
        "<alloc::string::String as ",
    ];
    let is_work = matches!(booked.entry.work, Work::Hash(_) | Work::Compare | Work::Own);
    let mut frames = ctx.frames_around(booked);
    is_work && frames.any(|frame| TEXTS.iter().any(|part| frame.function.contains(part)))
}

/// The loop that walks anew, in every pass, through the data that a key is a part of.
fn walked_again(ctx: &Context<'_>, id: NodeId, expression: Span, key: &Use) -> Option<Recurrence> {
    let climb = Climb {
        expression,
        inputs: vec![key.clone()],
        aim: Aim::Home,
    };
    let found = ctx.climb(id, climb, |passes, inputs, _| {
        // A key that is written in the source is no part of the data.
        let is_again = !inputs.is_empty()
            && inputs.iter().all(|input| is_walked_again(passes, input))
            && passes.has_varying_work();
        is_again.then_some(())
    });
    found.map(|(recurrence, ())| recurrence)
}

fn is_walked_again(passes: &Passes<'_, '_>, key: &Use) -> bool {
    if passes.is_same(key) {
        return true;
    }
    let is_of_pass = reaches_pass(passes, passes.file, key, 6);
    !is_of_pass && home(passes.file, key, passes.found.body).is_some_and(|home| passes.is_same(&home))
}

/// Whether a value depends on what the loop itself binds: then each pass has another part of the data.
fn reaches_pass(passes: &Passes<'_, '_>, file: &FileSyntax, used: &Use, depth: usize) -> bool {
    let Some(binding) = file.flow.binding(used.root(), used.span.start) else {
        return false;
    };
    if !passes.found.span.contains(binding.scope.start) {
        return false;
    }
    if binding.scope == passes.found.body || passes.found.bound.contains(&binding.name) {
        return true;
    }
    if binding.is_mutable && binding.kind == BindingKind::Let {
        // A list of what to do next: its elements come from wherever they were found.
        return false;
    }
    let Some(from) = binding.from.filter(|_| depth > 0) else {
        return true;
    };
    file.flow
        .inputs(from)
        .any(|input| reaches_pass(passes, file, input, depth - 1))
}
