//! Matches orders on an exchange: prices are kept in order, because the best one is what counts.

use std::collections::BTreeMap;

#[derive(Default)]
struct Book {
    asks: BTreeMap<u32, u64>,
    bids: BTreeMap<u32, u64>,
}

struct Order {
    is_buy: bool,
    price: u32,
    quantity: u64,
}

fn orders(count: usize) -> Vec<Order> {
    let mut state = 0x853c_49e6_748f_ea9b_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let is_buy = state.is_multiple_of(2);
            let spread = (state >> 20) as u32 % 20_000;
            Order {
                is_buy,
                price: if is_buy { 95_000 + spread } else { 105_000 - spread },
                quantity: 1 + (state >> 50) % 100,
            }
        })
        .collect()
}

impl Book {
    fn place(&mut self, order: &Order) -> u64 {
        let mut left = order.quantity;
        let (own, other) = if order.is_buy {
            (&mut self.bids, &mut self.asks)
        } else {
            (&mut self.asks, &mut self.bids)
        };
        while left > 0 {
            let best = if order.is_buy { other.first_entry() } else { other.last_entry() };
            let Some(mut level) = best.filter(|level| order.is_buy == (*level.key() <= order.price)) else {
                break;
            };
            let taken = left.min(*level.get());
            left -= taken;
            *level.get_mut() -= taken;
            if *level.get() == 0 {
                level.remove();
            }
        }
        if left > 0 {
            *own.entry(order.price).or_insert(0) += left;
        }
        order.quantity - left
    }
}

pub fn run(scale: usize) {
    let orders = orders(60_000);
    let mut traded = 0;
    for day in 0..scale * 10 {
        let mut book = Book::default();
        for order in orders.iter().skip(day) {
            traded += book.place(order);
        }
    }
    println!("{} orders, {traded} traded", orders.len());
}
