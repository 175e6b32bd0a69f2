//! Keeps the stock of a shop in memory: many small records of many kinds, made once, and asked about all day.

use std::collections::{BTreeMap, HashMap};

struct Article {
    name: String,
    places: Vec<u16>,
    supplier: Option<Box<Supplier>>,
}

struct Supplier {
    name: String,
    days: Vec<u8>,
}

struct Stock {
    articles: BTreeMap<u32, Article>,
    by_place: HashMap<u16, Vec<u32>>,
}

fn stock(count: u32) -> Stock {
    let mut articles = BTreeMap::new();
    let mut by_place: HashMap<u16, Vec<u32>> = HashMap::new();
    for number in 0..count {
        let places: Vec<u16> = (0..1 + number % 3).map(|place| (number * 7 + place) as u16 % 500).collect();
        for place in &places {
            by_place.entry(*place).or_default().push(number);
        }
        let supplier = (number % 2 == 0).then(|| {
            Box::new(Supplier {
                name: format!("supplier {}", number % 40),
                days: (0..number % 5).map(|day| day as u8).collect(),
            })
        });
        let name = format!("article {number} of the long list");
        articles.insert(number, Article { name, places, supplier });
    }
    Stock { articles, by_place }
}

/// How long it takes to walk to all articles of a place, and to wait for those that have to be ordered.
fn effort(stock: &Stock, place: u16) -> u64 {
    let mut effort = 0;
    for number in &stock.by_place[&place] {
        let article = &stock.articles[number];
        effort += article.places.iter().map(|other| u64::from(other.abs_diff(place))).sum::<u64>();
        effort += article.name.bytes().filter(|letter| letter.is_ascii_digit()).count() as u64;
        if let Some(supplier) = &article.supplier {
            effort += supplier.days.iter().map(|day| u64::from(*day)).sum::<u64>() + supplier.name.len() as u64;
        }
    }
    effort
}

pub fn run(scale: usize) {
    let stock = stock(20_000);
    let mut total = 0u64;
    for round in 0..scale * 1000 {
        total = total.wrapping_add(effort(&stock, (round * 31 % 500) as u16));
    }
    println!("{total}");
}
