//! What a trace costs, as far as a model of the caches can tell: cycles by line and object, and lines that threads fight for.
//!
//! All of it is predicted: counts are exact, what a miss takes is not measured.

mod declaration;
mod sides;
mod walks;

pub(crate) use declaration::{Declaration, declaration};
pub(crate) use sides::{Side, fighters, side_evidence, sides};
pub(crate) use walks::{RARE, Walk, lines_per_element, walks};

use crate::{Candidate, evidence};
use crate::{Confidence, Context, Effort, Evidence, Fix, Place, Resource, Rule};
use profile::{
    Arg, Frame, MemoryObject, Message, MissRow, ObjectId, Origin, Scope, SharedLineRow, SharerRow, Site, StackId, Trace,
};
use std::collections::BTreeMap;

/// Cycles of an access that hits the first level, in code that does something with it.
const HIT_CYCLES: f64 = 1.0;
/// Cycles of what the second level, the last level and memory answer: the middle of what processors of the last ten years
/// take (Intel, "Optimization Reference Manual"; Fog, "The microarchitecture of Intel, AMD and VIA CPUs").
const L2_CYCLES: f64 = 14.0;
const LAST_CYCLES: f64 = 50.0;
const MEMORY_CYCLES: f64 = 200.0;
/// Cycles of a line that another core has changed: between that of a neighbour and that of another socket.
const TRANSFER_CYCLES: f64 = 100.0;
/// A walk in short even steps is foreseen by the processor, which hides most of its misses.
const FORESEEN: f64 = 0.2;
/// What the second level answers comes in time.
const FORESEEN_NEAR: f64 = 0.05;
const SHORT_STRIDE: u64 = 256;
/// So many steps are like the one before where a loop strides, whatever the stride of each pass.
pub(crate) const EVEN: f64 = 0.5;
/// A stride is a row's own when this share of its misses keeps to it.
const STEADY: f64 = 0.5;

/// Misses of one line in one object.
#[derive(Clone, Debug)]
pub(crate) struct Misses {
    pub(crate) site: Site,
    pub(crate) object: ObjectId,
    pub(crate) l1: u64,
    pub(crate) l2: u64,
    pub(crate) last: u64,
    /// Lines of the sample, and the bytes of them that were used.
    pub(crate) watched: (u64, u64),
    /// Most frequent step of the most frequent row.
    pub(crate) stride: Option<i64>,
    /// Share of the misses that are as far from the last one as that was from the one before.
    pub(crate) even_share: f64,
    most_misses: u64,
    /// Predicted cycles.
    pub(crate) cycles: f64,
}

/// The trace by line and object, with what all of it takes.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemoryCosts {
    pub(crate) rows: Vec<Misses>,
    pub(crate) cycles: f64,
}

impl Misses {
    /// Share of the fetched bytes that were used; none when too few lines were watched.
    pub(crate) fn used_share(&self) -> Option<f64> {
        const MIN_WATCHED: u64 = 16;
        let (lines, bytes) = self.watched;
        (lines >= MIN_WATCHED).then(|| bytes as f64 / (lines as f64 * 64.0))
    }
}

/// A steady step from miss to miss.
fn stride(row: &MissRow) -> Option<i64> {
    let is_steady = row.stride_support as f64 >= STEADY * row.l1_misses() as f64;
    (is_steady && row.stride != 0).then_some(row.stride)
}

/// Steady steps from miss to miss, as the source makes them. A loop that the compiler has unrolled has several sites of one
/// line, each of which sees the steps of a whole pass.
struct Steps<'a> {
    trace: &'a Trace,
    /// By place, object and step: how often the most frequent site missed, and how many sites missed about as often.
    sites: BTreeMap<(PlaceKey, ObjectId, i64), (u64, u64)>,
}

type PlaceKey = (Option<String>, u32, String);

fn key_of(site: &Site) -> PlaceKey {
    (site.file.clone(), site.line, site.function.clone())
}

impl<'a> Steps<'a> {
    fn of(trace: &'a Trace, places: &[Site]) -> Self {
        let mut rows: Vec<(&MissRow, &Site)> = trace.misses.iter().zip(places).collect();
        rows.sort_by_key(|(row, _)| std::cmp::Reverse(row.l1_misses()));
        let mut sites: BTreeMap<_, (u64, u64)> = BTreeMap::new();
        for (row, site) in rows {
            let Some(step) = stride(row) else { continue };
            let (most, n_alike) = sites
                .entry((key_of(site), row.object, step))
                .or_insert((row.l1_misses(), 0));
            *n_alike += u64::from(row.l1_misses() * 2 >= *most);
        }
        Self { trace, sites }
    }

    /// The step of the source's loop.
    fn step(&self, row: &MissRow, site: &Site) -> Option<i64> {
        let step = stride(row)?;
        let known = self.sites.get(&(key_of(site), row.object, step));
        let n_sites = known.map_or(1, |(_, n_alike)| *n_alike).max(1);
        // Several fields of one element that lie on different lines are no passes of their own: then the step is one element.
        let element = self.trace.object(row.object).type_id();
        let bytes = element.map_or(0, |of| self.trace.types.row(of).bytes);
        let is_unrolled = bytes > 0 && step.unsigned_abs().is_multiple_of(n_sites * bytes);
        Some(if is_unrolled {
            step / n_sites.cast_signed()
        } else {
            step
        })
    }
}

fn cycles(row: &MissRow, step: Option<i64>) -> f64 {
    let from_memory = row.last_misses;
    let from_others = row.coherence_misses.min(row.l2_misses - from_memory.min(row.l2_misses));
    let from_last = row.l2_misses.saturating_sub(from_memory + from_others);
    let from_l2 = row.l1_misses().saturating_sub(row.l2_misses);
    let (near, far) = match step {
        Some(stride) if stride.unsigned_abs() <= SHORT_STRIDE => (FORESEEN_NEAR, FORESEEN),
        _ => (1.0, 1.0),
    };
    from_memory as f64 * MEMORY_CYCLES * far
        + from_last as f64 * LAST_CYCLES * far
        + from_l2 as f64 * L2_CYCLES * near
        + from_others as f64 * TRANSFER_CYCLES
}

impl Context<'_> {
    /// What the trace costs; nothing without a trace.
    pub(crate) fn memory_costs(&self) -> MemoryCosts {
        let Some(trace) = &self.profile().trace else {
            return MemoryCosts::default();
        };
        let mut rows: BTreeMap<(Option<String>, u32, String, ObjectId), Misses> = BTreeMap::new();
        let mut all = hit_cycles(trace);
        let place = |row: &MissRow| self.profile().trace_site(&Scope::User, trace.site(row.site).stack);
        let places: Vec<Site> = trace.misses.iter().map(place).collect();
        let steps = Steps::of(trace, &places);
        for (row, site) in trace.misses.iter().zip(&places) {
            let step = steps.step(row, site);
            let cycles = cycles(row, step);
            all += cycles;
            let key = (site.file.clone(), site.line, site.function.clone(), row.object);
            let misses = rows.entry(key).or_insert_with(|| Misses {
                site: site.clone(),
                object: row.object,
                l1: 0,
                l2: 0,
                last: 0,
                watched: (0, 0),
                stride: None,
                even_share: 0.0,
                most_misses: 0,
                cycles: 0.0,
            });
            misses.l1 += row.l1_misses();
            misses.l2 += row.l2_misses;
            misses.last += row.last_misses;
            misses.watched.0 += row.watched_lines;
            misses.watched.1 += row.watched_used_bytes;
            misses.cycles += cycles;
            if row.l1_misses() > misses.most_misses {
                misses.most_misses = row.l1_misses();
                misses.stride = step;
                misses.even_share = row.even_steps as f64 / row.l1_misses() as f64;
            }
        }
        MemoryCosts {
            rows: rows.into_values().filter(|row| row.site.is_user).collect(),
            cycles: all,
        }
    }

    /// A finding of a rule about memory, priced by the model.
    pub(crate) fn memory_candidate(&self, rule: &'static Rule, place: Place, cycles: f64, all: f64) -> Candidate {
        Candidate {
            resource: Resource::Cache,
            share: Some((cycles / all.max(1.0)).min(1.0)),
            confidence: Confidence::Likely,
            ..Candidate::new(rule, place, [])
        }
    }

    /// Words for an object, as the code names it.
    pub(crate) fn object_name(&self, object: &MemoryObject) -> String {
        match object {
            MemoryObject::Static { name, .. } => name.clone(),
            MemoryObject::Heap { stack, .. } => {
                let site = self.profile().trace_site(&Scope::User, *stack);
                let file = site.file.as_deref().unwrap_or_default();
                let name = file.rsplit('/').next().unwrap_or_default();
                format!("{} ({name}:{})", site.function, site.line)
            }
            MemoryObject::Stack => "stack".to_owned(),
            MemoryObject::Other => "?".to_owned(),
        }
    }
}

fn hit_cycles(trace: &Trace) -> f64 {
    (trace.totals.reads + trace.totals.writes) as f64 * HIT_CYCLES
}

/// Cycles of so many transfers.
pub(crate) fn transfer_cycles(misses: u64) -> f64 {
    misses as f64 * TRANSFER_CYCLES
}

/// The place of a site in a source file; none when debug information does not tell.
pub(crate) fn place_of(site: &Site) -> Option<Place> {
    Some(Place {
        file: site.file.clone()?,
        line: site.line,
        column: site.column,
        function: site.function.clone(),
    })
}

/// A line that threads fight for, with what a rule says about it.
pub(crate) struct Fight<'a> {
    pub(crate) place: Place,
    pub(crate) also: Vec<Place>,
    /// The one that writes most first.
    pub(crate) sides: Vec<Side<'a>>,
}

impl Fight<'_> {
    /// True when all sides fight for the counts of an `Arc`.
    pub(crate) fn is_for_counts(&self) -> bool {
        let is_count = |side: &Side<'_>| {
            let is_it = |field: &profile::FieldPath| field.text.starts_with("ArcInner<") && field.name == "strong";
            !side.fields.is_empty() && side.fields.iter().all(is_it)
        };
        self.sides.iter().all(is_count)
    }

    /// Words for what is fought for.
    pub(crate) fn name(&self) -> String {
        const MAX_NAMED: usize = 4;
        let mut names: Vec<String> = self.sides.iter().map(Side::name).collect();
        names.dedup();
        let n_more = names.len().saturating_sub(MAX_NAMED);
        names.truncate(MAX_NAMED);
        let more = if n_more > 0 { ", …" } else { "" };
        format!("{}{more}", names.join(", "))
    }
}

/// The fight for a line, at the places of the user's that write to it, and failing that read it.
pub(crate) fn fight<'a>(ctx: &Context<'a>, line: &'a SharedLineRow) -> Option<Fight<'a>> {
    let trace = ctx.profile().trace.as_ref()?;
    let site = |stack: StackId| Some(ctx.profile().trace_site(&Scope::User, stack)).filter(|site| site.is_user);
    let mut sharers: Vec<&SharerRow> = fighters(line).collect();
    sharers.sort_by_key(|sharer| std::cmp::Reverse(sharer.writes));
    // How channels and schedulers share their own state is not the user's to change; a lock that threads wait for has rules
    // of its own. Locks that only lie side by side are the user's to move.
    let is_apart = line.false_misses() > line.true_misses();
    let is_inside = |stack| is_inside_of_library(ctx, stack) && !(is_apart && is_inside_of_lock(ctx, stack));
    if sharers.iter().any(|sharer| sharer.write_site.is_some_and(is_inside)) {
        return None;
    }
    let mut sites: Vec<StackId> = Vec::new();
    for sharer in sharers {
        let main = sharer.write_site.or(sharer.read_site);
        let is_drop = main.is_some_and(|stack| is_inside_of_drop(ctx, stack));
        sites.extend(main);
        sites.extend(sharer.read_site.filter(|_| is_drop));
    }
    // Where a guard goes out of scope there is nothing to see.
    sites.sort_by_key(|&stack| is_inside_of_drop(ctx, stack));
    let mut places: Vec<Place> = Vec::new();
    for found in sites.into_iter().filter_map(site).filter_map(|site| place_of(&site)) {
        if !places.contains(&found) {
            places.push(found);
        }
    }
    // What made the memory can lay it out anew; a helper that writes to it, as a generator of random numbers does, cannot.
    let home = line
        .sharers
        .first()
        .and_then(|sharer| match trace.object(sharer.object) {
            MemoryObject::Heap { stack, .. } => site(*stack)?.file,
            _ => None,
        });
    places.sort_by_key(|place| home.as_ref().is_some_and(|home| *home != place.file));
    let mut places = places.into_iter();
    Some(Fight {
        place: places.next()?,
        also: places.collect(),
        sides: sides(ctx, trace, line),
    })
}

/// True for accesses that the code of a lock, a channel or a scheduler makes on the user's behalf.
fn is_inside_of_library(ctx: &Context<'_>, stack: StackId) -> bool {
    library_frames(ctx, stack).any(|frame| match &frame.origin {
        Origin::Std => {
            let name = &frame.function;
            let is_sync = ["::sync::", "::sys::", "::thread::"]
                .iter()
                .any(|part| name.contains(part));
            is_sync && !name.contains("sync::atomic") && !name.contains("alloc::sync::Arc")
        }
        _ => true,
    })
}

/// True for accesses that a mutex or a reader-writer lock of std, parking_lot or spin makes.
fn is_inside_of_lock(ctx: &Context<'_>, stack: StackId) -> bool {
    library_frames(ctx, stack).all(|frame| {
        let name = frame.function.to_lowercase();
        let is_lock = ["mutex", "rwlock", "rw_lock", "sync::poison", "lock_api"]
            .iter()
            .any(|part| name.contains(part));
        let is_plain = name.contains("sync::atomic") || name.contains("core::ops") || name.contains("core::ptr");
        is_lock || is_plain
    })
}

/// True for what happens at the end of a scope.
fn is_inside_of_drop(ctx: &Context<'_>, stack: StackId) -> bool {
    library_frames(ctx, stack).any(|frame| frame.function.contains("drop_in_place") || frame.function.ends_with("drop"))
}

/// The frames below the user's code.
pub(crate) fn library_frames<'a>(ctx: &Context<'a>, stack: StackId) -> impl Iterator<Item = &'a Frame> {
    let frames = ctx.profile().tables.frames_of(stack).map(|(_, frame)| frame);
    frames.take_while(|frame| !matches!(frame.origin, Origin::User(_)))
}

/// Advice for memory, which changes a type and what uses it.
pub(crate) fn advice(key: &'static str) -> Fix {
    Fix::advice(Message::new(key), Effort::Moderate)
}

/// Misses of each level as evidence.
pub(crate) fn miss_evidence(misses: &Misses) -> Vec<Evidence> {
    vec![
        evidence::count("evidence-l1-misses", misses.l1),
        evidence::count("evidence-l2-misses", misses.l2),
        evidence::count("evidence-last-misses", misses.last),
    ]
}

/// Misses of all lines of a walk as evidence.
pub(crate) fn walk_evidence(walk: &Walk) -> Vec<Evidence> {
    vec![
        evidence::count("evidence-l1-misses", walk.l1),
        evidence::count("evidence-l2-misses", walk.l2),
        evidence::count("evidence-last-misses", walk.last),
    ]
}

/// The bytes that were used, of those that were fetched, as evidence.
pub(crate) fn used_evidence(share: f64) -> Evidence {
    Evidence {
        name: "evidence-used-share".into(),
        value: Arg::Share(share),
    }
}
