//! Applies a day's transfers to the accounts of a bank.

use crate::random::Random;
use rustc_hash::FxHashMap;

#[derive(Default, Clone)]
struct Account {
    cents: i64,
    transfers: u32,
}

struct Transfer {
    from: u64,
    to: u64,
    cents: i64,
}

struct Bank {
    accounts: FxHashMap<u64, Account>,
}

#[derive(Debug, PartialEq)]
enum Refusal {
    NoSuchAccount,
    NotCovered,
}

impl Bank {
    fn open(&mut self, number: u64, cents: i64) {
        self.accounts.insert(number, Account { cents, transfers: 0 });
    }

    fn account(&mut self, number: u64) -> Result<&mut Account, Refusal> {
        self.accounts.get_mut(&number).ok_or(Refusal::NoSuchAccount)
    }

    fn apply(&mut self, transfer: &Transfer) -> Result<(), Refusal> {
        let from = self.account(transfer.from)?;
        if from.cents < transfer.cents {
            return Err(Refusal::NotCovered);
        }
        from.cents -= transfer.cents;
        from.transfers += 1;
        let to = self.account(transfer.to)?;
        to.cents += transfer.cents;
        to.transfers += 1;
        Ok(())
    }
}

fn number(index: usize) -> u64 {
    (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}

fn transfers(count: usize, accounts: usize) -> Vec<Transfer> {
    let mut random = Random::new(113);
    (0..count)
        .map(|_| Transfer {
            from: number(random.below(accounts)),
            to: number(random.below(accounts + accounts / 500)),
            cents: 1 + random.below(90_000) as i64,
        })
        .collect()
}

pub fn run(scale: usize) {
    let count = 250_000;
    let mut bank = Bank {
        accounts: FxHashMap::default(),
    };
    (0..count).for_each(|index| bank.open(number(index), 100_000));
    let results: Vec<_> = transfers(4_000_000 * scale, count)
        .iter()
        .map(|transfer| bank.apply(transfer))
        .collect();
    let refused = |refusal: Refusal| {
        results
            .iter()
            .flat_map(|result| result.as_ref().err())
            .filter(|&other| *other == refusal)
            .count()
    };
    let richest = (0..count)
        .filter_map(|index| {
            bank.account(number(index))
                .ok()
                .map(|account| (account.cents, account.transfers))
        })
        .max();
    println!(
        "refused {} and {}, richest {richest:?}",
        refused(Refusal::NotCovered),
        refused(Refusal::NoSuchAccount)
    );
}
