//! Balances accounts: handles that are shared for reading and changed when nobody else looks, text that mostly stays.

use std::borrow::Cow;
use std::sync::Arc;

struct Ledger {
    balances: Arc<Vec<i64>>,
}

impl Ledger {
    /// The only handle: `make_mut` changes in place.
    fn post(&mut self, account: usize, amount: i64) {
        let balances = Arc::make_mut(&mut self.balances);
        balances[account] += amount;
    }

    fn sum(&self) -> i64 {
        let shared = Arc::clone(&self.balances);
        shared.iter().map(|balance| balance % 97).sum()
    }

    /// One copy for a whole series of changes.
    fn fork(&self) -> Self {
        Self {
            balances: Arc::clone(&self.balances),
        }
    }
}

/// Borrowed for all but one subject in fifty.
fn subject(text: &str) -> Cow<'_, str> {
    let mut subject = Cow::Borrowed(text);
    if text.contains('\t') {
        let owned = subject.to_mut();
        *owned = owned.replace('\t', " ");
    }
    subject
}

fn length(texts: &[String]) -> usize {
    texts.iter().map(|text| subject(text).bytes().filter(|byte| *byte == b'e').count()).sum()
}

pub fn run(scale: usize) {
    let mut ledger = Ledger {
        balances: Arc::new((0..4000).map(|account| account * 13 % 9001).collect()),
    };
    let texts: Vec<String> = (0..500)
        .map(|number| {
            let gap = if number % 50 == 0 { "\t" } else { " " };
            format!("transfer{gap}{number} between the two accounts of the customer at the branch in the old town")
        })
        .collect();
    let (mut total, mut letters) = (0i64, 0);
    for day in 0..scale * 800 {
        for entry in 0..2000 {
            ledger.post((entry * 31 + day) % 4000, (entry % 19) as i64 - 9);
        }
        total += ledger.sum();
        let mut plan = ledger.fork();
        for entry in 0..2000 {
            plan.post((entry * 17) % 4000, 1 + (entry % 3) as i64);
        }
        total += plan.sum();
        letters += length(&texts);
    }
    println!("{total} {letters}");
}
