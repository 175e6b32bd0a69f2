//! The rule `scattered-access`.

use super::{cold_fields, large_element};
use crate::memory::{EVEN, Misses, Walk, advice, miss_evidence, place_of, used_evidence};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Confidence, Context, evidence};
use profile::{MemoryObject, Message};

declare_rule! {
    /// ## What it finds
    /// A loop that goes through memory in large steps (down the columns of a matrix, one field of large records), or from one
    /// small heap block to the next, and so uses a small part of each cache line that it fetches.
    /// ## Why it is slow
    /// Memory comes in lines of 64 bytes. Whoever uses eight of them pays for eight times the lines, fills the cache with
    /// what nobody reads, and where the next address is only known once the last one has arrived, waits for each.
    /// ## Evidence
    /// `cargo whyslow trace` runs every access through a model of this machine's caches: the misses of the line are counted,
    /// on a sample of the fetched lines also which of their bytes were used before the line was gone. What the misses
    /// cost is predicted.
    /// ## How to see it by hand
    /// `valgrind --tool=cachegrind --cache-sim=yes` and `cg_annotate`: a line with nearly as many misses as reads. On a
    /// machine with counters `perf mem record`.
    /// ## Fix and its safety
    /// Swap the loops, so that the inner one walks along the rows; keep the field that the loop needs in an array of its own;
    /// hold the elements in one `Vec`, linked by index, instead of in boxes. The results stay the same, except that
    /// floating-point sums in another order may differ in their last digits.
    /// ## When not to
    /// The other order makes another loop stride. All of it fits the second level and the program spends its time elsewhere.
    pub(super) SCATTERED_ACCESS = "scattered-access", level 4, check, says [
        "scattered-access-title-stride",
        "scattered-access-title-linked",
        "scattered-access-why-stride",
        "scattered-access-why-linked",
        "scattered-access-fix-order",
        "scattered-access-fix-array",
        "scattered-access-fix-index",
    ]
}

/// More of the line than this, and there is little to win.
const MAX_USED: f64 = 0.5;
/// Steps beyond this leave a part of each line unused.
const LINE_BYTES: u64 = 64;
/// Steps of one line do so only where so little of it is used: else the walk takes one small element after the other.
const MAX_USED_OF_EACH_LINE: f64 = 0.25;
/// Fewer misses tell nothing.
const MIN_MISSES: u64 = 10_000;
/// Blocks up to this size are elements, larger ones are arrays.
const MAX_ELEMENT_BYTES: u64 = 256;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let costs = ctx.memory_costs();
    let is_told = told_by_layout(ctx);
    let scattered =
        |row: &&Misses| !is_told(row) && row.l1 >= MIN_MISSES && row.used_share().is_some_and(|used| used <= MAX_USED);
    out.extend(
        costs
            .rows
            .iter()
            .filter(scattered)
            .filter_map(|row| found(ctx, row, costs.cycles)),
    );
}

/// True for misses of which the rules about a type's layout say what they come from: they name the fields.
pub(super) fn told_by_layout(ctx: &Context<'_>) -> impl Fn(&Misses) -> bool {
    let split = cold_fields::splits(ctx).into_iter().map(|split| split.walk);
    let smaller = large_element::smaller(ctx).into_iter().map(|smaller| smaller.walk);
    let walks: Vec<Walk> = split.chain(smaller).collect();
    move |row| walks.iter().any(|walk| walk.covers(row))
}

fn found(ctx: &Context<'_>, row: &Misses, all: f64) -> Option<Candidate> {
    let trace = ctx.profile().trace.as_ref()?;
    let object = trace.object(row.object);
    let used = row.used_share()?;
    let is_large = |stride: &i64| match stride.unsigned_abs() {
        LINE_BYTES => used <= MAX_USED_OF_EACH_LINE,
        step => step > LINE_BYTES,
    };
    let stride = row.stride.filter(is_large);
    let strides = stride.is_some() || row.stride.is_none() && row.even_share >= EVEN;
    let is_linked = match object {
        MemoryObject::Heap { blocks, bytes, .. } => *blocks >= MIN_MISSES / 10 && bytes / blocks <= MAX_ELEMENT_BYTES,
        _ => false,
    };
    let mut candidate = ctx.memory_candidate(&SCATTERED_ACCESS, place_of(&row.site)?, row.cycles, all);
    candidate.local_factor = 1.0 / used.max(0.05);
    let name = ctx.object_name(object);
    match (strides, is_linked) {
        (true, false) => {
            candidate.title = Message::new("scattered-access-title-stride").text("object", name);
            candidate.why = Message::new("scattered-access-why-stride");
            let step = stride.map(|stride| evidence::size("evidence-stride", stride.unsigned_abs()));
            candidate.evidence.extend(step);
            candidate.fixes = vec![
                advice("scattered-access-fix-order"),
                advice("scattered-access-fix-array"),
            ];
        }
        (_, true) => {
            candidate.title = Message::new("scattered-access-title-linked").text("object", name);
            candidate.why = Message::new("scattered-access-why-linked");
            // Whether elements can live in one array depends on how they come and go.
            candidate.confidence = Confidence::Possible;
            candidate.fixes = vec![advice("scattered-access-fix-index")];
        }
        _ => return None,
    }
    candidate.evidence.push(used_evidence(used));
    candidate.evidence.extend(miss_evidence(row));
    Some(candidate)
}
