//! Plans the packing: one queue a day, parcels of at most ten kilograms.

use crate::orders::Order;

const PARCEL_GRAMS: u32 = 10_000;
const ORDERS_PER_WAVE: usize = 10_000;

#[derive(Default)]
pub struct Plan {
    pub parcels: u64,
    pub grams: u64,
    pub late: u64,
}

struct Job<'a> {
    order: &'a Order,
    postponed: u32,
}

struct Copies {
    articles: Vec<u64>,
    grams: Vec<u32>,
}

/// Orders go out in the order in which they came in; the heavy ones wait for one more round.
pub fn pack(orders: &[Order]) -> Plan {
    let mut plan = Plan::default();
    for wave in orders.chunks(ORDERS_PER_WAVE) {
        let mut queue: Vec<Job> = wave.iter().map(|order| Job { order, postponed: 0 }).collect();
        while !queue.is_empty() {
            let job = queue.remove(0);
            let copies = copies(job.order);
            let grams: u32 = copies.grams.iter().sum();
            if grams > 8 * PARCEL_GRAMS && job.postponed == 0 {
                plan.late += 1;
                queue.push(Job {
                    order: job.order,
                    postponed: 1,
                });
            } else {
                plan.grams += u64::from(grams);
                plan.parcels += parcels(&copies);
            }
        }
    }
    plan
}

/// Every copy on its own: a line may be spread over several parcels.
fn copies(order: &Order) -> Copies {
    let mut copies = Copies {
        articles: Vec::new(),
        grams: Vec::new(),
    };
    for line in &order.lines {
        for _ in 0..line.quantity {
            copies.articles.push(u64::from(line.article));
            copies.grams.push(line.grams);
        }
    }
    copies
}

fn parcels(copies: &Copies) -> u64 {
    let (mut parcels, mut room, mut last) = (1, PARCEL_GRAMS, 0);
    for (&article, &grams) in copies.articles.iter().zip(&copies.grams) {
        let needed = grams + if article == last { 20 } else { 35 };
        if needed > room {
            parcels += 1;
            room = PARCEL_GRAMS;
        }
        room -= needed;
        last = article;
    }
    parcels
}
