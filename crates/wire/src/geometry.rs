//! Where the parts of an arena lie.

/// Bytes of a memory page: parts start at page boundaries.
const PAGE: u64 = 4096;

/// Sizes of the parts of an arena. Counts are powers of two, except for the pool's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Thread slots.
    pub n_slots: u64,
    /// Words in the ring of events of one slot.
    pub ring_words: u64,
    /// Words in the ring of CPU samples of one slot.
    pub cpu_ring_words: u64,
    /// Places in the table of tracked blocks.
    pub n_tracked: u64,
    /// Places in the index of aggregates.
    pub n_index: u64,
    /// Words in the pool that holds the aggregates.
    pub pool_words: u64,
}

impl Geometry {
    /// For a machine without limits: 2.3 GiB of addresses, of which only the pages used take memory.
    pub const FULL: Self = Self {
        n_slots: 1024,
        ring_words: 128 << 10,
        cpu_ring_words: 16 << 10,
        n_tracked: 128 << 10,
        n_index: 1 << 20,
        pool_words: 128 << 20,
    };

    /// For a program whose address space or memory is limited: about 70 MiB.
    pub const SMALL: Self = Self {
        n_slots: 256,
        ring_words: 16 << 10,
        cpu_ring_words: 4 << 10,
        n_tracked: 16 << 10,
        n_index: 128 << 10,
        pool_words: 2 << 20,
    };

    /// True when both sides can index with these sizes.
    pub const fn is_valid(&self) -> bool {
        self.n_slots.is_power_of_two()
            && self.n_slots <= 1 << 16
            && self.ring_words.is_power_of_two()
            && self.ring_words <= 1 << 24
            && self.cpu_ring_words.is_power_of_two()
            && self.cpu_ring_words <= 1 << 24
            && self.n_tracked.is_power_of_two()
            && self.n_tracked <= 1 << 24
            && self.n_index.is_power_of_two()
            && self.n_index <= 1 << 26
            && self.pool_words <= u32::MAX as u64
    }

    /// Offset of the first slot, in bytes.
    pub const fn slots_at(&self) -> u64 {
        round_up(size_of::<crate::Header>() as u64)
    }

    /// Offset of the first ring of events.
    pub const fn rings_at(&self) -> u64 {
        self.slots_at() + round_up(self.n_slots * size_of::<crate::Slot>() as u64)
    }

    /// Offset of the first ring of CPU samples.
    pub const fn cpu_rings_at(&self) -> u64 {
        self.rings_at() + round_up(self.n_slots * self.ring_words * 8)
    }

    /// Offset of the keys of the tracked blocks.
    pub const fn tracked_keys_at(&self) -> u64 {
        self.cpu_rings_at() + round_up(self.n_slots * self.cpu_ring_words * 8)
    }

    /// Offset of the tracked blocks.
    pub const fn tracked_at(&self) -> u64 {
        self.tracked_keys_at() + round_up(self.n_tracked * 8)
    }

    /// Offset of the index of aggregates.
    pub const fn index_at(&self) -> u64 {
        self.tracked_at() + round_up(self.n_tracked * size_of::<crate::TrackedBlock>() as u64)
    }

    /// Offset of the pool of aggregates.
    pub const fn pool_at(&self) -> u64 {
        self.index_at() + round_up(self.n_index * 4)
    }

    /// Bytes of the whole arena.
    pub const fn total_bytes(&self) -> u64 {
        self.pool_at() + round_up(self.pool_words * 8)
    }
}

const fn round_up(bytes: u64) -> u64 {
    bytes.next_multiple_of(PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_geometries_are_valid_and_of_the_stated_size() {
        assert!(Geometry::FULL.is_valid() && Geometry::SMALL.is_valid());
        assert!(Geometry::FULL.total_bytes() < 2400 << 20);
        assert!(Geometry::SMALL.total_bytes() < 70 << 20);
    }
}
