//! A cache of rendered pages that drops the least recently used one.

use crate::random::Random;
use rustc_hash::FxHashMap;

const NONE: u32 = u32::MAX;

struct Entry {
    page: u64,
    rendered: u64,
    newer: u32,
    older: u32,
}

struct Cache {
    slots: FxHashMap<u64, u32>,
    entries: Vec<Entry>,
    newest: u32,
    oldest: u32,
    capacity: usize,
    hits: u64,
}

impl Cache {
    fn new(capacity: usize) -> Self {
        Self {
            slots: FxHashMap::with_capacity_and_hasher(capacity, Default::default()),
            entries: Vec::with_capacity(capacity),
            newest: NONE,
            oldest: NONE,
            capacity,
            hits: 0,
        }
    }

    fn unlink(&mut self, slot: u32) {
        let Entry { newer, older, .. } = self.entries[slot as usize];
        match newer {
            NONE => self.newest = older,
            newer => self.entries[newer as usize].older = older,
        }
        match older {
            NONE => self.oldest = newer,
            older => self.entries[older as usize].newer = newer,
        }
    }

    fn link_newest(&mut self, slot: u32) {
        self.entries[slot as usize].newer = NONE;
        self.entries[slot as usize].older = self.newest;
        match self.newest {
            NONE => self.oldest = slot,
            newest => self.entries[newest as usize].newer = slot,
        }
        self.newest = slot;
    }

    fn rendered(&mut self, page: u64, render: impl FnOnce(u64) -> u64) -> u64 {
        if let Some(&slot) = self.slots.get(&page) {
            self.hits += 1;
            self.unlink(slot);
            self.link_newest(slot);
            return self.entries[slot as usize].rendered;
        }
        let rendered = render(page);
        let slot = self.free_slot();
        self.slots.insert(page, slot);
        let entry = Entry {
            page,
            rendered,
            newer: NONE,
            older: NONE,
        };
        match self.entries.get_mut(slot as usize) {
            Some(place) => *place = entry,
            None => self.entries.push(entry),
        }
        self.link_newest(slot);
        rendered
    }

    fn free_slot(&mut self) -> u32 {
        if self.entries.len() < self.capacity {
            return self.entries.len() as u32;
        }
        let slot = self.oldest;
        self.unlink(slot);
        self.slots.remove(&self.entries[slot as usize].page);
        slot
    }
}

fn render(page: u64) -> u64 {
    (0..64).fold(page, |text: u64, line| {
        (text ^ line).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}

pub fn run(scale: usize) {
    let mut random = Random::new(347);
    let mut cache = Cache::new(20_000);
    let mut sum = 0u64;
    for _ in 0..7_000_000 * scale {
        let page = (60_000f64.powf(random.unit())) as u64;
        sum = sum.wrapping_add(cache.rendered(page, render));
    }
    println!("{} hits, {sum:x}", cache.hits);
}
