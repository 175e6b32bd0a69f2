//! Plans journeys on a railway network: stations go by their numbers.

use std::collections::HashMap;

struct Connection {
    from: usize,
    to: usize,
    minutes: u32,
}

struct Network {
    stations: Vec<String>,
    connections: Vec<Connection>,
}

fn station(number: usize) -> String {
    const TOWNS: [&str; 6] = ["Altenburg", "Birkenau", "Clausthal", "Dinkelsbuehl", "Eberswalde", "Friedrichshafen"];
    format!("{} {} (bus stop)", TOWNS[number % TOWNS.len()], number / TOWNS.len())
}

impl Network {
    fn load(stations: usize) -> Self {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = |end: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % end as u64) as usize
        };
        let names: Vec<String> = (0..stations).map(station).collect();
        let numbers: HashMap<&str, usize> = names.iter().map(String::as_str).zip(0..).collect();
        let connections = (0..stations * 4)
            .map(|index| Connection {
                from: numbers[station(index % stations).as_str()],
                to: numbers[station(if index < stations { (index + 1) % stations } else { random(stations) }).as_str()],
                minutes: 2 + random(40) as u32,
            })
            .collect();
        Self {
            connections,
            stations: names,
        }
    }
}

// [page]
fn travel_times(network: &Network, start: usize) -> Vec<Option<u32>> {
    let mut minutes = vec![None; network.stations.len()];
    minutes[start] = Some(0);
    let mut is_better = true;
    while is_better {
        is_better = false;
        for connection in &network.connections {
            let Some(so_far) = minutes[connection.from] else { continue };
            let arrival = so_far + connection.minutes;
            if minutes[connection.to].is_none_or(|known| arrival < known) {
                minutes[connection.to] = Some(arrival);
                is_better = true;
            }
        }
    }
    minutes
}
// [/page]

pub fn run(scale: usize) {
    let network = Network::load(1500);
    let mut total = 0;
    for start in (0..network.stations.len()).step_by(1 + 1500 / (scale * 10)) {
        let farthest = travel_times(&network, start).into_iter().flatten().max();
        total += u64::from(farthest.unwrap_or(0));
    }
    println!("{} connections, {total} minutes", network.connections.len());
}
