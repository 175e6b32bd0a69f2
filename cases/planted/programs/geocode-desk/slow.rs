//! Finds the coordinates of addresses, on several threads that share what was found already.

use crate::random::Random;
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};
use std::thread;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Address {
    street: u32,
    house: u16,
}

#[derive(Clone, Copy)]
struct Place {
    east: f64,
    north: f64,
}

/// The line of a street, as the survey has it.
struct Street {
    line: Vec<Place>,
}

struct Survey {
    streets: Vec<Street>,
}

struct Geocoder {
    survey: Survey,
    known: Mutex<FxHashMap<Address, Place>>,
}

impl Place {
    fn distance(self, other: Self) -> f64 {
        ((self.east - other.east).powi(2) + (self.north - other.north).powi(2)).sqrt()
    }
}

impl Survey {
    /// The place along the street that is as far from its start as the number of the house says.
    fn locate(&self, address: Address) -> Place {
        let line = &self.streets[address.street as usize].line;
        let length: f64 = line.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        let mut left = length * f64::from(address.house) / 400.0;
        for pair in line.windows(2) {
            let step = pair[0].distance(pair[1]);
            if left < step {
                let part = left / step;
                return Place {
                    east: pair[0].east + (pair[1].east - pair[0].east) * part,
                    north: pair[0].north + (pair[1].north - pair[0].north) * part,
                };
            }
            left -= step;
        }
        line[line.len() - 1]
    }
}

impl Geocoder {
    fn place(&self, address: Address) -> Place {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner); //~
        *known
            .entry(address) //~
            .or_insert_with(|| self.survey.locate(address)) //~
    }

    fn route(&self, addresses: &[Address]) -> f64 {
        let mut length = 0.0;
        let mut last = self.place(addresses[0]); //~
        for &address in &addresses[1..] {
            let next = self.place(address); //~
            length += last.distance(next);
            last = next;
        }
        length
    }
}

fn survey(random: &mut Random) -> Survey {
    let streets = (0..3_000)
        .map(|_| {
            let mut place = Place {
                east: random.unit() * 1e4,
                north: random.unit() * 1e4,
            };
            let line = (0..500 + random.below(500))
                .map(|_| {
                    place.east += random.unit() * 9.0 - 4.0;
                    place.north += random.unit() * 9.0 - 4.0;
                    place
                })
                .collect();
            Street { line }
        })
        .collect();
    Survey { streets }
}

fn addresses(random: &mut Random, count: usize) -> Vec<Address> {
    (0..count)
        .map(|_| Address {
            street: random.below(3_000) as u32,
            house: random.below(400) as u16,
        })
        .collect()
}

pub fn run(scale: usize) {
    let mut random = Random::new(15);
    let geocoder = Geocoder {
        survey: survey(&mut random),
        known: Mutex::new(FxHashMap::default()),
    };
    let tours: Vec<Vec<Address>> = (0..4).map(|_| addresses(&mut random, 70_000)).collect();
    let mut metres = 0.0;
    for _ in 0..scale {
        geocoder.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
        metres += thread::scope(|scope| {
            let workers: Vec<_> = tours
                .chunks(2)
                .map(|tours| scope.spawn(|| tours.iter().map(|tour| geocoder.route(tour)).sum::<f64>()))
                .collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or(0.0))
                .sum::<f64>()
        });
    }
    println!("{:.0} km", metres / 1_000.0 / scale as f64);
}
