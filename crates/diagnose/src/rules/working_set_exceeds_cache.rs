//! The rule `working-set-exceeds-cache`.

use super::scattered_access::told_by_layout;
use crate::memory::{EVEN, Misses, advice, library_frames, miss_evidence, place_of};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Confidence, Context, evidence};
use profile::{MemoryObject, Message};

declare_rule! {
    /// ## What it finds
    /// A loop that goes through the same memory again and again, while it is larger than the core's own cache: each time
    /// all of it is fetched anew. Or one that jumps about in a table which is larger than that, so that nearly each access waits.
    /// ## Why it is slow
    /// What left the second level comes back from the shared cache or from memory, four to fifteen times slower, and the
    /// way there is narrow: with several threads at work each gets a part of it.
    /// ## Evidence
    /// `cargo whyslow trace` runs every access through a model of this machine's caches: lines that missed the second
    /// level although they had been there before, in memory whose size is known. What the misses cost is predicted.
    /// ## How to see it by hand
    /// The run's time by input size jumps where the data outgrows a level of the cache (`lscpu -C` tells their sizes).
    /// `valgrind --tool=cachegrind --cache-sim=yes` with `--LL` set to the size of the second level.
    /// ## Fix and its safety
    /// Do everything with a part that fits the cache before going on to the next (blocking, tiling); join loops that go
    /// through the same data one after the other; make elements smaller (`u32` for an index, `f32`). Joined loops do the
    /// same work in another order. Jumps: first put the keys into parts by their highest bits (radix partitioning; Manegold,
    /// Boncz, Kersten 2002, "Optimizing main-memory join on modern hardware"), then work part by part.
    /// ## When not to
    /// Each pass needs the result of the whole pass before. Even steps through memory are foreseen by the processor: as long as
    /// the loop calculates longer than it waits, nothing is won.
    pub(super) WORKING_SET_EXCEEDS_CACHE = "working-set-exceeds-cache", level 4, check, says [
        "working-set-exceeds-cache-title",
        "working-set-exceeds-cache-why",
        "working-set-exceeds-cache-title-jumps",
        "working-set-exceeds-cache-why-jumps",
        "working-set-exceeds-cache-fix-block",
        "working-set-exceeds-cache-fix-partition",
        "working-set-exceeds-cache-fix-smaller",
    ]
}

/// Fewer misses tell nothing.
const MIN_MISSES: u64 = 10_000;
/// Memory that was fetched so often as a whole was gone through again and again.
const MIN_PASSES: u64 = 4;
/// Below this the line is wasted, which another rule says, or the accesses jump.
const MIN_USED: f64 = 0.5;
/// Partitioning is work of its own: only worth it where the program does little else.
const MIN_JUMP_SHARE: f64 = 0.25;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let costs = ctx.memory_costs();
    // Smaller elements may fit.
    let is_told = told_by_layout(ctx);
    let many = |row: &&Misses| row.l2 >= MIN_MISSES && !is_told(row);
    out.extend(
        costs
            .rows
            .iter()
            .filter(many)
            .filter_map(|row| found(ctx, row, costs.cycles)),
    );
}

fn found(ctx: &Context<'_>, row: &Misses, all: f64) -> Option<Candidate> {
    let trace = ctx.profile().trace.as_ref()?;
    let second = trace.levels.iter().find(|level| level.level == 2)?;
    let object = trace.object(row.object);
    let bytes = match object {
        // Of several blocks only the sum is known.
        MemoryObject::Heap { blocks: 1, bytes, .. } | MemoryObject::Static { bytes, .. } => *bytes,
        _ => return None,
    };
    let used = row.used_share()?;
    let lines = (bytes / 64).max(1);
    let is_swept = used >= MIN_USED && row.l2.saturating_sub(row.last) / lines >= MIN_PASSES;
    let has_steps = row.stride.is_some() || row.even_share >= EVEN;
    let is_jumped = used < MIN_USED && !has_steps && row.cycles >= MIN_JUMP_SHARE * all && !is_hash_table(ctx, object);
    if bytes <= second.size_bytes || !(is_swept || is_jumped) {
        return None;
    }
    let mut candidate = ctx.memory_candidate(&WORKING_SET_EXCEEDS_CACHE, place_of(&row.site)?, row.cycles, all);
    candidate.confidence = Confidence::Possible;
    let name = ctx.object_name(object);
    let fixes;
    if is_swept {
        candidate.title = Message::new("working-set-exceeds-cache-title").text("object", name);
        candidate.why = Message::new("working-set-exceeds-cache-why");
        fixes = [
            "working-set-exceeds-cache-fix-block",
            "working-set-exceeds-cache-fix-smaller",
        ];
    } else {
        candidate.title = Message::new("working-set-exceeds-cache-title-jumps").text("object", name);
        candidate.why = Message::new("working-set-exceeds-cache-why-jumps");
        fixes = [
            "working-set-exceeds-cache-fix-partition",
            "working-set-exceeds-cache-fix-smaller",
        ];
    }
    candidate.evidence = vec![
        evidence::size("evidence-object-size", bytes),
        evidence::size("evidence-cache-size", second.size_bytes),
    ];
    candidate.evidence.extend(miss_evidence(row));
    candidate.fixes = fixes.map(advice).into();
    Some(candidate)
}

/// Hash tables are there to be jumped about in; what is wrong with one, other rules say.
fn is_hash_table(ctx: &Context<'_>, object: &MemoryObject) -> bool {
    let MemoryObject::Heap { stack, .. } = object else {
        return false;
    };
    library_frames(ctx, *stack).any(|frame| frame.function.contains("hashbrown"))
}
