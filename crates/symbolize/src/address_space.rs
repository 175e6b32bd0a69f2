//! The mappings of one process: from an address in it to a file and an address in that.

use crate::address::{AddressKind, Avma, CodeAddress, FileOffset, ModuleId, Svma};
use crate::modules::Modules;
use crate::unwind::{Unwinder, UserStack};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Addresses from here on are the kernel's.
const KERNEL_START: Avma = Avma(0xffff_8000_0000_0000);

/// A process id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pid(pub u32);

/// A part of a file that a process has mapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// First address.
    pub start: Avma,
    /// First address behind.
    pub end: Avma,
    /// Position in the file of the first byte.
    pub file_offset: FileOffset,
    /// The path as the kernel gives it: absolute, with ` (deleted)` behind for a file that is gone, or `[vdso]`,
    /// `[heap]`, `//anon`, or empty.
    pub path: PathBuf,
}

/// The mappings of one process, and what was found out about the code in them.
#[derive(Debug, Default)]
pub struct AddressSpace {
    pid: Option<Pid>,
    /// By first address; they do not overlap.
    ranges: BTreeMap<Avma, CodeRange>,
    unwinder: Unwinder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CodeRange {
    end: Avma,
    module: ModuleId,
    /// Address in the file of the first byte.
    svma: Svma,
}

impl AddressSpace {
    /// A process without mappings. With a `pid`, files that are deleted or seen under another root folder are opened
    /// by way of the process, where the kernel allows it.
    pub fn new(pid: Option<Pid>) -> Self {
        Self { pid, ..Self::default() }
    }

    /// Adds a mapping. It replaces what it overlaps of earlier ones. Only executable
    /// mappings belong here: what lies in one counts as code.
    pub fn map(&mut self, modules: &mut Modules, mapping: Mapping) {
        if mapping.start >= mapping.end {
            return;
        }
        let module = modules.of_mapping(&mapping, self.pid);
        let svma = if module == ModuleId::UNKNOWN {
            Svma(mapping.start.0)
        } else {
            // Of a file without segments (missing, no ELF) positions are all that is known.
            let image = &modules.module(module).image;
            image
                .svma_at(mapping.file_offset)
                .unwrap_or(Svma(mapping.file_offset.0))
        };
        let range = CodeRange {
            end: mapping.end,
            module,
            svma,
        };
        // Some mappings are told twice: by `/proc` and by an event.
        if self.ranges.get(&mapping.start) == Some(&range) {
            return;
        }
        if self.remove(mapping.start, mapping.end) {
            self.unwinder.forget_code();
        }
        self.ranges.insert(mapping.start, range);
    }

    /// The address space of a child at the moment of `fork`.
    pub fn fork(&self, child: Option<Pid>) -> Self {
        Self {
            pid: child,
            ranges: self.ranges.clone(),
            // Most children run another program next: what is known about the code is not worth a copy.
            unwinder: Unwinder::default(),
        }
    }

    /// Forgets all mappings: the process runs another program (`exec`).
    pub fn clear(&mut self) {
        self.ranges.clear();
        self.unwinder.forget_code();
    }

    /// Finds the call stack of a sample, and appends it to `out`, leaf first. Returns true when it is truncated: the
    /// function in which the thread began was not reached.
    pub fn unwind(&mut self, modules: &Modules, stack: &UserStack<'_>, out: &mut Vec<CodeAddress>) -> bool {
        let Self { ranges, unwinder, .. } = self;
        unwinder.unwind(modules, &|avma, kind| locate(ranges, avma, kind), stack, out)
    }

    /// How many stacks were cut off and then completed by the callers that an earlier stack had above the same frame: a
    /// conclusion, not a measurement.
    pub fn n_completed(&self) -> u64 {
        self.unwinder.n_completed()
    }

    /// What an address of this process points at. `None` where nothing is mapped.
    pub fn locate(&self, avma: Avma, kind: AddressKind) -> Option<CodeAddress> {
        locate(&self.ranges, avma, kind)
    }

    /// Removes all between `start` and `end`. Returns whether there was anything.
    fn remove(&mut self, start: Avma, end: Avma) -> bool {
        let overlapping: Vec<(Avma, CodeRange)> = self
            .ranges
            .range(..end)
            .rev()
            .map(|(&start, &range)| (start, range))
            .take_while(|(_, range)| range.end > start)
            .collect();
        for &(old_start, old) in &overlapping {
            self.ranges.remove(&old_start);
            if old_start < start {
                self.ranges.insert(old_start, CodeRange { end: start, ..old });
            }
            if old.end > end {
                let svma = Svma(old.svma.0.wrapping_add(end.0 - old_start.0));
                self.ranges.insert(end, CodeRange { svma, ..old });
            }
        }
        !overlapping.is_empty()
    }
}

fn locate(ranges: &BTreeMap<Avma, CodeRange>, avma: Avma, kind: AddressKind) -> Option<CodeAddress> {
    if avma >= KERNEL_START {
        return Some(CodeAddress::kernel(avma, kind));
    }
    // A call can be the last instruction of a mapping.
    let probe = match kind {
        AddressKind::Instruction => avma,
        AddressKind::Return => Avma(avma.0.checked_sub(1)?),
    };
    let (start, range) = ranges.range(..=probe).next_back()?;
    (probe < range.end).then(|| CodeAddress {
        module: range.module,
        svma: Svma(range.svma.0.wrapping_add(avma.0.wrapping_sub(start.0))),
        kind,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(start: u64, end: u64, file_offset: u64, path: &str) -> Mapping {
        Mapping {
            start: Avma(start),
            end: Avma(end),
            file_offset: FileOffset(file_offset),
            path: path.into(),
        }
    }

    fn svma(space: &AddressSpace, avma: u64) -> Option<u64> {
        space
            .locate(Avma(avma), AddressKind::Instruction)
            .map(|address| address.svma.0)
    }

    #[test]
    fn a_later_mapping_replaces_what_it_overlaps() {
        let (mut modules, mut space) = (Modules::new(), AddressSpace::new(None));
        space.map(&mut modules, mapping(0x1000, 0x9000, 0, "/missing/a"));
        space.map(&mut modules, mapping(0x3000, 0x5000, 0x100, "/missing/b"));
        assert_eq!(svma(&space, 0x2fff), Some(0x1fff));
        assert_eq!(svma(&space, 0x3000), Some(0x100));
        assert_eq!(svma(&space, 0x5000), Some(0x4000));
        assert_eq!(svma(&space, 0x9000), None);
        space.map(&mut modules, mapping(0x0800, 0xa000, 0, "/missing/b"));
        assert_eq!(svma(&space, 0x5000), Some(0x4800));
        space.clear();
        assert_eq!(svma(&space, 0x5000), None);
    }

    #[test]
    fn a_child_keeps_its_mappings_when_the_parent_changes() {
        let (mut modules, mut parent) = (Modules::new(), AddressSpace::new(None));
        parent.map(&mut modules, mapping(0x1000, 0x2000, 0, "/missing/a"));
        let child = parent.fork(None);
        parent.clear();
        assert_eq!(svma(&child, 0x1800), Some(0x800));
    }

    #[test]
    fn code_without_a_file_keeps_its_address() {
        let (mut modules, mut space) = (Modules::new(), AddressSpace::new(None));
        for path in ["//anon", "", "[heap]", "/dev/zero"] {
            space.map(&mut modules, mapping(0x1000, 0x2000, 0, path));
            let address = space.locate(Avma(0x1010), AddressKind::Instruction).unwrap();
            assert_eq!(modules.path(address.module).exists(), path == "/dev/zero", "{path}");
        }
    }

    #[test]
    fn kernel_addresses_need_no_mapping() {
        let space = AddressSpace::new(None);
        let address = space
            .locate(Avma(0xffff_ffff_8100_0000), AddressKind::Instruction)
            .unwrap();
        assert_eq!(address.module, ModuleId::KERNEL);
    }
}
