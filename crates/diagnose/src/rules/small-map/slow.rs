//! Splits bills: for each dinner, who paid what and who owes whom; a map for every dinner.

use std::collections::HashMap;

struct Payment {
    person: u32,
    cents: i64,
}

struct Dinner {
    payments: Vec<Payment>,
    guests: Vec<u32>,
}

fn dinners(count: usize) -> Vec<Dinner> {
    let mut state = 0x853c_49e6_748f_ea9b_u64;
    let mut random = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % end
    };
    (0..count)
        .map(|_| {
            let guests: Vec<u32> = (0..2 + random(4)).map(|_| random(5000) as u32).collect();
            let payments = (0..1 + random(6))
                .map(|_| Payment {
                    person: guests[random(guests.len() as u64) as usize],
                    cents: 100 + random(9000) as i64,
                })
                .collect();
            Dinner { payments, guests }
        })
        .collect()
}

// [page]
fn largest_debt(dinner: &Dinner) -> i64 {
    let mut balances: HashMap<u32, i64> = HashMap::new();
    let total: i64 = dinner.payments.iter().map(|payment| payment.cents).sum();
    for payment in &dinner.payments {
        *balances.entry(payment.person).or_insert(0) += payment.cents; //~ small-map
    }
    let share = total / dinner.guests.len() as i64;
    for guest in &dinner.guests {
        *balances.entry(*guest).or_insert(0) -= share; //~ small-map
    }
    balances.into_values().min().unwrap_or(0)
}
// [/page]

/// Rounds a debt as the friends agreed, in several steps.
fn settle(cents: i64, steps: u32) -> f64 {
    let mut amount = cents as f64;
    for step in 0..steps {
        amount = (amount.abs() * 1.01 + f64::from(step % 4)).sqrt() * 3.0;
    }
    amount
}

pub fn run(scale: usize) {
    let dinners = dinners(40_000);
    let mut total = 0.0;
    for month in 0..scale * 2 {
        for dinner in dinners.iter().skip(month * 10) {
            total += settle(largest_debt(dinner), 20);
        }
    }
    println!("{} dinners, {total:.3}", dinners.len());
}
