//! Who fights for a cache line: the fields on each side, the threads, and the lines of code.

use crate::context::position;
use crate::{Context, Evidence, Place, evidence};
use profile::{FieldPath, MemoryObject, Scope, SharedLineRow, SharerRow, Site, StackId, Trace, TypeId};

/// Sides shown as evidence.
const MAX_SIDES: usize = 4;
/// A thread that loses a line less often than one time in so many is no side of the fight.
const MIN_PART: u64 = 100;
/// Threads named of one side.
const MAX_THREADS: usize = 3;

/// Threads that use the same part of a line.
pub(crate) struct Side<'a> {
    /// The fields, as far as they are known.
    pub(crate) fields: Vec<FieldPath>,
    /// What it is when they are not: the object and the bytes of the line.
    fallback: String,
    /// The threads that use it.
    pub(crate) sharers: Vec<&'a SharerRow>,
    /// Where they do.
    pub(crate) place: Option<Place>,
}

impl Side<'_> {
    /// Words for it, as the code names it.
    pub(crate) fn name(&self) -> String {
        match self.fields.is_empty() {
            true => self.fallback.clone(),
            false => names(&self.fields),
        }
    }

    fn writes(&self) -> u64 {
        self.sharers.iter().map(|sharer| sharer.writes).sum()
    }

    /// Name, threads and place, as evidence.
    pub(crate) fn evidence(&self, name: &'static str) -> Evidence {
        let mut threads: Vec<&str> = self.sharers.iter().map(|sharer| sharer.thread.as_str()).collect();
        threads.sort_unstable();
        threads.dedup();
        threads.retain(|thread| !thread.is_empty());
        let n_more = threads.len().saturating_sub(MAX_THREADS);
        threads.truncate(MAX_THREADS);
        let mut words = vec![self.name()];
        if !threads.is_empty() {
            let more = if n_more > 0 {
                format!(" +{n_more}")
            } else {
                String::new()
            };
            words.push(format!("{}{more}", threads.join(" ")));
        }
        if let Some(place) = &self.place {
            let file = place.file.rsplit('/').next().unwrap_or_default();
            words.push(format!("{file}:{}", place.line));
        }
        evidence::text(name, words.join(" · "))
    }
}

fn names(fields: &[FieldPath]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.text.as_str()).collect();
    names.join(", ")
}

/// The threads that fight for a line. Who sets the values up, or reads them at the end, takes no part.
pub(crate) fn fighters(line: &SharedLineRow) -> impl Iterator<Item = &SharerRow> {
    let losses = |sharer: &SharerRow| sharer.false_misses + sharer.true_misses;
    let all: u64 = line.sharers.iter().map(losses).sum();
    line.sharers
        .iter()
        .filter(move |sharer| losses(sharer) > 0 && losses(sharer) * MIN_PART >= all)
}

/// The sides of a line, the one that writes most first.
pub(crate) fn sides<'a>(ctx: &Context<'_>, trace: &Trace, line: &'a SharedLineRow) -> Vec<Side<'a>> {
    let by_source = by_source(ctx, trace, line);
    let mut sides: Vec<Side<'a>> = Vec::new();
    for sharer in fighters(line) {
        let at = line.sharers.iter().position(|other| std::ptr::eq(other, sharer));
        let mut fields = trace.sharer_fields(sharer);
        if fields.is_empty() {
            fields = at.and_then(|at| by_source.get(at)?.clone()).into_iter().collect();
        }
        let fallback = fallback(ctx, trace.object(sharer.object), sharer);
        let same = sides.iter_mut().find(|side| match fields.is_empty() {
            true => side.fields.is_empty() && side.fallback == fallback,
            false => side.fields == fields,
        });
        match same {
            Some(side) => side.sharers.push(sharer),
            None => sides.push(Side {
                fields,
                fallback,
                sharers: vec![sharer],
                place: None,
            }),
        }
    }
    sides.sort_by_key(|side| std::cmp::Reverse(side.writes()));
    for side in &mut sides {
        side.place = side.sharers.iter().find_map(|sharer| place(ctx, sharer));
    }
    sides
}

/// The sides as evidence.
pub(crate) fn side_evidence(sides: &[Side<'_>]) -> Vec<Evidence> {
    let names = ["evidence-side-first", "evidence-side-other"];
    let sides = sides.iter().take(MAX_SIDES).enumerate();
    sides.map(|(at, side)| side.evidence(names[at.min(1)])).collect()
}

fn fallback(ctx: &Context<'_>, object: &MemoryObject, sharer: &SharerRow) -> String {
    let mask = sharer.mask();
    format!(
        "{} [{}–{}]",
        ctx.object_name(object),
        mask.trailing_zeros(),
        63 - mask.leading_zeros().min(63)
    )
}

fn site(ctx: &Context<'_>, stack: Option<StackId>) -> Option<Site> {
    Some(ctx.profile().trace_site(&Scope::User, stack?)).filter(|site| site.is_user)
}

fn place(ctx: &Context<'_>, sharer: &SharerRow) -> Option<Place> {
    let sites = [sharer.write_site, sharer.read_site];
    sites.into_iter().find_map(|stack| super::place_of(&site(ctx, stack)?))
}

/// Fields of memory whose type is unknown (the stack of another thread): what the source names at the place of the access, where
/// exactly one struct of the user's has fields of these names in these positions to each other.
fn by_source(ctx: &Context<'_>, trace: &Trace, line: &SharedLineRow) -> Vec<Option<FieldPath>> {
    let none = vec![None; line.sharers.len()];
    let unknown = |sharer: &SharerRow| trace.sharer_fields(sharer).is_empty();
    if !fighters(line).all(unknown) {
        return none;
    }
    let named_of = |sharer: &SharerRow| match fighters(line).any(|fighter| std::ptr::eq(fighter, sharer)) {
        true => named_fields(ctx, sharer),
        false => Vec::new(),
    };
    let named: Vec<Vec<&str>> = line.sharers.iter().map(named_of).collect();
    // Where the struct would begin, for each sharer; all must agree.
    let mut fitting: Vec<Vec<Option<FieldPath>>> = Vec::new();
    for of in 0..trace.types.0.len() {
        let of = TypeId(of as u32);
        fitting.extend(fit(trace, of, line, &named));
        if fitting.len() > 1 {
            return none;
        }
    }
    fitting.pop().unwrap_or(none)
}

/// The fields of one type that the threads use, when it lies on the line so that all of them fit.
fn fit(trace: &Trace, of: TypeId, line: &SharedLineRow, named: &[Vec<&str>]) -> Option<Vec<Option<FieldPath>>> {
    let row = trace.types.row(of);
    if row.is_std() || row.fields().is_empty() {
        return None;
    }
    let starts = |at: usize| {
        let first = i64::from(line.sharers[at].mask().trailing_zeros());
        let fields = row
            .fields()
            .iter()
            .filter(move |field| named[at].contains(&field.name.as_str()));
        fields.map(move |field| first - field.offset as i64)
    };
    let with_names: Vec<usize> = (0..named.len()).filter(|&at| starts(at).next().is_some()).collect();
    let mut agreed = starts(*with_names.first()?).filter(|start| {
        let others = with_names.iter().all(|&at| starts(at).any(|other| other == *start));
        others && line.address.cast_signed().wrapping_add(*start) % row.alignment.max(1) as i64 == 0
    });
    let start = agreed.next()?;
    if agreed.next().is_some() {
        return None;
    }
    let field = |at: usize| {
        let offset = i64::from(line.sharers[at].mask().trailing_zeros()) - start;
        let offset = u64::try_from(offset).ok().filter(|offset| *offset < row.bytes)?;
        let mut path = trace.types.field_at(of, offset);
        path.text.insert_str(0, &row.short_name());
        Some(path)
    };
    Some(
        (0..named.len())
            .map(|at| with_names.contains(&at).then(|| field(at)).flatten())
            .collect(),
    )
}

/// Names behind a point on the line of an access.
fn named_fields<'a>(ctx: &Context<'a>, sharer: &SharerRow) -> Vec<&'a str> {
    let Some(site) = site(ctx, sharer.write_site.or(sharer.read_site)) else {
        return Vec::new();
    };
    let text = site.file.as_deref().and_then(|file| ctx.text(file));
    let at = position(&site).line as usize;
    let line = text.and_then(|text| text.lines().nth(at.checked_sub(1)?)).unwrap_or("");
    let behind_points = line.split('.').skip(1);
    behind_points
        .map(|part| {
            let end = part
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(part.len());
            (&part[..end], part[end..].trim_start())
        })
        .filter(|(name, rest)| !name.is_empty() && !rest.starts_with('('))
        .map(|(name, _)| name)
        .collect()
}
