//! A workshop that always takes the open order with the nearest deadline.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::random::Random;

#[derive(Clone, Copy)]
struct Order {
    deadline: u64,
    number: u32,
    effort: u64,
}

trait Policy {
    fn admit(&mut self, order: Order);
    fn next(&mut self) -> Option<Order>;
    fn waiting(&self) -> usize;
}

#[derive(Default)]
struct EarliestDeadline {
    open: BinaryHeap<Reverse<(u64, u32, u64)>>,
}

impl Policy for EarliestDeadline {
    fn admit(&mut self, order: Order) {
        self.open.push(Reverse((order.deadline, order.number, order.effort)));
    }

    fn next(&mut self) -> Option<Order> {
        let Reverse((deadline, number, effort)) = self.open.pop()?;
        Some(Order {
            deadline,
            number,
            effort,
        })
    }

    fn waiting(&self) -> usize {
        self.open.len()
    }
}

struct Workshop<P> {
    policy: P,
    clock: u64,
    late: u64,
    tardiness: u64,
}

impl<P: Policy> Workshop<P> {
    fn work_on(&mut self, order: Order) {
        self.clock += order.effort;
        if self.clock > order.deadline {
            self.late += 1;
            self.tardiness += self.clock - order.deadline;
        }
    }

    fn shift(&mut self, arrivals: impl Iterator<Item = Order>) {
        for order in arrivals {
            self.policy.admit(order);
        }
        for _ in 0..2 {
            if let Some(order) = self.policy.next() {
                self.work_on(order);
            }
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(13);
    for _ in 0..scale {
        let mut shop = Workshop {
            policy: EarliestDeadline::default(),
            clock: 0,
            late: 0,
            tardiness: 0,
        };
        let mut number = 0;
        for _ in 0..30_000 {
            let count = 2 + usize::from(random.below(3) == 0);
            let clock = shop.clock;
            shop.shift((0..count).map(|_| {
                number += 1;
                Order {
                    deadline: clock + random.below(60_000) as u64,
                    number,
                    effort: 5 + random.below(9) as u64,
                }
            }));
        }
        println!("{} {} {}", shop.late, shop.tardiness, shop.policy.waiting());
    }
}
