//! Finds out which objects of a heap dump are alive, and how much memory the dead ones hold.

use crate::random::Random;
use rustc_hash::{FxHashMap, FxHashSet};

type Address = u64;

struct Object {
    class: u32,
    bytes: u32,
    references: [Address; 2],
}

struct Dump {
    objects: FxHashMap<Address, Object>,
    roots: Vec<Address>,
}

#[derive(Default, Debug, PartialEq)]
struct Summary {
    live_objects: usize,
    live_bytes: u64,
    dead_bytes: u64,
    arrays: usize,
}

/// Follows the references of the dump; an object is visited once.
struct Tracer<'a> {
    dump: &'a Dump,
    visited: FxHashSet<Address>,
    open: Vec<Address>,
}

impl<'a> Tracer<'a> {
    fn new(dump: &'a Dump) -> Self {
        Self {
            dump,
            visited: FxHashSet::with_capacity_and_hasher(dump.objects.len(), Default::default()),
            open: dump.roots.clone(),
        }
    }
}

impl<'a> Iterator for Tracer<'a> {
    type Item = &'a Object;

    fn next(&mut self) -> Option<&'a Object> {
        while let Some(address) = self.open.pop() {
            if !self.visited.insert(address) {
                continue;
            }
            let Some(object) = self.dump.objects.get(&address) else {
                continue;
            };
            self.open
                .extend(object.references.iter().filter(|&&address| address != 0));
            return Some(object);
        }
        None
    }
}

impl Dump {
    fn all_bytes(&self) -> u64 {
        self.objects.values().map(|object| u64::from(object.bytes)).sum()
    }

    fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for object in Tracer::new(self) {
            summary.live_objects += 1;
            summary.live_bytes += u64::from(object.bytes);
            summary.arrays += usize::from(object.class == 0);
        }
        summary.dead_bytes = self.all_bytes() - summary.live_bytes;
        summary
    }
}

fn address(number: usize) -> Address {
    0x7f00_0000_0000 + (number as u64) * 48
}

fn dump(objects: usize) -> Dump {
    let mut random = Random::new(99);
    let mut reference = |from: usize| match random.below(3) {
        0 => 0,
        _ => address((from * 2 + random.below(objects / 3)) % objects),
    };
    let objects = (0..objects).map(|number| {
        let object = Object {
            class: number as u32 % 11,
            bytes: 16 + (number as u32 * 7) % 200,
            references: [reference(number), reference(number + 1)],
        };
        (address(number), object)
    });
    Dump {
        objects: objects.collect(),
        roots: (0..60).map(|root| address(root * 13)).collect(),
    }
}

pub fn run(scale: usize) {
    let dump = dump(20_000);
    let mut summary = Summary::default();
    for _ in 0..150 * scale {
        summary = dump.summary();
    }
    println!("{summary:?}");
}
