//! Handlers take a snapshot of the configuration by Arc; changes are rare and copy it once.

use crate::random::Random;
use std::sync::Arc;

#[derive(Clone)]
struct Config {
    limits: Vec<u32>,
    names: Vec<String>,
    version: u32,
}

struct Store {
    current: Arc<Config>,
}

struct Handler {
    config: Arc<Config>,
    served: u64,
}

impl Store {
    fn snapshot(&self) -> Arc<Config> {
        Arc::clone(&self.current)
    }

    fn raise_limit(&mut self, index: usize) {
        let config = Arc::make_mut(&mut self.current);
        config.limits[index] += 1;
        config.version += 1;
    }
}

impl Handler {
    fn refresh(&mut self, store: &Store) {
        if self.config.version != store.current.version {
            self.config = store.snapshot();
        }
    }

    fn handle(&mut self, request: u64) -> u32 {
        self.served += 1;
        let index = request as usize % self.config.limits.len();
        let work = (0..24).fold(request, |state: u64, round| {
            (state ^ round).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 1
        });
        self.config.limits[index].min(work as u32 % 1_000)
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(419);
    let mut store = Store {
        current: Arc::new(Config {
            limits: (0..400).map(|index| 100 + index % 90).collect(),
            names: (0..400).map(|index| format!("limit-{index}")).collect(),
            version: 0,
        }),
    };
    let mut handlers: Vec<Handler> = (0..4)
        .map(|_| Handler {
            config: store.snapshot(),
            served: 0,
        })
        .collect();
    let mut sum = 0u64;
    for number in 0..14_000_000 * scale {
        if number % 50_000 == 0 {
            store.raise_limit(random.below(400));
        }
        let handler = &mut handlers[number & 3];
        handler.refresh(&store);
        sum += u64::from(handler.handle(random.next()));
    }
    let letters: usize = store.current.names.iter().map(String::len).sum();
    println!("{sum}, version {}, {letters} letters", store.current.version);
}
