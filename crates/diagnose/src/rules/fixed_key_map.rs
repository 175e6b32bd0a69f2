//! The rule `fixed-key-map`.

use crate::maps::{MapCall, MapId, MapUses};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, Effort, Fix};
use profile::{Arg, Message};
use std::collections::BTreeSet;

declare_rule! {
    /// ## What it finds
    /// A map whose keys are known when the program is written: the variants of an enum, or texts that all stand in the
    /// source.
    /// ## Why it is slow
    /// The map hashes and compares at run time what the compiler could have turned into an index: some twenty nanoseconds
    /// for a look-up that costs one as an array element, and nothing as a field of a struct.
    /// ## Evidence
    /// The time measured in the map's methods; its key type, an enum without data; or that each of its calls has a literal
    /// for its key.
    /// ## How to see it by hand
    /// `perf record -g` and `perf report`: hashing below the map's `get` or `entry`. Look at the type of its keys and at
    /// who inserts.
    /// ## Fix and its safety
    /// For an enum: an array with an element for each variant, indexed by `key as usize` (or the crate `enum-map`); `Option`
    /// elements where a key may be missing. For literals: a struct with a field for each, or a `match`. The compiler
    /// finds all places to change.
    /// ## When not to
    /// When the enum has hundreds of variants of which few are used, or when keys are to come from configuration later.
    pub(super) FIXED_KEY_MAP = "fixed-key-map", level 2, check, says [
        "fixed-key-map-title-enum",
        "fixed-key-map-title-literals",
        "fixed-key-map-why",
        "fixed-key-map-fix-array",
        "fixed-key-map-fix-struct",
    ]
}

/// The map's methods must cost this much of the run.
const MIN_SHARE: f64 = 0.08;
/// An index, against hashing and comparing.
const LOCAL_FACTOR: f64 = 8.0;
/// Arrays for more variants than that would be mostly empty.
const MAX_VARIANTS: usize = 128;
/// More literals than that are no set that anybody would write as a struct.
const MAX_LITERALS: usize = 32;

/// What is known of a map's keys.
enum Keys {
    /// Variants of an enum without data: its name and how many there are.
    Variants(String, usize),
    /// Literals: how many different ones.
    Literals(usize),
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    for (map, calls) in ctx.map_calls() {
        let claims = ctx.costs_of_map(&calls);
        if !ctx.is_surely(claims.iter().copied(), MIN_SHARE) {
            continue;
        }
        let uses = ctx.uses_of_map(&map);
        if let Some(keys) = variants(ctx, &uses, &calls).or_else(|| literals(&uses)) {
            out.extend(candidate(ctx, &map, &calls, &keys));
        }
    }
}

/// The enum that a map has for its keys, by its declared type, or by variants that are written as its keys.
fn variants(ctx: &Context<'_>, uses: &MapUses, calls: &[MapCall<'_>]) -> Option<Keys> {
    let declared = uses.declared.as_deref().and_then(key_type);
    let written = || {
        let keys = uses
            .keys
            .iter()
            .chain(calls.iter().filter_map(|call| call.call.arguments.first()));
        let of_path = |key: &String| {
            let (path, variant) = key.trim_start_matches(['&', '*', ' ']).rsplit_once("::")?;
            let is_variant = variant.starts_with(char::is_uppercase) && variant.chars().all(|c| c.is_alphanumeric());
            is_variant.then(|| path.rsplit("::").next().unwrap_or(path).to_owned())
        };
        { keys }.find_map(of_path)
    };
    let name = declared.or_else(written)?;
    let mut enums = ctx
        .files()
        .flat_map(|file| &file.enums)
        .filter(|other| other.name == name)
        .peekable();
    let n_variants = enums.peek()?.n_variants;
    let is_plain = enums.all(|other| !other.has_data && other.n_variants == n_variants);
    (is_plain && (2..=MAX_VARIANTS).contains(&n_variants)).then_some(Keys::Variants(name, n_variants))
}

/// The first type argument of a map's type, when it is a plain name: `Kind` of `HashMap<Kind, u64>`.
fn key_type(declared: &str) -> Option<String> {
    let (_, arguments) = declared.split_once('<')?;
    let end = arguments.find([',', '>'])?;
    let name = arguments[..end].trim().trim_start_matches('&').trim();
    let name = name.rsplit("::").next().unwrap_or(name);
    let is_plain = name.starts_with(char::is_uppercase) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_plain.then(|| name.to_owned())
}

/// Whether all keys that the program gives the map are texts that stand in the source.
fn literals(uses: &MapUses) -> Option<Keys> {
    let literal = |key: &String| {
        let key = key.trim_start_matches(['&', ' ']);
        let key = key.strip_prefix("String::from(").unwrap_or(key);
        let text = key.strip_prefix('"')?;
        text.find('"').map(|end| text[..end].to_owned())
    };
    let is_filled_elsewhere = uses.is_lost || uses.methods.contains("extend") || uses.methods.contains("append");
    let distinct: BTreeSet<String> = uses.keys.iter().map(literal).collect::<Option<_>>()?;
    let is_set = uses.methods.contains("insert") || uses.methods.contains("entry");
    (!is_filled_elsewhere && is_set && (1..=MAX_LITERALS).contains(&distinct.len()))
        .then_some(Keys::Literals(distinct.len()))
}

fn candidate(ctx: &Context<'_>, map: &MapId, calls: &[MapCall<'_>], keys: &Keys) -> Option<Candidate> {
    let mut candidate = ctx.candidate_for_map(&FIXED_KEY_MAP, calls)?;
    candidate.local_factor = LOCAL_FACTOR;
    let (title, fix) = match keys {
        Keys::Variants(of, count) => {
            let title = Message::new("fixed-key-map-title-enum").text("enum", of.clone());
            (
                title.with("count", Arg::Count(*count as u64)),
                "fixed-key-map-fix-array",
            )
        }
        Keys::Literals(count) => {
            let title = Message::new("fixed-key-map-title-literals");
            (
                title.with("count", Arg::Count(*count as u64)),
                "fixed-key-map-fix-struct",
            )
        }
    };
    candidate.title = title.text("map", map.name());
    candidate.why = Message::new("fixed-key-map-why");
    candidate.fixes = vec![Fix::advice(Message::new(fix), Effort::Moderate)];
    Some(candidate)
}
