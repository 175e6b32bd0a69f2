//! Two reader threads spin on short read sections of one left-right map; every thread
//! owns a few read handles of its own (handles are handed out round-robin).
use left_right::{Absorb, ReadHandle};

#[derive(Clone, Default)]
struct Table {
    value: u64,
}
struct Set(u64);
impl Absorb<Set> for Table {
    fn absorb_first(&mut self, op: &mut Set, _: &Self) {
        self.value = op.0;
    }
    fn sync_with(&mut self, first: &Self) {
        self.value = first.value;
    }
}

fn main() {
    let n: u64 = std::env::args()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(40_000_000);
    let (mut w, r) = left_right::new::<Table, Set>();
    w.append(Set(7));
    w.publish();
    let readers: Vec<ReadHandle<Table>> = (0..4).map(|_| r.clone()).collect();
    let mut owned: [Vec<ReadHandle<Table>>; 2] = [Vec::new(), Vec::new()];
    for (i, h) in readers.into_iter().enumerate() {
        owned[i % 2].push(h);
    }
    let total: u64 = std::thread::scope(|s| {
        let hs: Vec<_> = owned
            .into_iter()
            .map(|handles| {
                s.spawn(move || {
                    let mut sum = 0u64;
                    for i in 0..n {
                        let h = &handles[(i % handles.len() as u64) as usize];
                        if let Some(g) = h.enter() {
                            sum = sum.wrapping_add(g.value);
                        }
                    }
                    sum
                })
            })
            .collect();
        hs.into_iter().map(|h| h.join().unwrap()).sum()
    });
    println!("{total}");
}
