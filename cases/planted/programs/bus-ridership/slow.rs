//! Follows how full buses are, from the taps of tickets at named stops.

use crate::random::Random;
use rustc_hash::FxHashMap;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tap {
    In,
    Out,
}

struct Event {
    stop: String, //~
    tap: Tap,
    bus: u16,
}

#[derive(Default)]
struct Stop {
    boarded: u64,
    left: u64,
}

struct Network {
    stops: FxHashMap<String, Stop>, //~
    load: Vec<i64>,
    fullest: i64,
}

impl Network {
    fn new(names: &[String], buses: usize) -> Self {
        Self {
            stops: names.iter().map(|name| (name.clone(), Stop::default())).collect(), //~
            load: vec![0; buses],
            fullest: 0,
        }
    }

    fn stop(&mut self, event: &Event) -> Option<&mut Stop> {
        self.stops.get_mut(&event.stop) //~
    }

    fn tap(&mut self, event: &Event) {
        if let Some(stop) = self.stop(event) {
            //~^
            match event.tap {
                Tap::In => stop.boarded += 1,
                Tap::Out => stop.left += 1,
            }
        }
        let load = &mut self.load[usize::from(event.bus)];
        *load += if event.tap == Tap::In { 1 } else { -1 };
        self.fullest = self.fullest.max(*load);
    }
}

const DISTRICTS: [&str; 8] = [
    "Old Harbour",
    "University Hospital",
    "Exhibition Grounds",
    "Botanical Gardens",
    "Upper Quarry",
    "Railway Museum",
    "Lower Meadows",
    "Observatory Hill",
];

fn stop_names() -> Vec<String> {
    DISTRICTS
        .iter()
        .flat_map(|district| (1..=60).map(move |number| format!("{district}, platform {number}")))
        .collect()
}

fn events(random: &mut Random, names: &[String], count: usize) -> Vec<Event> {
    (0..count)
        .map(|_| {
            let stop = random.below(names.len());
            Event {
                stop: names[stop].clone(),
                tap: if random.below(2) == 0 { Tap::In } else { Tap::Out },
                bus: random.below(90) as u16,
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let names = stop_names();
    let events = events(&mut Random::new(64), &names, 30_000);
    let mut network = Network::new(&names, 90);
    for _ in 0..2_500 * scale {
        for event in &events {
            network.tap(event);
        }
    }
    let busiest = names
        .iter()
        .filter_map(|name| network.stops.get(name).map(|stop| (stop.boarded + stop.left, name)))
        .max();
    println!("busiest {busiest:?}, fullest {}", network.fullest);
}
