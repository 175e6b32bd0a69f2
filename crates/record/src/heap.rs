//! Sums up sampled allocations by thread and stack, with what became of each.

use crate::agent::{AggregateKind, SampleId};
use crate::assemble::Named;
use crate::hooks::Unwound;
use crate::stacks::RawStackId;
use profile::{AllocationRow, Distribution, GrowthRow, Profile, StackId, ThreadId};
use std::collections::HashMap;

type Key = (ThreadId, RawStackId);

/// Sampled allocations so far.
#[derive(Default)]
pub(crate) struct Heap {
    allocations: HashMap<Key, Vec<Block>>,
    /// Where each sampled block stands in `allocations`, until its end is known.
    open: HashMap<SampleId, (Key, usize)>,
    growths: HashMap<Key, Vec<Growth>>,
}

/// A sampled allocation.
struct Block {
    weight: f64,
    size: u64,
    end: Option<End>,
}

#[derive(Clone, Copy)]
struct End {
    /// Who freed it, after how many nanoseconds.
    freed: Option<(ThreadId, u64)>,
    growths: u32,
    last_size: u64,
}

/// A sampled `realloc`.
struct Growth {
    weight: f64,
    old_size: u64,
    new_size: u64,
    has_moved: bool,
}

impl Heap {
    pub(crate) fn allocation(&mut self, id: SampleId, thread: ThreadId, stack: RawStackId, size: u64, weight: f64) {
        let blocks = self.allocations.entry((thread, stack)).or_default();
        self.open.insert(id, ((thread, stack), blocks.len()));
        blocks.push(Block {
            weight,
            size,
            end: None,
        });
    }

    pub(crate) fn growth(
        &mut self,
        thread: ThreadId,
        stack: RawStackId,
        old_size: u64,
        new_size: u64,
        has_moved: bool,
        weight: f64,
    ) {
        self.growths.entry((thread, stack)).or_default().push(Growth {
            weight,
            old_size,
            new_size,
            has_moved,
        });
    }

    pub(crate) fn end(&mut self, id: SampleId, freed: Option<(ThreadId, u64)>, growths: u32, last_size: u64) {
        let Some((key, index)) = self.open.remove(&id) else {
            return;
        };
        if let Some(block) = self.allocations.get_mut(&key).and_then(|blocks| blocks.get_mut(index)) {
            block.end = Some(End {
                freed,
                growths,
                last_size,
            });
        }
    }

    /// Fills the allocation and growth rows: estimates from the samples, exact where `aggregates` counted every call.
    pub(crate) fn fill(&self, profile: &mut Profile, aggregates: &[Unwound], named: &Named) {
        profile.allocations = allocation_rows(&self.allocations, named);
        profile.growths = growth_rows(&self.growths, named);
        let mut exact_allocations: HashMap<(ThreadId, StackId), AllocationRow> = HashMap::new();
        let mut exact_growths: HashMap<(ThreadId, StackId), GrowthRow> = HashMap::new();
        for Unwound {
            thread,
            stack,
            aggregate,
        } in aggregates
        {
            let key = (*thread, named.stack(*stack));
            let count = aggregate.count as f64;
            match &aggregate.what {
                AggregateKind::Allocation { bytes, size, .. } => {
                    let row = exact_allocations.entry(key).or_insert_with(|| empty_allocations(key));
                    row.samples += aggregate.count;
                    row.allocations += count;
                    row.bytes += *bytes as f64;
                    row.size = row.size.merged(size);
                }
                AggregateKind::Growth {
                    moves,
                    moved_bytes,
                    added_bytes,
                    new_size,
                } => {
                    let row = exact_growths.entry(key).or_insert_with(|| empty_growths(key));
                    row.samples += aggregate.count;
                    row.growths += count;
                    row.moves += *moves as f64;
                    row.moved_bytes += *moved_bytes as f64;
                    row.added_bytes += *added_bytes as f64;
                    row.new_size = row.new_size.merged(new_size);
                }
                _ => {}
            }
        }
        if !exact_allocations.is_empty() {
            add_lifetimes(&mut exact_allocations, &profile.allocations);
            profile.allocations = exact_allocations.into_values().collect();
            profile.growths = exact_growths.into_values().collect();
        }
        profile.allocations.sort_by(|a, b| {
            b.bytes
                .total_cmp(&a.bytes)
                .then((a.thread, a.stack).cmp(&(b.thread, b.stack)))
        });
        profile.growths.sort_by(|a, b| {
            b.moved_bytes
                .total_cmp(&a.moved_bytes)
                .then((a.thread, a.stack).cmp(&(b.thread, b.stack)))
        });
    }
}

/// What became of blocks is known for the sampled ones only: scales their shares to the exact counts.
fn add_lifetimes(exact: &mut HashMap<(ThreadId, StackId), AllocationRow>, sampled: &[AllocationRow]) {
    for sample in sampled {
        let Some(row) = exact.get_mut(&(sample.thread, sample.stack)) else {
            continue;
        };
        let scale = row.allocations / sample.allocations.max(f64::MIN_POSITIVE);
        row.freed = sample.freed * scale;
        row.freed_by_other_thread = sample.freed_by_other_thread * scale;
        row.grown = sample.grown * scale;
        row.lifetime_ns = sample.lifetime_ns;
        row.growths_per_chain = sample.growths_per_chain;
        row.final_size = sample.final_size;
    }
}

fn empty_allocations((thread, stack): (ThreadId, StackId)) -> AllocationRow {
    AllocationRow {
        thread,
        stack,
        samples: 0,
        allocations: 0.0,
        bytes: 0.0,
        freed: 0.0,
        freed_by_other_thread: 0.0,
        size: Distribution::default(),
        lifetime_ns: Distribution::default(),
        grown: 0.0,
        growths_per_chain: Distribution::default(),
        final_size: Distribution::default(),
    }
}

fn empty_growths((thread, stack): (ThreadId, StackId)) -> GrowthRow {
    GrowthRow {
        thread,
        stack,
        samples: 0,
        growths: 0.0,
        moves: 0.0,
        moved_bytes: 0.0,
        added_bytes: 0.0,
        old_size: Distribution::default(),
        new_size: Distribution::default(),
    }
}

/// Regroups what was recorded under raw stacks by their names: several raw stacks can have one.
fn by_name<'a, T>(raw: &'a HashMap<Key, Vec<T>>, named: &Named) -> HashMap<(ThreadId, StackId), Vec<&'a T>> {
    let mut regrouped: HashMap<_, Vec<&T>> = HashMap::new();
    for (&(thread, stack), items) in raw {
        regrouped.entry((thread, named.stack(stack))).or_default().extend(items);
    }
    regrouped
}

fn allocation_rows(raw: &HashMap<Key, Vec<Block>>, named: &Named) -> Vec<AllocationRow> {
    by_name(raw, named)
        .into_iter()
        .map(|(key, blocks)| allocation_row(key, &blocks))
        .collect()
}

fn allocation_row(key: (ThreadId, StackId), blocks: &[&Block]) -> AllocationRow {
    let ends = || {
        blocks
            .iter()
            .filter_map(|block| block.end.map(|end| (block.weight, end)))
    };
    let freed = || ends().filter_map(|(weight, end)| end.freed.map(|(thread, ns)| (weight, thread, ns)));
    let grown = || ends().filter(|(_, end)| end.growths > 0);
    AllocationRow {
        samples: blocks.len() as u64,
        allocations: blocks.iter().map(|block| block.weight).sum(),
        bytes: blocks.iter().map(|block| block.weight * block.size as f64).sum(),
        freed: freed().map(|(weight, ..)| weight).sum(),
        freed_by_other_thread: freed()
            .filter(|&(_, thread, _)| thread != key.0)
            .map(|(weight, ..)| weight)
            .sum(),
        size: Distribution::of(blocks.iter().map(|block| (block.size, block.weight))),
        lifetime_ns: Distribution::of(freed().map(|(weight, _, ns)| (ns, weight))),
        grown: grown().map(|(weight, _)| weight).sum(),
        growths_per_chain: Distribution::of(grown().map(|(weight, end)| (u64::from(end.growths), weight))),
        final_size: Distribution::of(grown().map(|(weight, end)| (end.last_size, weight))),
        ..empty_allocations(key)
    }
}

fn growth_rows(raw: &HashMap<Key, Vec<Growth>>, named: &Named) -> Vec<GrowthRow> {
    by_name(raw, named)
        .into_iter()
        .map(|(key, growths)| growth_row(key, &growths))
        .collect()
}

fn growth_row(key: (ThreadId, StackId), growths: &[&Growth]) -> GrowthRow {
    let moved = || growths.iter().filter(|growth| growth.has_moved);
    GrowthRow {
        samples: growths.len() as u64,
        growths: growths.iter().map(|growth| growth.weight).sum(),
        moves: moved().map(|growth| growth.weight).sum(),
        moved_bytes: moved().map(|growth| growth.weight * growth.old_size as f64).sum(),
        added_bytes: growths
            .iter()
            .map(|g| g.weight * g.new_size.saturating_sub(g.old_size) as f64)
            .sum(),
        old_size: Distribution::of(growths.iter().map(|growth| (growth.old_size, growth.weight))),
        new_size: Distribution::of(growths.iter().map(|growth| (growth.new_size, growth.weight))),
        ..empty_growths(key)
    }
}
