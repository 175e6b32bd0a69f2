//! Plans journeys through a metro: the fewest legs to every stop, and the line of the last one.

use crate::random::Random;
use std::collections::VecDeque;

#[derive(Clone, Copy)]
struct StopId(u32);

#[derive(Clone)]
struct Ride {
    to: StopId,
    seconds: u32,
    line: u16,
}

trait Timetable {
    fn stops(&self) -> usize;
    fn rides(&self, from: StopId) -> Vec<Ride>;
}

struct Weekday {
    rides: Vec<Vec<Ride>>,
}

impl Timetable for Weekday {
    fn stops(&self) -> usize {
        self.rides.len()
    }

    fn rides(&self, from: StopId) -> Vec<Ride> {
        self.rides[from.0 as usize].clone() //~
    }
}

struct Planner<T> {
    timetable: T,
    longest_leg: u32,
}

#[derive(Clone, Copy)]
struct Label {
    legs: u32,
    line: u16,
}

const UNREACHED: Label = Label {
    legs: u32::MAX,
    line: 0,
};

impl<T: Timetable> Planner<T> {
    fn legs(&self, start: StopId) -> Vec<Label> {
        let mut labels = vec![UNREACHED; self.timetable.stops()];
        let mut open = VecDeque::with_capacity(labels.len());
        labels[start.0 as usize].legs = 0;
        open.push_back(start);
        while let Some(stop) = open.pop_front() {
            let legs = labels[stop.0 as usize].legs + 1;
            for ride in self.timetable.rides(stop) {
                //~^
                let there = &mut labels[ride.to.0 as usize];
                if there.legs == UNREACHED.legs && ride.seconds <= self.longest_leg {
                    *there = Label { legs, line: ride.line };
                    open.push_back(ride.to);
                }
            }
        }
        labels
    }
}

fn weekday(lines: usize, length: usize) -> Weekday {
    let mut random = Random::new(80);
    let stops = lines * length / 2;
    let mut rides = vec![Vec::new(); stops];
    for line in 0..lines {
        let mut here = random.below(stops);
        for _ in 0..length {
            let there = (here + 1 + random.below(7)) % stops;
            let seconds = 50 + random.below(100) as u32;
            rides[here].push(Ride {
                to: StopId(there as u32),
                seconds,
                line: line as u16,
            });
            rides[there].push(Ride {
                to: StopId(here as u32),
                seconds,
                line: line as u16,
            });
            here = there;
        }
    }
    Weekday { rides }
}

pub fn run(scale: usize) {
    let planner = Planner {
        timetable: weekday(16, 40),
        longest_leg: 145,
    };
    let stops = planner.timetable.stops();
    let (mut reached, mut most) = (0, (0, 0));
    for round in 0..200 * stops * scale {
        let labels = planner.legs(StopId((round % stops) as u32));
        let there = labels.iter().filter(|label| label.legs != UNREACHED.legs);
        reached = reached.max(there.clone().count());
        most = most.max(there.map(|label| (label.legs, label.line)).max().unwrap_or_default());
    }
    println!("{reached} stops reached, at most {} legs, then line {}", most.0, most.1);
}
