//! How loops use the elements of lists, tables and boxes: which bytes of each, and what fetching them costs.

use super::Misses;
use crate::Context;
use crate::context::position;
use profile::{MemoryObject, ObjectId, Scope, Site, Trace, TypeId, TypeKind, UsedLineRow};
use std::collections::BTreeMap;

const LINE_BYTES: u64 = 64;
/// Larger elements are arrays and tables.
const MAX_ELEMENT_BYTES: u64 = 4096;
/// Fewer lines of the sample tell nothing.
const MIN_LINES: u64 = 32;
/// A byte that is used in less than this part of the elements that are used at all is cold.
pub(crate) const RARE: f64 = 0.05;
/// Neighbours that are used together in this part of the lines that hold several are walked one after the other.
const TOGETHER: f64 = 0.6;
/// Elements whose lines are counted to tell how many one takes.
const N_SIMULATED: u64 = 64;

/// How one loop, or a function outside of loops, uses the elements of one type.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// Its costliest line.
    pub(crate) site: Site,
    /// The memory.
    pub(crate) objects: Vec<ObjectId>,
    /// Type of the elements.
    pub(crate) of: TypeId,
    /// Misses of all its lines.
    pub(crate) l1: u64,
    pub(crate) l2: u64,
    pub(crate) last: u64,
    /// Predicted cycles of the misses.
    pub(crate) cycles: f64,
    /// Cycles of the costliest line.
    most_cycles: f64,
    /// Steady step of the costliest line's misses.
    stride: Option<i64>,
    /// For each byte of an element, how many elements it was used of.
    used: Vec<u64>,
    /// Lines of the sample, and the bytes of them that were used.
    pub(crate) watched: (u64, u64),
    /// Lines with parts of several elements, and those of which several were used.
    neighbours: (u64, u64),
}

impl Walk {
    /// True for the misses of one of its lines.
    pub(crate) fn covers(&self, row: &Misses) -> bool {
        self.objects.contains(&row.object) && self.site.function == row.site.function
    }

    /// How many elements of the sample the most used byte was used of.
    pub(crate) fn n_elements(&self) -> u64 {
        self.used.iter().copied().max().unwrap_or(0)
    }

    /// In which part of the used elements a range of bytes was used: an upper bound where the range lies on several lines.
    pub(crate) fn used_part(&self, start: u64, bytes: u64) -> f64 {
        let range = self.used.iter().skip(start as usize).take(bytes as usize);
        range.copied().max().unwrap_or(0) as f64 / self.n_elements().max(1) as f64
    }

    /// Share of the fetched bytes that were used.
    pub(crate) fn used_share(&self) -> f64 {
        self.watched.1 as f64 / (self.watched.0.max(1) as f64 * LINE_BYTES as f64)
    }

    /// Whether elements are used one after the other, so that what a line holds of the next one is used, too.
    pub(crate) fn is_sequential(&self, element_bytes: u64) -> bool {
        let step = 2 * element_bytes.max(LINE_BYTES);
        let (several, used) = self.neighbours;
        self.stride.is_some_and(|stride| stride.unsigned_abs() <= step)
            || (several >= MIN_LINES / 2 && used as f64 >= several as f64 * TOGETHER)
    }
}

/// Lines that one element takes when some bytes of it are used.
pub(crate) fn lines_per_element(bytes: u64, is_used: impl Fn(u64) -> bool, is_sequential: bool) -> f64 {
    let mut n_lines = 0u64;
    let mut before = None;
    for element in 0..N_SIMULATED {
        if !is_sequential {
            before = None;
        }
        for byte in (0..bytes).filter(|&byte| is_used(byte)) {
            let line = (element * bytes + byte) / LINE_BYTES;
            if before != Some(line) {
                n_lines += 1;
                before = Some(line);
            }
        }
    }
    n_lines as f64 / N_SIMULATED as f64
}

/// The walks of a trace that were watched long enough, costliest first.
pub(crate) fn walks(ctx: &Context<'_>) -> Vec<Walk> {
    let Some(trace) = &ctx.profile().trace else {
        return Vec::new();
    };
    let mut walks: BTreeMap<(Option<String>, String, u32, TypeId), Walk> = BTreeMap::new();
    for row in ctx.memory_costs().rows {
        let Some(of) = element_type(trace, row.object) else {
            continue;
        };
        let key = (
            row.site.file.clone(),
            row.site.function.clone(),
            loop_line(ctx, &row.site),
            of,
        );
        walks.entry(key).or_insert_with(|| empty(trace, of, &row)).add(&row);
    }
    for line in &trace.used_lines {
        let Some(of) = element_type(trace, line.object) else {
            continue;
        };
        let site = ctx.profile().trace_site(&Scope::User, trace.site(line.site).stack);
        let line_of_loop = loop_line(ctx, &site);
        if let Some(walk) = walks.get_mut(&(site.file, site.function, line_of_loop, of)) {
            walk.watch(line, trace.types.row(of).bytes);
        }
    }
    let mut walks: Vec<Walk> = walks.into_values().filter(|walk| walk.watched.0 >= MIN_LINES).collect();
    walks.sort_by(|a, b| b.cycles.total_cmp(&a.cycles));
    walks
}

/// Where the innermost loop around a site begins; 0 outside of loops.
fn loop_line(ctx: &Context<'_>, site: &Site) -> u32 {
    let loops = ctx.syntax(site).map(|syntax| syntax.loops_at(position(site)));
    loops.and_then(|loops| Some(loops.first()?.head.line)).unwrap_or(0)
}

/// What the memory holds several of, when it is a struct or enum that could be laid out in another way.
fn element_type(trace: &Trace, object: ObjectId) -> Option<TypeId> {
    let object = trace.object(object);
    let of = object.type_id()?;
    let of = match (&trace.types.row(of).kind, object) {
        (TypeKind::Array { element, .. }, MemoryObject::Static { .. }) => *element,
        (_, MemoryObject::Heap { .. }) => of,
        _ => return None,
    };
    let row = trace.types.row(of);
    let is_laid_out = matches!(row.kind, TypeKind::Struct(_) | TypeKind::Enum { .. }) && !row.is_std();
    (is_laid_out && (1..=MAX_ELEMENT_BYTES).contains(&row.bytes)).then_some(of)
}

fn empty(trace: &Trace, of: TypeId, row: &Misses) -> Walk {
    Walk {
        site: row.site.clone(),
        objects: Vec::new(),
        of,
        l1: 0,
        l2: 0,
        last: 0,
        cycles: 0.0,
        most_cycles: -1.0,
        stride: None,
        used: vec![0; trace.types.row(of).bytes as usize],
        watched: (0, 0),
        neighbours: (0, 0),
    }
}

impl Walk {
    fn add(&mut self, row: &Misses) {
        self.l1 += row.l1;
        self.l2 += row.l2;
        self.last += row.last;
        self.cycles += row.cycles;
        if !self.objects.contains(&row.object) {
            self.objects.push(row.object);
        }
        if row.cycles > self.most_cycles {
            self.most_cycles = row.cycles;
            self.site = row.site.clone();
            self.stride = row.stride;
        }
    }

    /// Books which bytes of which elements of a fetched line were used.
    fn watch(&mut self, line: &UsedLineRow, element_bytes: u64) {
        let mut seen: Option<(u64, bool)> = None;
        let (mut n_elements, mut n_used) = (0, 0);
        let mut n_bytes = 0;
        let whole = line.block_bytes / element_bytes * element_bytes;
        for bit in 0..LINE_BYTES {
            let at = line.offset + bit as i64;
            let Some(at) = u64::try_from(at).ok().filter(|at| *at < whole) else {
                continue;
            };
            let (element, byte) = (at / element_bytes, at % element_bytes);
            let is_used = line.used_mask >> bit & 1 != 0;
            if seen.is_none_or(|(known, _)| known != element) {
                n_elements += 1;
                seen = Some((element, false));
            }
            if is_used {
                n_bytes += 1;
                if let Some(used) = self.used.get_mut(byte as usize) {
                    *used += line.weight;
                }
                if let Some((_, was_used)) = &mut seen
                    && !*was_used
                {
                    *was_used = true;
                    n_used += 1;
                }
            }
        }
        self.watched.0 += line.weight;
        self.watched.1 += n_bytes * line.weight;
        if n_elements > 1 {
            self.neighbours.0 += line.weight;
            self.neighbours.1 += if n_used > 1 { line.weight } else { 0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_shared_by_neighbours_that_are_used_in_turn() {
        let first_eight = |byte: u64| byte < 8;
        for (bytes, is_sequential, expected) in [
            (16, true, 0.25),
            (16, false, 1.0),
            (64, true, 1.0),
            (128, true, 1.0),
            (32, true, 0.5),
        ] {
            let found = lines_per_element(bytes, first_eight, is_sequential);
            assert_eq!(found, expected, "{bytes} {is_sequential}");
        }
        assert_eq!(lines_per_element(256, |byte| !(8..200).contains(&byte), false), 2.0);
    }
}
