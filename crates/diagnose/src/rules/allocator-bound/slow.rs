//! Imports the orders of a shop, a day at a time: many small records that own their texts and lists for that long.

use std::collections::BTreeMap;
use std::fmt::Write;

// [page]
struct Address {
    name: String,
    street: String,
    city: String,
}
// [/page]

struct Item {
    sku: String,
    count: u32,
    options: Vec<String>,
}

struct Order {
    number: u32,
    buyer: Box<Address>,
    receiver: Option<Box<Address>>,
    items: Vec<Item>,
    notes: BTreeMap<String, String>,
}

fn text(orders: u32) -> String {
    let streets = ["Mill Lane", "Old Bridge Street", "Harbour Road"];
    let cities = ["Lower Saxham", "Port Ellery", "Great Wendham"];
    let mut text = String::new();
    for number in 0..orders {
        let of = |list: [&'static str; 3], step: u32| list[((number + step) % 3) as usize];
        let (street, city) = (of(streets, 0), of(cities, 1));
        write!(text, "{number}|Buyer Number {number}, {street}, {city}|").expect("memory");
        if number % 3 == 0 {
            write!(text, "Receiver Of {number}, {}, {}", of(streets, 2), of(cities, 0)).expect("memory");
        }
        for item in 0..1 + number % 4 {
            write!(text, "|article-{:05}*{}", number * 7 % 9000 + item, 1 + item).expect("memory");
            for option in 0..item % 3 {
                write!(text, "+colour-{}", (number + option) % 12).expect("memory");
            }
        }
        writeln!(text, "|@left=at the door {number}|@paid=by card {}", number % 5).expect("memory");
    }
    text
}

// [page]
fn address(text: &str) -> Option<Box<Address>> {
    let mut parts = text.split(", ");
    let name = parts.next().filter(|name| !name.is_empty())?.to_owned();
    let street = parts.next()?.to_owned();
    let city = parts.next()?.to_owned();
    Some(Box::new(Address { name, street, city }))
}
// [/page]

fn item(text: &str) -> Option<Item> {
    let mut options = text.split('+');
    let (sku, count) = options.next()?.split_once('*')?;
    Some(Item {
        sku: sku.to_owned(),
        count: count.parse().ok()?,
        options: options.map(str::to_owned).collect(),
    })
}

fn order(line: &str) -> Option<Order> {
    let mut fields = line.split('|');
    let number = fields.next()?.parse().ok()?;
    let buyer = address(fields.next()?)?;
    let receiver = address(fields.next()?);
    let mut items = Vec::new();
    let mut notes = BTreeMap::new();
    for field in fields {
        match field.strip_prefix('@') {
            Some(note) => {
                let (key, value) = note.split_once('=')?;
                notes.insert(key.to_owned(), value.to_owned());
            }
            None => items.push(item(field)?),
        }
    }
    Some(Order {
        number,
        buyer,
        receiver,
        items,
        notes,
    })
}

/// What the day comes to: parcels, and the letters on their labels.
fn parcels(orders: &[Order]) -> (u64, usize) {
    let (mut count, mut letters) = (0, 0);
    for order in orders {
        let label = order.receiver.as_ref().unwrap_or(&order.buyer);
        letters += label.name.len() + label.street.len() + label.city.len();
        letters += order.notes.values().map(String::len).sum::<usize>();
        for item in &order.items {
            count += u64::from(item.count) + u64::from(order.number % 2);
            letters += item.sku.len() + item.options.iter().map(String::len).sum::<usize>();
        }
    }
    (count, letters)
}

// [page]
fn day(text: &str) -> (u64, usize) {
    let orders: Vec<Order> = text.lines().filter_map(order).collect(); //~ allocator-bound
    parcels(&orders)
}
// [/page]

pub fn run(scale: usize) {
    let text = text(4000);
    let (mut count, mut letters) = (0, 0);
    for _ in 0..scale * 40 {
        let day = day(&text);
        count += day.0;
        letters += day.1;
    }
    println!("{count} parcels, {letters} letters");
}
