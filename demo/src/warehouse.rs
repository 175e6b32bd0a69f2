//! Plans the packing: one queue a day, parcels of at most ten kilograms.

use crate::orders::Order;

const PARCEL_GRAMS: u32 = 10_000;
const SHELVES: usize = 6;
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

struct Copy {
    article: u32,
    grams: u32,
    line: usize,
    is_first: bool,
}

/// Orders go out in the order in which they came in; the heavy ones wait for one more round.
pub fn pack(orders: &[Order]) -> Plan {
    let mut plan = Plan::default();
    for wave in orders.chunks(ORDERS_PER_WAVE) {
        let mut queue: Vec<Job> = wave.iter().map(|order| Job { order, postponed: 0 }).collect();
        while !queue.is_empty() {
            let job = queue.remove(0);
            let shelves = pick(job.order);
            let grams: u32 = shelves.iter().flatten().map(|copy| copy.grams).sum();
            if grams > 8 * PARCEL_GRAMS && job.postponed == 0 {
                plan.late += 1;
                queue.push(Job {
                    order: job.order,
                    postponed: 1,
                });
            } else {
                plan.grams += u64::from(grams);
                plan.parcels += parcels(&shelves);
            }
        }
    }
    plan
}

/// Copies are picked shelf by shelf, so that a parcel holds neighbours.
fn pick(order: &Order) -> Vec<Vec<Copy>> {
    let mut shelves: Vec<Vec<Copy>> = (0..SHELVES).map(|_| Vec::new()).collect();
    for (index, line) in order.lines.iter().enumerate() {
        for number in 0..line.quantity {
            let shelf = (line.article + number / 2) as usize % SHELVES;
            shelves[shelf].push(Copy {
                article: line.article,
                grams: line.grams,
                line: index,
                is_first: number == 0,
            });
        }
    }
    shelves
}

fn parcels(shelves: &[Vec<Copy>]) -> u64 {
    let (mut parcels, mut room, mut last) = (1, PARCEL_GRAMS, (0, 0));
    for copy in shelves.iter().flatten() {
        let wrapping = if copy.is_first || (copy.article, copy.line) != last {
            35
        } else {
            20
        };
        let needed = copy.grams + wrapping;
        if needed > room {
            parcels += 1;
            room = PARCEL_GRAMS;
        }
        room -= needed;
        last = (copy.article, copy.line);
    }
    parcels
}
