//! Joins orders with customers and sums up the turnover by country.

use crate::random::Random;
use rustc_hash::FxHashMap;
use std::hash::Hash;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct CustomerId(u32);

struct Customer {
    id: CustomerId,
    country: u8,
}

struct Order {
    customer: CustomerId,
    cents: u64,
}

/// Finds rows by key.
struct Index<'a, K, R> {
    rows: FxHashMap<K, &'a R>,
}

impl<'a, K: Eq + Hash, R> Index<'a, K, R> {
    fn over(rows: &'a [R], key: impl Fn(&R) -> K) -> Self {
        let rows = rows.iter().map(|row| (key(row), row)).collect();
        Self { rows }
    }

    fn row(&self, key: &K) -> Option<&'a R> {
        self.rows.get(key).copied()
    }
}

#[derive(Default)]
struct Turnover {
    by_country: [u64; 32],
    orphans: u32,
}

fn join(orders: &[Order], customers: &Index<'_, CustomerId, Customer>) -> Turnover {
    let mut turnover = Turnover::default();
    for order in orders {
        match customers.row(&order.customer) {
            Some(customer) => turnover.by_country[customer.country as usize] += order.cents,
            None => turnover.orphans += 1,
        }
    }
    turnover
}

fn customers(count: u32) -> Vec<Customer> {
    let mut random = Random::new(97);
    (0..count)
        .map(|number| Customer {
            id: CustomerId(number * 5),
            country: random.below(32) as u8,
        })
        .collect()
}

fn orders(count: usize, customers: &[Customer]) -> Vec<Order> {
    let mut random = Random::new(101);
    (0..count)
        .map(|_| {
            let number = customers[random.below(customers.len())].id.0;
            Order {
                // A few customers are not in the table any more.
                customer: CustomerId(if random.below(50) == 0 { number + 1 } else { number }),
                cents: 100 + random.below(20_000) as u64,
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let customers = customers(5_000);
    let orders = orders(1_000_000, &customers);
    let mut total = 0;
    let mut orphans = 0;
    for _ in 0..80 * scale {
        let index = Index::over(&customers, |customer| customer.id);
        let turnover = join(&orders, &index);
        total += turnover.by_country.iter().max().copied().unwrap_or(0);
        orphans += turnover.orphans;
    }
    println!("best country {total}, {orphans} orphans");
}
