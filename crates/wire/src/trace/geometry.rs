//! Where everything lies in a trace arena.

use super::{AllocationSite, MissRecord, Module, SharedLine, SiteEntry, StaticRange, UsedLine};

const PAGE_BYTES: u64 = 4096;

/// Sizes that differ from program to program; all else follows from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TraceGeometry {
    /// Bytes of the executable's code.
    pub text_bytes: u64,
    /// Statics of the executable.
    pub n_statics: u64,
}

/// A part of a thread's slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotPart {
    /// One word for each place of a call: how often it was reached, counted downwards from zero.
    Counts,
    /// One word for each place of a call: bytes that it copied or filled.
    Bytes,
    /// [`SiteEntry`], in order of first use.
    Sites,
    /// [`MissRecord`], in order of first use.
    Records,
}

impl TraceGeometry {
    /// Threads that can run at the same time; further ones are not recorded.
    pub const N_SLOTS: u64 = 1024;
    /// Modules that can be told.
    pub const N_MODULES: u64 = 256;
    /// Allocation sites told apart.
    pub const N_ALLOCATION_SITES: u64 = 1 << 16;
    /// Shared lines told apart.
    pub const N_SHARED_LINES: u64 = 1 << 13;
    /// Used lines told, of a sample.
    pub const N_USED_LINES: u64 = 1 << 17;
    /// Call sites of one thread.
    pub const N_SITES: u64 = 1 << 19;
    /// Pairs of site and object of one thread.
    pub const N_RECORDS: u64 = 1 << 18;

    /// Places of calls in the executable's code.
    pub const fn n_places(&self) -> u64 {
        self.text_bytes / 4 + 1
    }

    /// Position of the modules.
    pub const fn modules_at(&self) -> u64 {
        PAGE_BYTES
    }

    /// Position of the statics.
    pub const fn statics_at(&self) -> u64 {
        self.modules_at() + pages(Self::N_MODULES * size_of::<Module>() as u64)
    }

    /// Position of the allocation sites.
    pub const fn allocation_sites_at(&self) -> u64 {
        self.statics_at() + pages(self.n_statics * size_of::<StaticRange>() as u64)
    }

    /// Position of the shared lines.
    pub const fn shared_lines_at(&self) -> u64 {
        self.allocation_sites_at() + pages(Self::N_ALLOCATION_SITES * size_of::<AllocationSite>() as u64)
    }

    /// Position of the used lines.
    pub const fn used_lines_at(&self) -> u64 {
        self.shared_lines_at() + pages(Self::N_SHARED_LINES * size_of::<SharedLine>() as u64)
    }

    /// Position of a slot; its header comes first.
    pub const fn slot_at(&self, slot_idx: u64) -> u64 {
        self.used_lines_at() + pages(Self::N_USED_LINES * size_of::<UsedLine>() as u64) + slot_idx * self.slot_bytes()
    }

    /// Bytes of all before the slots.
    pub const fn common_bytes(&self) -> u64 {
        self.slot_at(0)
    }

    /// Position of a part, from the start of the slot.
    pub const fn part_at(&self, part: SlotPart) -> u64 {
        let table = pages(self.n_places() * 8);
        let counts = PAGE_BYTES;
        let sites = counts + 2 * table;
        match part {
            SlotPart::Counts => counts,
            SlotPart::Bytes => counts + table,
            SlotPart::Sites => sites,
            SlotPart::Records => sites + pages(Self::N_SITES * size_of::<SiteEntry>() as u64),
        }
    }

    /// Bytes of one slot.
    pub const fn slot_bytes(&self) -> u64 {
        self.part_at(SlotPart::Records) + pages(Self::N_RECORDS * size_of::<MissRecord>() as u64)
    }

    /// Bytes of the whole arena.
    pub const fn total_bytes(&self) -> u64 {
        self.slot_at(Self::N_SLOTS)
    }
}

const fn pages(bytes: u64) -> u64 {
    bytes.next_multiple_of(PAGE_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_each_other() {
        let geometry = TraceGeometry {
            text_bytes: 1_000_001,
            n_statics: 300,
        };
        let positions = [
            geometry.modules_at(),
            geometry.statics_at(),
            geometry.allocation_sites_at(),
            geometry.shared_lines_at(),
            geometry.used_lines_at(),
            geometry.slot_at(0),
            geometry.slot_at(1),
            geometry.total_bytes(),
        ];
        assert!(positions.is_sorted() && positions.iter().all(|at| at % PAGE_BYTES == 0));
        assert_eq!(geometry.n_places(), 250_001);
        assert!(geometry.part_at(SlotPart::Records) < geometry.slot_bytes());
    }
}
