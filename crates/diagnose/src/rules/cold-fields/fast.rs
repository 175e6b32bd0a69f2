//! The same with what is seldom read in a place of its own.

use std::hint::black_box;

// [page]
struct Account {
    balance: u64,
    details: Box<Details>,
}

struct Details {
    owner: [u8; 48],
    street: [u8; 48],
    city: [u8; 24],
}

fn interest(accounts: &[Account]) -> u64 {
    let mut sum = 0;
    for account in accounts {
        sum += account.balance / 100;
    }
    sum
}
// [/page]

fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [b' '; N];
    bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
    bytes
}

fn opened(number: u64) -> Account {
    Account {
        balance: number * 37 % 10_000,
        details: Box::new(Details {
            owner: padded(&format!("owner {number}")),
            street: padded(&format!("street {}", number % 700)),
            city: padded(&format!("city {}", number % 30)),
        }),
    }
}

fn letter(account: &Account) -> usize {
    let details = &account.details;
    let lines = [&details.owner[..], &details.street[..], &details.city[..]];
    lines.iter().map(|line| line.trim_ascii_end().len()).sum()
}

pub fn run(scale: usize) {
    let accounts: Vec<Account> = (0..60_000).map(opened).collect();
    let mut sum = 0u64;
    for year in 0..6 * scale {
        sum = sum.rotate_left(7) ^ interest(black_box(&accounts));
        sum += letter(&accounts[year * 31 % accounts.len()]) as u64;
    }
    println!("{sum}");
}
