//! Works out the tax on a day of shopping baskets.

struct Item {
    cents: u64,
    rate: u8,
}

struct Basket {
    items: Vec<Item>,
    abroad: bool,
}

fn day(count: u64) -> Vec<Basket> {
    let item = |basket: u64, index: u64| Item {
        cents: 50 + (basket * 37 + index * 911) % 4000,
        rate: [0, 7, 19, 19][((basket + index * 3) % 4) as usize],
    };
    (0..count)
        .map(|basket| Basket {
            items: (0..4 + basket % 9).map(|index| item(basket, index)).collect(),
            abroad: basket % 11 == 0,
        })
        .collect()
}

/// Rounds half a cent up, as the law wants it for each item.
fn rounded(cents: u64, rate: u8) -> u64 {
    (cents * u64::from(rate) + 50) / 100
}

// [page]
fn tax(baskets: &[Basket]) -> u64 {
    let mut tax = 0;
    for basket in baskets {
        let taxed = basket.items.iter().filter(|item| item.rate > 0 && !basket.abroad);
        let taxed: Vec<&Item> = taxed.collect(); //~ temporary-collection
        for item in taxed {
            tax += rounded(item.cents, item.rate);
        }
    }
    tax
}
// [/page]

pub fn run(scale: usize) {
    let baskets = day(8000);
    let mut total = 0;
    for _ in 0..scale * 100 {
        total += tax(&baskets);
    }
    println!("{total} cents");
}
