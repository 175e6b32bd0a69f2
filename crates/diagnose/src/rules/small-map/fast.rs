//! Splits bills: for each dinner, who paid what and who owes whom; a short list for every dinner.

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
fn add(balances: &mut Vec<(u32, i64)>, person: u32, cents: i64) {
    match balances.iter_mut().find(|(other, _)| *other == person) {
        Some((_, balance)) => *balance += cents,
        None => balances.push((person, cents)),
    }
}

fn largest_debt(dinner: &Dinner, balances: &mut Vec<(u32, i64)>) -> i64 {
    balances.clear();
    let total: i64 = dinner.payments.iter().map(|payment| payment.cents).sum();
    dinner.payments.iter().for_each(|payment| add(balances, payment.person, payment.cents));
    let share = total / dinner.guests.len() as i64;
    dinner.guests.iter().for_each(|guest| add(balances, *guest, -share));
    balances.iter().map(|(_, balance)| *balance).min().unwrap_or(0)
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
    let mut balances = Vec::with_capacity(8);
    let mut total = 0.0;
    for month in 0..scale * 2 {
        for dinner in dinners.iter().skip(month * 10) {
            total += settle(largest_debt(dinner, &mut balances), 20);
        }
    }
    println!("{} dinners, {total:.3}", dinners.len());
}
