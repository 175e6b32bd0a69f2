//! Earliest arrivals by the connection scan algorithm over a day's timetable.

use std::collections::HashMap;

use crate::random::Random;

struct Connection {
    from: String,
    to: String,
    departs: u32,
    arrives: u32,
}

struct Timetable {
    stations: Vec<String>,
    connections: Vec<Connection>,
}

impl Timetable {
    fn random(random: &mut Random) -> Self {
        let stations: Vec<String> = (0..600)
            .map(|n| format!("{} Central Station Platform {n}", n % 37))
            .collect();
        let mut connections: Vec<Connection> = (0..60_000)
            .map(|_| {
                let from = random.below(stations.len());
                let to = (from + 1 + random.below(40)) % stations.len();
                let departs = random.below(86_400) as u32;
                let arrives = departs + 120 + random.below(1800) as u32;
                Connection {
                    from: stations[from].clone(),
                    to: stations[to].clone(),
                    departs,
                    arrives,
                }
            })
            .collect();
        connections.sort_by_key(|connection| (connection.departs, connection.arrives));
        Self { stations, connections }
    }

    fn scan(&self, start: usize, at: u32) -> Arrivals<'_> {
        let mut arrivals = Arrivals::default();
        arrivals.improve(&self.stations[start], at);
        for connection in self.connections.iter().skip_while(|connection| connection.departs < at) {
            if arrivals
                .reached(&connection.from) //~
                .is_some_and(|time| time <= connection.departs)
            {
                arrivals.improve(&connection.to, connection.arrives); //~
            }
        }
        arrivals
    }
}

#[derive(Default)]
struct Arrivals<'a> {
    best: HashMap<&'a str, u32>, //~
}

impl<'a> Arrivals<'a> {
    fn reached(&self, station: &str) -> Option<u32> {
        self.best.get(station).copied() //~
    }

    fn improve(&mut self, station: &'a str, at: u32) {
        let best = self.best.entry(station).or_insert(u32::MAX); //~
        *best = at.min(*best);
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(21);
    let timetable = Timetable::random(&mut random);
    let mut latest = 0;
    for _ in 0..180 * scale {
        let arrivals = timetable.scan(random.below(timetable.stations.len()), random.below(40_000) as u32);
        latest = latest.max(arrivals.best.values().copied().max().unwrap_or(0));
    }
    println!("{latest}");
}
