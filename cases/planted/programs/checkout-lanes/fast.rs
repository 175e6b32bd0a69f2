//! Simulates the checkouts of a large shop on the day before a holiday, to see how many lanes have to open.

use crate::random::Random;
use std::collections::VecDeque;

struct Customer {
    arrived: u32,
    items: u16,
    card: bool,
}

/// Who waits, and who goes next.
trait Line {
    fn join(&mut self, customer: Customer);

    fn next(&mut self) -> Option<Customer>;

    fn waiting(&self) -> usize;
}

/// One line for all lanes.
#[derive(Default)]
struct Snake {
    customers: VecDeque<Customer>,
}

impl Line for Snake {
    fn join(&mut self, customer: Customer) {
        self.customers.push_back(customer);
    }

    fn next(&mut self) -> Option<Customer> {
        self.customers.pop_front()
    }

    fn waiting(&self) -> usize {
        self.customers.len()
    }
}

struct Lane {
    free_at: u32,
}

struct Shop<L> {
    line: L,
    lanes: Vec<Lane>,
    clock: u32,
    waited: u64,
    served: u64,
    longest: usize,
}

impl<L: Line> Shop<L> {
    fn new(line: L, lanes: usize) -> Self {
        Self {
            line,
            lanes: (0..lanes).map(|_| Lane { free_at: 0 }).collect(),
            clock: 0,
            waited: 0,
            served: 0,
            longest: 0,
        }
    }

    fn second(&mut self, random: &mut Random, rush: usize) {
        self.clock += 1;
        for _ in 0..random.below(rush + 1) {
            self.line.join(Customer {
                arrived: self.clock,
                items: 1 + random.below(40) as u16,
                card: random.below(3) > 0,
            });
        }
        self.longest = self.longest.max(self.line.waiting());
        for lane in &mut self.lanes {
            if lane.free_at > self.clock {
                continue;
            }
            if let Some(customer) = self.line.next() {
                let payment = if customer.card { 4 } else { 9 };
                lane.free_at = self.clock + u32::from(customer.items) / 8 + payment;
                self.waited += u64::from(self.clock - customer.arrived);
                self.served += 1;
            }
        }
    }
}

pub fn run(scale: usize) {
    let mut waited = 0;
    let mut served = 0;
    let mut longest = 0;
    for day in 0..4 * scale as u64 {
        let mut random = Random::new(500 + day);
        let mut shop = Shop::new(Snake::default(), 24);
        for second in 0..30_000 {
            let rush = if second < 16_000 { 9 } else { 3 };
            shop.second(&mut random, rush);
        }
        waited += shop.waited;
        served += shop.served;
        longest = longest.max(shop.longest);
    }
    println!(
        "{served} served, {} s on average, longest line {longest}",
        waited / served
    );
}
