//! Simulates the tills of a supermarket: events in a queue by time, each of which may cause others.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Arrives,
    Served,
}

#[derive(PartialEq, Eq)]
struct Event {
    at: u64,
    customer: u32,
    kind: Kind,
}

impl Ord for Event {
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.cmp(&self.at).then(other.customer.cmp(&self.customer))
    }
}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Shop {
    // [page]
    queue: BinaryHeap<Box<Event>>,
    // [/page]
    free_tills: u32,
    waiting: Vec<u32>,
    waited: u64,
}

impl Shop {
    // [page]
    fn plan(&mut self, at: u64, customer: u32, kind: Kind) {
        self.queue.push(Box::new(Event { at, customer, kind })); //~ boxed-small-object
    }
    // [/page]

    fn serve(&mut self, customer: u32, now: u64) {
        self.free_tills -= 1;
        self.plan(now + 40 + u64::from(customer % 90), customer, Kind::Served);
    }

    fn handle(&mut self, event: &Event) {
        match event.kind {
            Kind::Arrives if self.free_tills > 0 => self.serve(event.customer, event.at),
            Kind::Arrives => self.waiting.push(event.customer),
            Kind::Served => {
                self.free_tills += 1;
                if let Some(next) = self.waiting.pop() {
                    self.waited += event.at % 1000;
                    self.serve(next, event.at);
                }
            }
        }
    }
}

pub fn run(scale: usize) {
    let mut shop = Shop {
        queue: BinaryHeap::new(),
        free_tills: 12,
        waiting: Vec::new(),
        waited: 0,
    };
    let mut handled = 0u64;
    for customer in 0..scale as u32 * 1_500_000 {
        shop.plan(u64::from(customer) * 8, customer, Kind::Arrives);
        while shop.queue.len() > 14 {
            let Some(event) = shop.queue.pop() else { break };
            shop.handle(&event);
            handled += 1;
        }
    }
    println!("{handled} events, waited {}", shop.waited);
}
