//! Finds a way along a corridor by iterative deepening (argument = its length).
use pathfinding::prelude::idastar;
use std::thread;

const STACK_BYTES: usize = 512 << 20;

fn search(n: u32) -> (Vec<(u32, u32)>, u32) {
    let goal = (n, 0u32);
    let successors = |&(x, y): &(u32, u32)| {
        let side = [(x, y + 1), (x, y.wrapping_sub(1))];
        let along = [(x + 1, y), (x.wrapping_sub(1), y)];
        let all = side.into_iter().filter(move |&(_, y)| y < 3 && x % 8 == 0).chain(along);
        all.filter(move |&(x, _)| x <= n)
            .map(|next| (next, 1u32))
            .collect::<Vec<_>>()
    };
    let distance = |&(x, y): &(u32, u32)| goal.0 - x + y;
    idastar(&(0, 0), successors, distance, |node| *node == goal).expect("a way")
}

fn main() {
    let n: u32 = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(60_000);
    // The search is recursive.
    let searching = thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || search(n))
        .expect("a thread");
    let (way, cost) = searching.join().expect("a way");
    println!("{} steps, cost {cost}", way.len());
}
