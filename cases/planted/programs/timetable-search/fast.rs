//! Earliest arrivals by the connection scan algorithm over a day's timetable.

use crate::random::Random;

struct Connection {
    from: usize,
    to: usize,
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
                    from,
                    to,
                    departs,
                    arrives,
                }
            })
            .collect();
        connections.sort_by_key(|connection| (connection.departs, connection.arrives));
        Self { stations, connections }
    }

    fn scan(&self, start: usize, at: u32) -> Arrivals {
        let mut arrivals = Arrivals {
            best: vec![None; self.stations.len()],
        };
        arrivals.improve(start, at);
        for connection in self.connections.iter().skip_while(|connection| connection.departs < at) {
            if arrivals
                .reached(connection.from)
                .is_some_and(|time| time <= connection.departs)
            {
                arrivals.improve(connection.to, connection.arrives);
            }
        }
        arrivals
    }
}

struct Arrivals {
    best: Vec<Option<u32>>,
}

impl Arrivals {
    fn reached(&self, station: usize) -> Option<u32> {
        self.best[station]
    }

    fn improve(&mut self, station: usize, at: u32) {
        let best = self.best[station].get_or_insert(u32::MAX);
        *best = at.min(*best);
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(21);
    let timetable = Timetable::random(&mut random);
    let mut latest = 0;
    for _ in 0..180 * scale {
        let arrivals = timetable.scan(random.below(timetable.stations.len()), random.below(40_000) as u32);
        latest = latest.max(arrivals.best.iter().copied().flatten().max().unwrap_or(0));
    }
    println!("{latest}");
}
