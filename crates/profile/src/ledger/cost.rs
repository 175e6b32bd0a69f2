//! Adding costs up.

use super::{Cost, GrowthCost, HeapCost, IoCost, WaitCost};

impl Cost {
    /// Adds another cost to this one.
    pub fn add(&mut self, other: &Self) {
        self.seconds += other.seconds;
        self.cpu_ns += other.cpu_ns;
        self.samples += other.samples;
        if let Some(heap) = &other.heap {
            self.heap.get_or_insert_default().add(heap);
        }
        if let Some(growth) = &other.growth {
            self.growth.get_or_insert_default().add(growth);
        }
        for wait in &other.waits {
            self.add_wait(wait);
        }
        for io in &other.io {
            self.add_io(io);
        }
    }

    /// Time waited, in nanoseconds, over all kinds and addresses.
    pub fn wait_ns(&self) -> u64 {
        self.waits.iter().map(|wait| wait.total_ns).sum()
    }

    /// Time in I/O calls, in nanoseconds.
    pub fn io_ns(&self) -> u64 {
        self.io.iter().map(|io| io.total_ns).sum()
    }

    pub(super) fn add_wait(&mut self, other: &WaitCost) {
        let is_same =
            |wait: &&mut WaitCost| (wait.kind, wait.address, wait.thread) == (other.kind, other.address, other.thread);
        match self.waits.iter_mut().find(is_same) {
            Some(wait) => {
                wait.count += other.count;
                wait.total_ns += other.total_ns;
                wait.max_ns = wait.max_ns.max(other.max_ns);
            }
            None => self.waits.push(other.clone()),
        }
    }

    pub(super) fn add_io(&mut self, other: &IoCost) {
        let is_same = |io: &&mut IoCost| io.fd_kind == other.fd_kind && io.call == other.call;
        match self.io.iter_mut().find(is_same) {
            Some(io) => {
                io.size = io.size.merged(&other.size);
                io.count += other.count;
                io.errors += other.errors;
                io.bytes += other.bytes;
                io.total_ns += other.total_ns;
                io.max_ns = io.max_ns.max(other.max_ns);
            }
            None => self.io.push(other.clone()),
        }
    }
}

impl HeapCost {
    /// Adds other allocations to these.
    pub fn add(&mut self, other: &Self) {
        self.samples += other.samples;
        self.allocations += other.allocations;
        self.bytes += other.bytes;
        self.freed += other.freed;
        self.freed_by_other_thread += other.freed_by_other_thread;
        self.size = self.size.merged(&other.size);
        self.lifetime_ns = self.lifetime_ns.merged(&other.lifetime_ns);
        self.grown += other.grown;
        self.growths_per_chain = self.growths_per_chain.merged(&other.growths_per_chain);
        self.final_size = self.final_size.merged(&other.final_size);
    }
}

impl GrowthCost {
    /// Adds other reallocations to these.
    pub fn add(&mut self, other: &Self) {
        self.samples += other.samples;
        self.growths += other.growths;
        self.moves += other.moves;
        self.moved_bytes += other.moved_bytes;
        self.added_bytes += other.added_bytes;
        self.old_size = self.old_size.merged(&other.old_size);
        self.new_size = self.new_size.merged(&other.new_size);
    }
}
