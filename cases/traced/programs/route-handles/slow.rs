//! Dispatches requests along a shared routing table; a request keeps the table alive while it runs.

use std::hint::black_box;
use std::sync::Arc;
use std::thread;

struct Routes {
    by_prefix: [u16; 256],
}

struct Request {
    routes: Arc<Routes>,
    prefix: u8,
}

impl Request {
    fn accept(routes: &Arc<Routes>, prefix: u8) -> Self {
        Self {
            routes: Arc::clone(routes), //~
            prefix,
        }
    }

    fn handle(&self) -> u64 {
        u64::from(self.routes.by_prefix[usize::from(self.prefix)])
    }
} //~

fn serve(routes: &Arc<Routes>, prefixes: &[u8]) -> u64 {
    prefixes
        .iter()
        .map(|&prefix| {
            let request = black_box(Request::accept(routes, prefix)); //~
            request.handle()
        }) //~
        .sum() //~
}

pub fn run(scale: usize) {
    let routes = Arc::new(Routes {
        by_prefix: std::array::from_fn(|i| (i * 31 % 97) as u16),
    });
    let prefixes: Vec<u8> = (0..50_000u32).map(|i| (i * 7919 >> 4) as u8).collect();
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (routes, prefixes) = (Arc::clone(&routes), prefixes.clone());
            thread::spawn(move || (0..8 * scale).map(|_| serve(&routes, &prefixes)).sum::<u64>())
        })
        .collect();
    let sum: u64 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    println!("{sum}");
}
