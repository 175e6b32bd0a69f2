//! The rule `slow-hash`.

use crate::editor::{Editor, Token};
use crate::rule::declare_rule;
use crate::syntax::{Span, last_field, root_name};
use crate::{Applicability, Booked, Candidate, Candidates, Context, Dependency, Edit, Effort, Fix, Lines};
use profile::{Message, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A `HashMap` or `HashSet` with the standard hasher whose hashing shows in the profile.
    /// ## Why it is slow
    /// The standard hasher, SipHash 1-3, withstands an attacker who chooses the keys. That costs some twenty
    /// nanoseconds for a short key; a multiplication does for keys that nobody attacks.
    /// ## Evidence
    /// The time measured in SipHash under the map's calls. Look-ups that miss the cache are not blamed on it.
    /// ## How to see it by hand
    /// `perf record --call-graph dwarf`: `core::hash::sip::Hasher::write` and `finish` below the map's calls.
    /// ## Fix and its safety
    /// `rustc_hash::FxHashMap` for integers and short strings, `ahash` or `foldhash` for the rest: a change of the
    /// map's type and of `new` to `default`. The order of iteration changes.
    /// ## When not to
    /// The keys come from outside and could be chosen to collide: HTTP headers, JSON keys, user names. There the slow hash
    /// is a protection.
    pub(super) SLOW_HASH = "slow-hash", level 2, check, says [
        "slow-hash-title",
        "slow-hash-title-call",
        "slow-hash-why",
        "slow-hash-fix",
    ]
}

/// FxHash and foldhash take about a quarter of SipHash's time for short keys.
const LOCAL_FACTOR: f64 = 4.0;
/// Hashing that costs less gains too little to give up its protection.
const MIN_SHARE: f64 = 0.06;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_map: BTreeMap<String, Lines<'_>> = BTreeMap::new();
    let is_sip = |booked: &Booked<'_>| matches!(&booked.entry.work, Work::Hash(name) if name == "SipHash");
    for booked in ctx.entries().filter(is_sip) {
        by_map.entry(map_of(ctx, &booked)).or_default().claim(&booked, || {
            let mut candidate = Candidate::new(&SLOW_HASH, ctx.place(booked.site), []);
            candidate.title = title(ctx, &booked);
            candidate
        });
    }
    let maps = by_map.into_values().filter_map(Lines::into_one);
    let worthwhile = maps.filter(|candidate| ctx.is_surely(candidate.claims.iter().copied(), MIN_SHARE));
    out.extend(worthwhile.map(|mut candidate| {
        candidate.local_factor = LOCAL_FACTOR;
        candidate.why = Message::new("slow-hash-why");
        candidate.evidence = ctx.cpu_evidence(&candidate.claims);
        candidate.fixes = fixes(ctx, &candidate.place.file);
        candidate
    }));
}

/// The maps of the file, or those of all files: which of it the program's types allow, the compiler knows.
fn fixes(ctx: &Context<'_>, file: &str) -> Vec<Fix> {
    let edits_of = |file: &str| {
        ctx.editor(file)
            .map(|editor| fast_maps(editor).into_edits())
            .unwrap_or_default()
    };
    let own = edits_of(file);
    let all: Vec<Edit> = ctx.file_paths().flat_map(edits_of).collect();
    let mut tried = vec![own];
    if all.len() > tried[0].len() {
        tried.push(all);
    }
    let fix = |edits: Vec<Edit>| Fix {
        applicability: if edits.is_empty() {
            Applicability::Advice
        } else {
            Applicability::Machine
        },
        edits,
        dependencies: vec![Dependency {
            name: "rustc-hash".to_owned(),
            version: "2".to_owned(),
        }],
        ..Fix::advice(Message::new("slow-hash-fix"), Effort::Simple)
    };
    tried.into_iter().map(fix).collect()
}

/// `HashMap` and `HashSet` with the standard hasher, made `FxHashMap` and `FxHashSet`.
fn fast_maps(mut editor: Editor<'_>) -> Editor<'_> {
    let tokens = editor.tokens().to_vec();
    let word = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    for (index, token) in tokens.iter().enumerate() {
        let most_parameters = match token.text.as_str() {
            "HashMap" => 2,
            "HashSet" => 1,
            _ => continue,
        };
        let mut start = index;
        while start >= 3 && word(start - 1) == ":" && word(start - 2) == ":" {
            start -= 3;
        }
        let prefix: Vec<&str> = (start..index).map(word).filter(|word| *word != ":").collect();
        if token.is_import || !matches!(prefix.as_slice(), [] | ["collections"] | ["std", "collections"]) {
            continue;
        }
        // `HashMap<…>` or `HashMap::<…>`, then perhaps `::new`.
        let mut next = index + 1;
        let is_turbofish = word(next) == ":" && word(next + 1) == ":" && word(next + 2) == "<";
        let generics = if is_turbofish { next + 2 } else { next };
        if word(generics) == "<" {
            let Some(close) = editor.closing(generics) else {
                continue;
            };
            if n_parameters(&tokens[generics + 1..close]) > most_parameters {
                continue;
            }
            next = close + 1;
        }
        if word(next) == ":" && word(next + 1) == ":" {
            match word(next + 2) {
                "new" => editor.replace(tokens[next + 2].span, "default"),
                "with_capacity" => {
                    let Some(close) = editor.closing(next + 3) else {
                        continue;
                    };
                    editor.replace(tokens[next + 2].span, "with_capacity_and_hasher");
                    editor.insert(tokens[close].span.start, ", Default::default()");
                }
                _ => {}
            }
        }
        let span = Span {
            start: tokens[start].span.start,
            end: token.span.end,
        };
        editor.replace(span, format!("rustc_hash::Fx{}", token.text));
    }
    editor
}

/// How many generic arguments these tokens are.
fn n_parameters(tokens: &[Token]) -> usize {
    let (mut depth, mut n_commas) = (0, 0);
    for (index, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "<" | "(" | "[" => depth += 1,
            ">" if index > 0 && tokens[index - 1].text == "-" => {}
            ">" | ")" | "]" => depth -= 1,
            "," if depth == 0 && index + 1 < tokens.len() => n_commas += 1,
            _ => {}
        }
    }
    n_commas + 1
}

/// Which map a call is on, as far as the source tells: the field, or the variable and its function; else the line.
fn map_of(ctx: &Context<'_>, booked: &Booked<'_>) -> String {
    let function = &booked.site.function;
    match receiver(ctx, booked) {
        Some(receiver) => match last_field(receiver) {
            Some(field) => format!(".{field}"),
            None => format!("{function} {}", root_name(receiver)),
        },
        None => format!("{function} {}", booked.site.line),
    }
}

fn receiver<'c>(ctx: &'c Context<'_>, booked: &Booked<'_>) -> Option<&'c str> {
    let method = booked.call.rsplit("::").next()?;
    ctx.call(booked.site, &[method]).map(|call| call.receiver.as_str())
}

fn title(ctx: &Context<'_>, booked: &Booked<'_>) -> Message {
    match receiver(ctx, booked) {
        Some(map) => Message::new("slow-hash-title")
            .text("map", map)
            .text("call", booked.call),
        None => Message::new("slow-hash-title-call").text("call", booked.call),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    #[test]
    fn maps_become_fast_ones() {
        check_edits(
            "use std::collections::HashMap;\nstruct S { m: HashMap<u32, Vec<(u8, u8)>> }\nfn f() { g(HashMap::new(), HashMap::<u32, u8>::with_capacity(n(1))) }",
            "use std::collections::HashMap;\nstruct S { m: rustc_hash::FxHashMap<u32, Vec<(u8, u8)>> }\nfn f() { g(rustc_hash::FxHashMap::default(), \
             rustc_hash::FxHashMap::<u32, u8>::with_capacity_and_hasher(n(1), Default::default())) }",
            fast_maps,
        );
        check_edits(
            "fn f(s: &std::collections::HashSet<u8>) {}",
            "fn f(s: &rustc_hash::FxHashSet<u8>) {}",
            fast_maps,
        );
    }

    #[test]
    fn maps_that_have_a_hasher_or_are_of_others_are_left_alone() {
        for text in [
            "fn f(m: HashMap<K, V, S>) {}",
            "fn f(m: hashbrown::HashMap<K, V>) {}",
            "fn f(s: HashSet<K, S>) {}",
        ] {
            check_edits(text, text, fast_maps);
        }
    }
}
