//! Vectors that grow, blocks that another thread frees, and blocks that nobody frees.

use std::hint::black_box;

fn main() {
    let (sender, receiver) = std::sync::mpsc::channel::<Vec<Vec<u8>>>();
    let other = std::thread::spawn(move || receiver.into_iter().for_each(drop));
    for round in 0..150_000usize {
        let mut growing = Vec::<u8>::with_capacity(48);
        for power in 1..=6 {
            growing.reserve_exact((48 << power) - growing.len());
            growing.resize(48 << power, round as u8);
        }
        black_box(growing);
        if round % 3 == 0 {
            std::mem::forget(black_box(Vec::<u8>::with_capacity(888)));
        }
        if round % 250 == 0 {
            sender
                .send((0..100).map(|_| black_box(Vec::with_capacity(777))).collect())
                .unwrap();
        }
    }
    drop(sender);
    other.join().unwrap();
}
