//! Reads what the threads of the program wrote.

use super::event::{AgentEvent, AllocationKind, Freed, RawStack, SampleId};
use super::mappings::MappingReader;
use super::sys::Arena;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use wire::{
    AllocationRecord, CALL_WEIGHT, CpuRecord, EndRecord, GrowthRecord, Header, LIVE_FLUSH_BYTES, MappingRecord,
    RecordHeader, RingControl, Slot, slot_state, stack_counts,
};

/// What is remembered between two looks at the arena.
#[derive(Default)]
pub(super) struct Drain {
    /// Ends whose allocation may still stand in a ring that was looked at before the end was written.
    pending_ends: Vec<End>,
    /// Thread names as told last, per slot.
    told: Vec<Option<Told>>,
    mappings: MappingReader,
    words: Vec<u64>,
    dump: Vec<u8>,
    n_passes: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Told {
    pid: u32,
    tid: u32,
    name: [u64; 2],
}

#[derive(Clone, Copy)]
struct End {
    pid: u32,
    tid: u32,
    record: EndRecord,
}

/// Slots whose process has died without giving them back are looked for every so many passes.
const PASSES_PER_SEARCH: u64 = 16;

impl Drain {
    /// Hands over everything that was written since the last pass.
    pub(super) fn pass(&mut self, arena: &Arena, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        self.told.resize(arena.slots().len(), None);
        let old_ends = std::mem::take(&mut self.pending_ends);
        for (slot_idx, slot) in arena.slots().iter().enumerate() {
            let state = slot.state.load(Acquire);
            if state == slot_state::CLAIMED || state == slot_state::EXITED {
                self.read_slot(arena, slot_idx, slot, sink);
                if state == slot_state::EXITED {
                    // Nobody writes to it any more, so it has been read to its end.
                    let _ = slot
                        .state
                        .compare_exchange(slot_state::EXITED, slot_state::FREE, AcqRel, Relaxed);
                }
            }
        }
        old_ends.into_iter().for_each(|end| tell_end(end, sink));
        self.mappings.look(arena.header(), sink);
        self.n_passes += 1;
        if self.n_passes.is_multiple_of(PASSES_PER_SEARCH) {
            give_back_dead(arena);
        }
    }

    /// The last pass: also tells what became of the blocks that nobody freed.
    pub(super) fn finish(&mut self, arena: &Arena, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        self.pass(arena, sink);
        std::mem::take(&mut self.pending_ends)
            .into_iter()
            .for_each(|end| tell_end(end, sink));
        for (key, block) in arena.tracked_keys().iter().zip(arena.tracked()) {
            if key.load(Acquire) > wire::tracked_key::BUSY {
                let process = arena.header().processes.get(block.process.load(Relaxed) as usize);
                sink(AgentEvent::End {
                    id: SampleId(block.id.load(Relaxed)),
                    pid: process.map_or(0, |process| process.pid.load(Relaxed)),
                    freed: None,
                    growths: block.growths.load(Relaxed),
                    moved_bytes: block.moved_bytes.load(Relaxed),
                    last_size: block.size.load(Relaxed),
                });
            }
        }
    }

    fn read_slot(&mut self, arena: &Arena, slot_idx: usize, slot: &Slot, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        let told = Told {
            pid: slot.pid.load(Relaxed),
            tid: slot.tid.load(Relaxed),
            name: [slot.name[0].load(Relaxed), slot.name[1].load(Relaxed)],
        };
        if let Some(place) = self.told.get_mut(slot_idx)
            && *place != Some(told)
        {
            *place = Some(told);
            tell_thread(told, sink);
        }
        self.read_ring(&slot.ring, arena.ring(slot_idx), told, sink);
        self.read_ring(&slot.cpu_ring, arena.cpu_ring(slot_idx), told, sink);
    }

    fn read_ring(
        &mut self,
        control: &RingControl,
        ring: &[AtomicU64],
        thread: Told,
        sink: &mut dyn FnMut(AgentEvent<'_>),
    ) {
        let mask = ring.len() as u64 - 1;
        let head = control.head.load(Acquire);
        let mut tail = control.tail.load(Relaxed);
        // The program can write anything here: an impossible head empties the ring, a damaged record ends the pass.
        if head.wrapping_sub(tail) > ring.len() as u64 {
            tail = head;
        }
        let mut words = std::mem::take(&mut self.words);
        while tail < head {
            let header = RecordHeader::from_word(ring[(tail & mask) as usize].load(Relaxed));
            let n_words = u64::from(header.n_words);
            if n_words == 0 || tail + n_words > head {
                tail = head;
                break;
            }
            words.clear();
            words.extend((1..n_words).map(|at| ring[((tail + at) & mask) as usize].load(Relaxed)));
            self.tell_record(header.kind, &words, thread, sink);
            tail += n_words;
        }
        self.words = words;
        control.tail.store(tail, Release);
    }

    fn tell_record(&mut self, kind: u32, words: &[u64], thread: Told, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        let Told { pid, tid, .. } = thread;
        match kind {
            AllocationRecord::KIND => {
                if let Some((record, rest)) = AllocationRecord::from_words(words)
                    && let Some(stack) = stack_from(rest, &mut self.dump)
                    && let Some(kind) = allocation_kind(record.kind)
                {
                    sink(AgentEvent::Allocation {
                        id: SampleId(record.id),
                        pid,
                        tid,
                        time_ns: record.time_ns,
                        kind,
                        size: record.size,
                        align: record.align,
                        weight: weight(record.size, record.interval),
                        stack,
                    });
                }
            }
            GrowthRecord::KIND => {
                if let Some((record, rest)) = GrowthRecord::from_words(words)
                    && let Some(stack) = stack_from(rest, &mut self.dump)
                {
                    sink(AgentEvent::Growth {
                        pid,
                        tid,
                        time_ns: record.time_ns,
                        old_size: record.old_size,
                        new_size: record.new_size,
                        has_moved: record.has_moved != 0,
                        weight: weight(record.new_size, record.interval),
                        stack,
                    });
                }
            }
            EndRecord::KIND => {
                if let Some((record, _)) = EndRecord::from_words(words) {
                    self.pending_ends.push(End { pid, tid, record });
                }
            }
            CpuRecord::KIND => {
                if let Some((record, rest)) = CpuRecord::from_words(words)
                    && let Some(stack) = stack_from(rest, &mut self.dump)
                {
                    let CpuRecord { time_ns, cpu_ns } = record;
                    sink(AgentEvent::Cpu {
                        pid,
                        tid,
                        time_ns,
                        cpu_ns,
                        stack,
                    });
                }
            }
            MappingRecord::KIND => {
                if let Some((record, rest)) = MappingRecord::from_words(words) {
                    let bytes: Vec<u8> = rest.iter().flat_map(|word| word.to_le_bytes()).collect();
                    let path = bytes.get(..record.path_bytes as usize).unwrap_or(&[]);
                    self.mappings.tell(
                        AgentEvent::Mapping {
                            pid,
                            start: record.start,
                            end: record.end,
                            file_offset: record.file_offset,
                            path: Path::new(OsStr::from_bytes(path)),
                        },
                        sink,
                    );
                }
            }
            _ => {}
        }
    }
}

fn tell_thread(told: Told, sink: &mut dyn FnMut(AgentEvent<'_>)) {
    let bytes: Vec<u8> = told
        .name
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .take_while(|&byte| byte != 0)
        .collect();
    sink(AgentEvent::Thread {
        pid: told.pid,
        tid: told.tid,
        name: &String::from_utf8_lossy(&bytes),
    });
}

fn tell_end(end: End, sink: &mut dyn FnMut(AgentEvent<'_>)) {
    let EndRecord {
        time_ns,
        id,
        birth_ns,
        growths,
        moved_bytes,
        last_size,
    } = end.record;
    sink(AgentEvent::End {
        id: SampleId(id),
        pid: end.pid,
        freed: Some(Freed {
            tid: end.tid,
            time_ns,
            lifetime_ns: time_ns.saturating_sub(birth_ns),
        }),
        growths: u32::try_from(growths).unwrap_or(u32::MAX),
        moved_bytes,
        last_size,
    });
}

/// The stack at the end of a record. None when its counts do not fit.
fn stack_from<'a>(words: &'a [u64], dump: &'a mut Vec<u8>) -> Option<RawStack<'a>> {
    let (&[ip, sp, bp, counts], rest) = words.split_first_chunk::<{ wire::STACK_HEADER_WORDS }>()?;
    let (n_dump, n_chain) = stack_counts::from_word(counts);
    let (dumped, rest) = rest.split_at_checked(n_dump)?;
    dump.clear();
    dump.extend(dumped.iter().flat_map(|word| word.to_le_bytes()));
    Some(RawStack {
        ip,
        sp,
        bp,
        dump,
        chain: rest.get(..n_chain)?,
    })
}

pub(super) fn allocation_kind(kind: u64) -> Option<AllocationKind> {
    Some(match kind {
        wire::allocation_kind::ALLOC => AllocationKind::Alloc,
        wire::allocation_kind::ALLOC_ZEROED => AllocationKind::AllocZeroed,
        wire::allocation_kind::MALLOC => AllocationKind::Malloc,
        wire::allocation_kind::CALLOC => AllocationKind::Calloc,
        wire::allocation_kind::FOREIGN => AllocationKind::Foreign,
        _ => return None,
    })
}

/// 1 ÷ the probability that a block of this size is sampled: see the agent's `sampler.rs`.
fn weight(size: u64, interval: u64) -> f64 {
    let weight = (size as f64 + CALL_WEIGHT as f64) / interval.max(1) as f64;
    1.0 / -(-weight).exp_m1()
}

/// Takes slots from threads whose process has died without giving them back.
fn give_back_dead(arena: &Arena) {
    let mut last = (0, true);
    for slot in arena.slots() {
        if slot.state.load(Acquire) != slot_state::CLAIMED {
            continue;
        }
        let pid = slot.pid.load(Relaxed);
        if last.0 != pid {
            last = (pid, is_alive(pid));
        }
        if !last.1 {
            report_live(arena.header(), slot);
            // The next pass reads what it left.
            let _ = slot
                .state
                .compare_exchange(slot_state::CLAIMED, slot_state::EXITED, AcqRel, Relaxed);
        }
    }
}

/// Reports the bytes alive that a dead thread held back, as it would have done itself.
fn report_live(header: &Header, slot: &Slot) {
    let Some(process) = header.processes.get(slot.process.load(Relaxed) as usize) else {
        return;
    };
    let live = slot.live.swap(-LIVE_FLUSH_BYTES, Relaxed);
    let most = slot.live_max.swap(-LIVE_FLUSH_BYTES, Relaxed).max(live);
    let before = process.live.fetch_add(live.wrapping_add(LIVE_FLUSH_BYTES), Relaxed);
    process
        .peak
        .fetch_max(before.wrapping_add(most).wrapping_add(LIVE_FLUSH_BYTES), Relaxed);
}

fn is_alive(pid: u32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_much_larger_than_the_interval_stands_for_itself_and_a_small_one_for_many() {
        assert!((weight(1 << 30, 1 << 14) - 1.0).abs() < 1e-9);
        let small = weight(0, 256 << 10);
        assert!((small - 1024.5).abs() < 0.1, "{small}");
    }

    #[test]
    fn memory_full_of_nonsense_is_read_without_a_fault() {
        let arena = Arena::create(wire::Geometry::SMALL, 1, false).unwrap();
        // xorshift64 (Marsaglia 2003).
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut drain = Drain::default();
        for round in 0..20 {
            for (slot_idx, slot) in arena.slots().iter().enumerate() {
                slot.state.store(random() as u32 % 5, Relaxed);
                slot.pid.store(random() as u32, Relaxed);
                slot.name[0].store(random(), Relaxed);
                slot.live.store(random() as i64, Relaxed);
                slot.live_max.store(random() as i64, Relaxed);
                slot.process.store(random() as u32 % 70, Relaxed);
                slot.allocations.store(random(), Relaxed);
                slot.wait_entry.store(random() % (1 << 21), Relaxed);
                slot.wait_since_ns.store(random(), Relaxed);
                let tail = slot.ring.tail.load(Relaxed);
                slot.ring.head.store(
                    if round % 2 == 0 {
                        tail + random() % 5000
                    } else {
                        random()
                    },
                    Relaxed,
                );
                for word in arena.ring(slot_idx).iter().take(600) {
                    // Headers that look right now and then, small numbers, and anything.
                    let header = RecordHeader {
                        n_words: random() as u32 % 60,
                        kind: random() as u32 % 7,
                    };
                    let choice = [header.to_word(), random() % 40, random()][random() as usize % 3];
                    word.store(choice, Relaxed);
                }
            }
            for (key, block) in arena.tracked_keys().iter().zip(arena.tracked()).take(500) {
                key.store(random() % 9, Relaxed);
                block.process.store(random() as u32, Relaxed);
            }
            for place in arena.index().iter().take(3000) {
                place.store(random() as u32 % (3 << 20), Relaxed);
            }
            for word in arena.pool().iter().take(50_000) {
                word.store([random(), random() % 1000][random() as usize % 2], Relaxed);
            }
            arena.header().n_attached.store(random() as u32, Relaxed);
            drain.pass(&arena, &mut |_| {});
            drain.finish(&arena, &mut |_| {});
            super::super::aggregates::read(&arena, random());
            super::super::totals::read(&arena);
        }
    }

    #[test]
    fn a_stack_whose_counts_exceed_the_record_is_refused() {
        let mut dump = Vec::new();
        assert!(stack_from(&[1, 2, 3, stack_counts::to_word(1, 1), 7], &mut dump).is_none());
        let words = [1, 2, 3, stack_counts::to_word(1, 1), 7, 8];
        let stack = stack_from(&words, &mut dump).unwrap();
        assert_eq!((stack.dump.len(), stack.chain), (8, &[8u64][..]));
    }
}
