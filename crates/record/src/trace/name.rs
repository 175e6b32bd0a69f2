//! Names what was counted and puts the trace together.

use super::executable::Executable;
use super::raw::{Raw, RawSharedLine, RawSharer, RawThread, RawUsedLine};
use super::real_path;
use super::types::NamedTypes;
use profile::{
    AccessKind, AccessSite, AccessSiteId, CacheModel, Frame, MemoryObject, MissRow, ObjectId, Profile, SharedLineRow,
    SharerRow, Stack, StackId, Tables, Thread, Trace, TraceTotals, UsedLineRow,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use symbolize::{AddressKind, AddressSpace, Avma, CodeAddress, FileOffset, Mapping, Modules, Pid, Symbolizer};
use wire::trace::{LINE_BYTES, N_BLOCKS_IN_LINE, object};

/// Fills the frames, stacks, threads and the trace of `profile`.
pub(super) fn name_and_fill(
    profile: &mut Profile,
    raw: &Raw,
    executable: &Executable,
    caches: &[CacheModel],
    symbolizer: &mut Symbolizer,
    crates: Vec<String>,
) {
    let mut namer = Namer::new(raw, &profile.run.executable, symbolizer);
    let sites: Vec<AccessSite> = raw
        .sites
        .iter()
        .map(|(&address, site)| {
            let n_own_frames = namer.n_frames(address);
            AccessSite {
                stack: namer.stack(std::iter::once(address).chain(site.callers.iter().copied())),
                n_own_frames,
                kind: site.kind,
                access_bytes: site.access_bytes,
                count: site.count,
                bytes: site.bytes,
            }
        })
        .collect();
    let site_ids: HashMap<u64, AccessSiteId> = raw.sites.keys().copied().zip((0..).map(AccessSiteId)).collect();
    let mut objects = Objects {
        types: NamedTypes::read(raw, executable, &profile.run.executable, crates),
        ..Objects::default()
    };
    let mut misses: BTreeMap<(AccessSiteId, ObjectId), MissRow> = BTreeMap::new();
    for (&(address, object), counted) in &raw.misses {
        let Some(&site) = site_ids.get(&address) else { continue };
        let object = objects.id(object, raw, executable, &mut namer);
        let row = misses.entry((site, object)).or_insert(MissRow {
            site,
            object,
            read_misses: 0,
            write_misses: 0,
            l2_misses: 0,
            last_misses: 0,
            coherence_misses: 0,
            watched_lines: 0,
            watched_used_bytes: 0,
            stride: 0,
            stride_support: 0,
            even_steps: 0,
        });
        row.read_misses += counted.read_misses;
        row.write_misses += counted.write_misses;
        row.l2_misses += counted.l2_misses;
        row.last_misses += counted.last_misses;
        row.coherence_misses += counted.coherence_misses;
        row.watched_lines += counted.watched_lines;
        row.watched_used_bytes += counted.watched_used_bytes;
        row.even_steps += counted.even_steps;
        if counted.stride_support > row.stride_support {
            row.stride_support = counted.stride_support;
            row.stride = counted.stride;
        }
    }
    let misses: Vec<MissRow> = misses.into_values().filter(|row| row.l1_misses() > 0).collect();
    let shared_lines = raw
        .shared_lines
        .iter()
        .map(|line| shared_line(line, raw, executable, &mut objects, &mut namer))
        .collect();
    let used_lines = raw
        .used_lines
        .iter()
        .filter_map(|line| {
            let site = *site_ids.get(&line.site)?;
            Some(objects.used_line(line, site, raw, executable, &mut namer))
        })
        .collect();
    let mut totals = totals(&sites, &misses);
    totals.processes = raw.counters.n_processes;
    totals.lost_rows = raw.counters.lost_rows;
    totals.lost_threads = raw.counters.lost_threads;
    profile.threads = raw.threads.iter().map(thread).collect();
    profile.tables = namer.tables;
    profile.trace = Some(Trace {
        levels: caches.to_vec(),
        totals,
        sites,
        objects: objects.list,
        types: objects.types.into_types(),
        misses,
        shared_lines,
        used_lines,
    });
}

fn thread(raw: &RawThread) -> Thread {
    Thread {
        tid: raw.tid,
        pid: raw.pid,
        name: raw.name.clone(),
        ..Thread::default()
    }
}

fn totals(sites: &[AccessSite], misses: &[MissRow]) -> TraceTotals {
    let mut totals = TraceTotals::default();
    for site in sites {
        let bytes = site.count * u64::from(site.access_bytes) + site.bytes;
        match site.kind {
            AccessKind::Entry => totals.calls += site.count,
            AccessKind::Copy | AccessKind::Fill => totals.copies += site.count,
            kind => {
                totals.reads += if kind.reads() { site.count } else { 0 };
                totals.writes += if kind.writes() { site.count } else { 0 };
                totals.atomics += if kind.is_atomic() { site.count } else { 0 };
            }
        }
        totals.bytes_read += if site.kind.reads() { bytes } else { 0 };
        totals.bytes_written += if site.kind.writes() { bytes } else { 0 };
    }
    for row in misses {
        totals.l1_misses += row.l1_misses();
        totals.l2_misses += row.l2_misses;
        totals.last_misses += row.last_misses;
        totals.coherence_misses += row.coherence_misses;
    }
    totals
}

/// Memory objects, each named once: allocation stacks that differ only in what is not shown are one.
#[derive(Default)]
struct Objects {
    types: NamedTypes,
    list: Vec<MemoryObject>,
    by_word: HashMap<u64, ObjectId>,
    by_stack: HashMap<StackId, ObjectId>,
}

impl Objects {
    fn id(&mut self, word: u64, raw: &Raw, executable: &Executable, namer: &mut Namer) -> ObjectId {
        if let Some(&id) = self.by_word.get(&word) {
            return id;
        }
        let number = (word & 0xffff_ffff) as usize;
        let found = match word & !0xffff_ffff {
            object::HEAP => raw.allocation_sites.get(number).map(|site| MemoryObject::Heap {
                stack: namer.stack(site.frames.iter().copied()),
                blocks: site.blocks,
                bytes: site.bytes,
                element: self.types.element(number, site.bytes),
            }),
            object::STATIC => executable
                .statics
                .get(number)
                .map(|range| self.types.named_static(range)),
            _ if word == object::STACK => Some(MemoryObject::Stack),
            _ => None,
        };
        let id = self.add(found.unwrap_or(MemoryObject::Other));
        self.by_word.insert(word, id);
        id
    }

    /// What holds an address of a shared line, and where in it. Statics may be smaller than the runtime tells apart.
    fn holder(
        &mut self,
        address: u64,
        line: &RawSharedLine,
        raw: &Raw,
        executable: &Executable,
        namer: &mut Namer,
    ) -> (ObjectId, Option<i64>) {
        let svma = address.wrapping_sub(raw.counters.load_bias);
        if let Some(range) = executable.static_at(svma) {
            let object = self.add(self.types.named_static(range));
            return (object, Some(svma.wrapping_sub(range.svma).cast_signed()));
        }
        let quarter = address.wrapping_sub(line.address) as usize * N_BLOCKS_IN_LINE / LINE_BYTES as usize;
        match line.blocks.get(quarter).filter(|block| block.start != 0) {
            Some(block) => {
                let offset = address.wrapping_sub(block.start).cast_signed();
                (self.id(block.object, raw, executable, namer), Some(offset))
            }
            None => (self.id(line.object, raw, executable, namer), None),
        }
    }

    fn used_line(
        &mut self,
        line: &RawUsedLine,
        site: AccessSiteId,
        raw: &Raw,
        executable: &Executable,
        namer: &mut Namer,
    ) -> UsedLineRow {
        // Statics may begin in the middle of what the runtime tells apart.
        let first_used = line.address + u64::from(line.used_mask.trailing_zeros()) % LINE_BYTES;
        let known = executable.static_at(first_used.wrapping_sub(raw.counters.load_bias));
        let (object, start, block_bytes) = match known {
            Some(range) => {
                let object = self.add(self.types.named_static(range));
                (object, range.svma.wrapping_add(raw.counters.load_bias), range.bytes)
            }
            None => {
                let object = self.id(line.block.object, raw, executable, namer);
                (object, line.block.start, line.block.bytes)
            }
        };
        UsedLineRow {
            site,
            object,
            offset: line.address.wrapping_sub(start).cast_signed(),
            block_bytes,
            used_mask: line.used_mask,
            weight: line.weight,
        }
    }

    fn add(&mut self, object: MemoryObject) -> ObjectId {
        let next = ObjectId(self.list.len() as u32);
        if let MemoryObject::Heap {
            stack, blocks, bytes, ..
        } = &object
        {
            if let Some(&known) = self.by_stack.get(stack) {
                if let MemoryObject::Heap {
                    blocks: sum,
                    bytes: all,
                    ..
                } = &mut self.list[known.0 as usize]
                {
                    *sum += blocks;
                    *all += bytes;
                }
                return known;
            }
            self.by_stack.insert(*stack, next);
        } else if let Some(at) = self.list.iter().position(|known| *known == object) {
            return ObjectId(at as u32);
        }
        self.list.push(object);
        next
    }
}

fn shared_line(
    line: &RawSharedLine,
    raw: &Raw,
    executable: &Executable,
    objects: &mut Objects,
    namer: &mut Namer,
) -> SharedLineRow {
    let mut sharers: Vec<SharerRow> = Vec::new();
    for sharer in &line.sharers {
        let mask = if sharer.write_mask == 0 {
            sharer.read_mask
        } else {
            sharer.write_mask
        };
        let address = line.address + u64::from(mask.trailing_zeros() % LINE_BYTES as u32);
        let (object, offset) = objects.holder(address, line, raw, executable, namer);
        sharers.push(self::sharer(sharer, object, offset, raw, namer));
    }
    sharers.sort_by_key(|sharer| std::cmp::Reverse(sharer.reads + sharer.writes));
    SharedLineRow {
        address: line.address,
        sharers,
    }
}

fn sharer(sharer: &RawSharer, object: ObjectId, offset: Option<i64>, raw: &Raw, namer: &mut Namer) -> SharerRow {
    let mut site = |address: u64| {
        let callers = raw
            .sites
            .get(&address)
            .map(|site| site.callers.clone())
            .unwrap_or_default();
        (address != 0).then(|| namer.stack(std::iter::once(address).chain(callers)))
    };
    let (read_site, write_site) = (site(sharer.read_site), site(sharer.write_site));
    let thread = raw.threads.iter().find(|thread| thread.slot == sharer.slot);
    SharerRow {
        thread: thread.map(|thread| thread.name.clone()).unwrap_or_default(),
        object,
        offset,
        read_mask: sharer.read_mask,
        write_mask: sharer.write_mask,
        reads: sharer.reads,
        writes: sharer.writes,
        atomics: sharer.atomics,
        true_misses: sharer.true_misses,
        false_misses: sharer.false_misses,
        read_site,
        write_site,
    }
}

/// Turns return addresses into interned stacks.
struct Namer {
    tables: Tables,
    frames: HashMap<u64, Vec<Frame>>,
}

impl Namer {
    fn new(raw: &Raw, executable: &std::path::Path, symbolizer: &mut Symbolizer) -> Self {
        let mut modules = Modules::new();
        let pid = raw.threads.first().map(|thread| Pid(thread.pid));
        let mut space = AddressSpace::new(pid);
        for module in &raw.modules {
            let path = if module.path.as_os_str().is_empty() {
                executable
            } else {
                &module.path
            };
            let mapping = Mapping {
                start: Avma(module.start),
                end: Avma(module.end),
                file_offset: FileOffset(module.file_offset),
                path: real_path(path),
            };
            space.map(&mut modules, mapping);
        }
        let sites = raw.sites.iter();
        let addresses = sites.flat_map(|(&address, site)| std::iter::once(address).chain(site.callers.iter().copied()));
        let allocations = raw.allocation_sites.iter().flat_map(|site| site.frames.iter().copied());
        let shared = raw.shared_lines.iter().flat_map(|line| {
            let sharers = line.sharers.iter();
            sharers.flat_map(|sharer| [sharer.read_site, sharer.write_site])
        });
        let addresses: HashSet<u64> = addresses.chain(allocations).chain(shared).collect();
        let located: HashMap<u64, CodeAddress> = addresses
            .into_iter()
            .filter_map(|address| Some((address, space.locate(Avma(address), AddressKind::Return)?)))
            .collect();
        let named = symbolizer.resolve(&modules, located.values().copied());
        let frames = located
            .into_iter()
            .filter_map(|(address, code)| Some((address, named.get(&code)?.clone())))
            .collect();
        Self {
            tables: Tables::default(),
            frames,
        }
    }

    /// How many functions, inlined ones included, an address lies in.
    fn n_frames(&self, address: u64) -> u32 {
        self.frames.get(&address).map_or(1, Vec::len) as u32
    }

    fn stack(&mut self, addresses: impl Iterator<Item = u64>) -> StackId {
        let unknown = || {
            vec![Frame {
                function: "[unknown]".to_owned(),
                ..Frame::default()
            }]
        };
        let mut frames = Vec::new();
        for address in addresses {
            let named = self.frames.get(&address).cloned().unwrap_or_else(unknown);
            frames.extend(named.into_iter().map(|frame| self.tables.intern_frame(frame)));
        }
        if frames.is_empty() {
            frames.extend(unknown().into_iter().map(|frame| self.tables.intern_frame(frame)));
        }
        self.tables.intern_stack(Stack {
            frames,
            is_truncated: true,
        })
    }
}
