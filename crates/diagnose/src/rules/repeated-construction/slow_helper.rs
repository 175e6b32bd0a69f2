//! Checks a day's orders before they go to the warehouse.

use regex::Regex;

struct Order {
    number: String,
    quantity: u32,
    cents: u32,
}

#[derive(Default)]
struct Verdicts {
    accepted: u64,
    rejected: u64,
    risk: f64,
}

fn is_order_number(text: &str) -> bool {
    Regex::new(r"^[A-Z]{2}-\d{4}-\d{6}$").is_ok_and(|pattern| pattern.is_match(text)) //~ repeated-construction
}

fn is_plausible(order: &Order) -> bool {
    order.quantity > 0 && order.cents < 500_000 && is_order_number(&order.number)
}

/// Fraud score: a small recurrence over the amount.
fn risk(order: &Order) -> f64 {
    let mut risk = f64::from(order.cents) / f64::from(order.quantity.max(1));
    for round in 0..6000 {
        risk = (risk + f64::from(round % 11)).sqrt() * 3.0;
    }
    risk
}

fn check_all(orders: &[Order]) -> Verdicts {
    let mut verdicts = Verdicts::default();
    for order in orders {
        if is_plausible(order) {
            verdicts.accepted += u64::from(order.cents);
            verdicts.risk += risk(order);
        } else {
            verdicts.rejected += 1;
        }
    }
    verdicts
}

fn orders(count: u32) -> Vec<Order> {
    (0..count)
        .map(|index| Order {
            number: if index % 17 == 0 {
                format!("XX{index}")
            } else {
                format!("DE-2025-{index:06}")
            },
            quantity: 1 + index % 4,
            cents: 100 + index.wrapping_mul(2_654_435_761) % 40_000,
        })
        .collect()
}

pub fn run(scale: usize) {
    let orders = orders(250);
    let mut total = Verdicts::default();
    for _ in 0..scale * 2 {
        let verdicts = check_all(&orders);
        total.accepted += verdicts.accepted;
        total.rejected += verdicts.rejected;
        total.risk += verdicts.risk;
    }
    println!(
        "accepted {}, rejected {}, risk {:.6}",
        total.accepted, total.rejected, total.risk
    );
}
