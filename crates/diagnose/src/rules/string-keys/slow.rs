//! Plans journeys on a railway network: stations go by their names.

use std::collections::HashMap;

struct Connection {
    from: String,
    to: String,
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
        let connections = (0..stations * 4)
            .map(|index| Connection {
                from: station(index % stations),
                to: station(if index < stations { (index + 1) % stations } else { random(stations) }),
                minutes: 2 + random(40) as u32,
            })
            .collect();
        Self {
            stations: (0..stations).map(station).collect(),
            connections,
        }
    }
}

// [page]
fn travel_times(network: &Network, start: &str) -> HashMap<String, u32> {
    let mut minutes = HashMap::from([(start.to_owned(), 0)]);
    let mut is_better = true;
    while is_better {
        is_better = false;
        for connection in &network.connections {
            let Some(&so_far) = minutes.get(&connection.from) else { continue }; //~ string-keys
            let arrival = so_far + connection.minutes;
            if minutes.get(&connection.to).is_none_or(|&known| arrival < known) { //~ string-keys
                minutes.insert(connection.to.clone(), arrival);
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
    for start in network.stations.iter().step_by(1 + 1500 / (scale * 10)) {
        let farthest = travel_times(&network, start).into_values().max();
        total += u64::from(farthest.unwrap_or(0));
    }
    println!("{} connections, {total} minutes", network.connections.len());
}
