//! Finds the network and the country of the visitors in a table of sorted address ranges.

use crate::random::Random;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

struct Allocation {
    range: RangeInclusive<u32>,
    network: u32,
    country: [u8; 2],
}

/// Allocations in the order of their addresses; they do not overlap.
struct Registry {
    allocations: Vec<Allocation>,
}

impl FromIterator<Allocation> for Registry {
    fn from_iter<I: IntoIterator<Item = Allocation>>(allocations: I) -> Self {
        let mut allocations: Vec<Allocation> = allocations.into_iter().collect();
        allocations.sort_unstable_by_key(|allocation| *allocation.range.start());
        Self { allocations }
    }
}

impl Registry {
    fn find(&self, address: Ipv4Addr) -> Option<&Allocation> {
        let address = u32::from(address);
        let after = self
            .allocations
            .partition_point(|allocation| *allocation.range.start() <= address);
        let allocation = &self.allocations[after.checked_sub(1)?];
        allocation.range.contains(&address).then_some(allocation)
    }
}

#[derive(Default)]
struct Visitors {
    domestic: usize,
    foreign: usize,
    unknown: usize,
    networks: u64,
}

impl Visitors {
    fn add(&mut self, allocation: Option<&Allocation>) {
        let Some(allocation) = allocation else {
            self.unknown += 1;
            return;
        };
        self.networks = self.networks.wrapping_mul(3) ^ u64::from(allocation.network);
        if &allocation.country == b"CH" {
            self.domestic += 1;
        } else {
            self.foreign += 1;
        }
    }
}

fn visitors(registry: &Registry, log: impl Iterator<Item = Ipv4Addr>) -> Visitors {
    log.map(|address| registry.find(address))
        .fold(Visitors::default(), |mut visitors, allocation| {
            visitors.add(allocation);
            visitors
        })
}

const COUNTRIES: [&[u8; 2]; 5] = [b"CH", b"DE", b"FR", b"IT", b"AT"];

fn registry(count: usize) -> Registry {
    let mut random = Random::new(86);
    let mut next = 0x0100_0000;
    (0..count)
        .map(|network| {
            let start: u32 = next + random.below(600_000) as u32;
            let end = start + (256 << random.below(8)) - 1;
            next = end + 1;
            Allocation {
                range: start..=end,
                network: network as u32,
                country: *random.pick(&COUNTRIES),
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let registry = registry(3_000);
    let mut random = Random::new(87);
    let log: Vec<Ipv4Addr> = (0..10_000)
        .map(|_| {
            let range = &registry.allocations[random.below(3_000)].range;
            Ipv4Addr::from(range.start() + random.below(300) as u32)
        })
        .collect();
    let mut last = Visitors::default();
    for _ in 0..45 * scale {
        last = visitors(&registry, log.iter().copied());
    }
    println!(
        "{} domestic, {} foreign, {} unknown, {:x}",
        last.domestic, last.foreign, last.unknown, last.networks
    );
}
