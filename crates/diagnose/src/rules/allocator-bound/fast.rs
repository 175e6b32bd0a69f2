//! Imports the orders of a shop, a day at a time: many small records whose texts stay in the file that they came in.

use std::fmt::Write;

// [page]
struct Address<'a> {
    name: &'a str,
    street: &'a str,
    city: &'a str,
}
// [/page]

struct Item<'a> {
    sku: &'a str,
    count: u32,
    options: &'a str,
}

struct Order<'a> {
    number: u32,
    buyer: Address<'a>,
    receiver: Option<Address<'a>>,
    items: Vec<Item<'a>>,
    notes: Vec<(&'a str, &'a str)>,
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
fn address(text: &str) -> Option<Address<'_>> {
    let mut parts = text.split(", ");
    let name = parts.next().filter(|name| !name.is_empty())?;
    let street = parts.next()?;
    let city = parts.next()?;
    Some(Address { name, street, city })
}
// [/page]

fn item(text: &str) -> Option<Item<'_>> {
    let (article, options) = text.split_once('+').unwrap_or((text, ""));
    let (sku, count) = article.split_once('*')?;
    Some(Item {
        sku,
        count: count.parse().ok()?,
        options,
    })
}

fn order(line: &str) -> Option<Order<'_>> {
    let mut fields = line.split('|');
    let number = fields.next()?.parse().ok()?;
    let buyer = address(fields.next()?)?;
    let receiver = address(fields.next()?);
    let mut items = Vec::new();
    let mut notes = Vec::new();
    for field in fields {
        match field.strip_prefix('@') {
            Some(note) => {
                let (key, value) = note.split_once('=')?;
                notes.push((key, value));
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
fn parcels(orders: &[Order<'_>]) -> (u64, usize) {
    let (mut count, mut letters) = (0, 0);
    for order in orders {
        let label = order.receiver.as_ref().unwrap_or(&order.buyer);
        letters += label.name.len() + label.street.len() + label.city.len();
        letters += order.notes.iter().map(|note| note.1.len()).sum::<usize>();
        for item in &order.items {
            count += u64::from(item.count) + u64::from(order.number % 2);
            letters += item.sku.len() + item.options.split('+').map(str::len).sum::<usize>();
        }
    }
    (count, letters)
}

// [page]
fn day(text: &str) -> (u64, usize) {
    let orders: Vec<Order<'_>> = text.lines().filter_map(order).collect();
    parcels(&orders)
}
// [/page]

pub fn run(scale: usize) {
    let text = text(40_000);
    let (mut count, mut letters) = (0, 0);
    for _ in 0..scale * 5 {
        let day = day(&text);
        count += day.0;
        letters += day.1;
    }
    println!("{count} parcels, {letters} letters");
}
