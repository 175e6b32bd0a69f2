//! Prints the passenger lists of ferries: each list sorted by name, and grouped by deck.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deck {
    Saloon,
    Main,
    Car,
}

struct Passenger {
    name: String,
    deck: Deck,
    ticket: u32,
}

struct Sailing {
    ferry: u32,
    passengers: Vec<Passenger>,
}

/// One way of ordering a list.
trait Ordering {
    fn arrange(&self, list: &mut [&Passenger]);
}

struct ByName;

struct ByDeck;

impl Ordering for ByName {
    fn arrange(&self, list: &mut [&Passenger]) {
        list.sort_by(|a, b| (&a.name, a.ticket).cmp(&(&b.name, b.ticket)));
    }
}

impl Ordering for ByDeck {
    fn arrange(&self, list: &mut [&Passenger]) {
        list.sort_by_key(|passenger| (passenger.deck, passenger.ticket));
    }
}

/// What the purser takes along: tickets in order, and who is first.
#[derive(Default)]
struct Manifest {
    lines: u64,
    sum: u64,
}

impl Manifest {
    fn print(&mut self, sailing: &Sailing, ordering: &dyn Ordering) {
        let mut list: Vec<&Passenger> = sailing.passengers.iter().collect();
        ordering.arrange(&mut list);
        for (line, passenger) in list.iter().enumerate() {
            self.sum = self.sum.wrapping_add(u64::from(passenger.ticket) * line as u64);
        }
        self.sum = self.sum.rotate_left(3) ^ u64::from(sailing.ferry);
        self.lines += list.len() as u64;
    }
}

const GIVEN: [&str; 8] = [
    "Aino", "Bjarne", "Camille", "Dagny", "Eero", "Frieda", "Gustav", "Hedvig",
];

const FAMILY: [&str; 10] = [
    "Lindqvist",
    "Korhonen",
    "Nieminen",
    "Sjöberg",
    "Aaltonen",
    "Virtanen",
    "Holm",
    "Åkerblom",
    "Mäkelä",
    "Ekman",
];

fn sailing(random: &mut Random, ferry: u32) -> Sailing {
    let passengers = (0..300 + random.below(500))
        .map(|_| Passenger {
            name: format!("{}, {}", random.pick(&FAMILY), random.pick(&GIVEN)),
            deck: random.pick(&[Deck::Main, Deck::Car, Deck::Saloon, Deck::Main]),
            ticket: random.below(1 << 24) as u32,
        })
        .collect();
    Sailing { ferry, passengers }
}

pub fn run(scale: usize) {
    let mut random = Random::new(66);
    let sailings: Vec<Sailing> = (0..60).map(|ferry| sailing(&mut random, ferry)).collect();
    let mut manifest = Manifest::default();
    for _ in 0..60 * scale {
        for sailing in &sailings {
            manifest.print(sailing, &ByName);
            if sailing.ferry % 4 == 0 {
                manifest.print(sailing, &ByDeck);
            }
        }
    }
    println!("{} lines, {:x}", manifest.lines, manifest.sum);
}
