//! Matches incoming bank payments against the references of open invoices.

struct Payment {
    reference: String,
    cents: u64,
    days_late: u32,
}

struct Ledger {
    open_references: Vec<String>,
}

#[derive(Default)]
struct Summary {
    matched: u64,
    unmatched: u64,
    cents: u64,
}

impl Ledger {
    fn with_open_invoices(count: u64) -> Self {
        let open_references = (0..count).map(|number| reference(number * 2)).collect();
        Self { open_references }
    }

    // [page]
    fn settle(&self, payments: &[Payment], rate: f64, summary: &mut Summary) {
        for payment in payments {
            let due = with_interest(payment, rate);
            let is_open = self.open_references.contains(&payment.reference); //~ linear-search-in-loop
            if is_open {
                summary.matched += 1;
                summary.cents += due;
            } else {
                summary.unmatched += 1;
            }
        }
    }
    // [/page]
}

fn reference(number: u64) -> String {
    format!("INV-2025-{number:06}")
}

/// Daily compounding, as the contract has it.
fn with_interest(payment: &Payment, rate: f64) -> u64 {
    let mut amount = payment.cents as f64;
    for day in 0..payment.days_late {
        let weekend = if day % 7 > 4 { 0.5 } else { 1.0 };
        amount += (amount * rate * weekend).sqrt() / 365.0;
    }
    amount as u64
}

fn incoming_payments(count: u64) -> Vec<Payment> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            Payment {
                reference: reference(state % 6000),
                cents: 500 + state % 90_000,
                days_late: 120 + (state >> 40) as u32 % 180,
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let ledger = Ledger::with_open_invoices(3000);
    let payments = incoming_payments(2000);
    let mut summary = Summary::default();
    for quarter in 0..scale * 7 {
        ledger.settle(&payments, 0.02 + quarter as f64 * 0.0005, &mut summary);
    }
    println!(
        "{} matched, {} unmatched, {} cents",
        summary.matched, summary.unmatched, summary.cents
    );
}
