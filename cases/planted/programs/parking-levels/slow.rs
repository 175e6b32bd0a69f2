//! Keeps the occupancy of a parking garage and tells the displays at the ramps what changed.

use crate::random::Random;
use std::sync::Arc;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bay {
    Free,
    Reserved { until: u32 },
    Taken { ticket: u64 },
}

#[derive(Clone)]
struct Level {
    bays: Vec<Bay>,
    free: usize,
}

/// What a display has to know about a change.
struct Change {
    was_free: bool,
    is_free: bool,
    left: usize,
}

struct Garage {
    levels: Vec<Arc<Level>>,
    clock: u32,
}

enum Event {
    Arrives { level: usize, bay: usize, ticket: u64 },
    Leaves { level: usize, bay: usize },
    Books { level: usize, bay: usize },
}

impl Level {
    fn put(&mut self, bay: usize, state: Bay) {
        self.free += usize::from(state == Bay::Free);
        self.free -= usize::from(self.bays[bay] == Bay::Free);
        self.bays[bay] = state;
    }
}

impl Garage {
    fn new(levels: usize, bays: usize) -> Self {
        let level = Level {
            bays: vec![Bay::Free; bays],
            free: bays,
        };
        Self {
            levels: (0..levels).map(|_| Arc::new(level.clone())).collect(),
            clock: 0,
        }
    }

    fn apply(&mut self, event: &Event) -> Change {
        self.clock += 1;
        match *event {
            Event::Arrives { level, bay, ticket } => self.set(level, bay, Bay::Taken { ticket }),
            Event::Leaves { level, bay } => self.set(level, bay, Bay::Free),
            Event::Books { level, bay } => {
                let until = self.clock + 900;
                self.set(level, bay, Bay::Reserved { until })
            }
        }
    }

    fn set(&mut self, level: usize, bay: usize, state: Bay) -> Change {
        let before = Arc::clone(&self.levels[level]); //~
        let now = Arc::make_mut(&mut self.levels[level]); //~
        now.put(bay, state);
        Change {
            was_free: before.bays[bay] == Bay::Free,
            is_free: state == Bay::Free,
            left: now.free,
        }
    }

    /// A view for the web page, which is served while cars go on moving.
    fn view(&self) -> Vec<Arc<Level>> {
        self.levels.clone()
    }
}

fn events(random: &mut Random, count: usize) -> Vec<Event> {
    (0..count)
        .map(|number| {
            let (level, bay) = (random.below(6), random.below(900));
            match random.below(5) {
                0 | 1 => Event::Leaves { level, bay },
                2 => Event::Books { level, bay },
                _ => Event::Arrives {
                    level,
                    bay,
                    ticket: number as u64,
                },
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let events = events(&mut Random::new(12), 20_000);
    let mut garage = Garage::new(6, 900);
    let mut freed = 0u64;
    let mut shown = 0u64;
    for _ in 0..150 * scale {
        for (number, event) in events.iter().enumerate() {
            let change = garage.apply(event);
            freed += u64::from(!change.was_free && change.is_free);
            shown = shown.wrapping_mul(31).wrapping_add(change.left as u64);
            if number % 5_000 == 0 {
                shown ^= garage.view().iter().map(|level| level.free as u64).sum::<u64>();
            }
        }
    }
    println!("{freed} bays freed, displays {shown:x}");
}
