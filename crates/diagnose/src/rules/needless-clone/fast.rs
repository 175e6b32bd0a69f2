//! Scores customers for a loyalty programme from their past orders.

struct Order {
    articles: Vec<u32>,
    note: String,
    cents: u64,
}

struct Customer {
    number: u32,
    orders: Vec<Order>,
}

struct Programme {
    bonus_articles: [u32; 4],
    weight: f64,
}

fn customers(count: u32) -> Vec<Customer> {
    let order = |number: u32, index: u32| Order {
        articles: (0..6)
            .map(|line| (number * 31 + index * 17 + line * 7) % 5000)
            .collect(),
        note: "leave it with the neighbours, second floor on the left".to_owned(),
        cents: u64::from(500 + (number * 13 + index * 29) % 9000),
    };
    (0..count)
        .map(|number| Customer {
            number,
            orders: (0..5).map(|index| order(number, index)).collect(),
        })
        .collect()
}

/// Interest saturates: the tenth order says less than the first.
fn saturate(points: f64, rounds: u32) -> f64 {
    let mut value = points;
    for round in 0..rounds {
        value = (value + f64::from(round % 5)).sqrt() * 2.2;
    }
    value
}

// [page]
fn points(customer: &Customer, programme: &Programme) -> f64 {
    let mut points = 0.0;
    let orders = &customer.orders;
    for order in orders {
        let bonus = programme
            .bonus_articles
            .iter()
            .filter(|article| order.articles[0] == **article)
            .count();
        points += (order.cents + order.note.len() as u64) as f64 * programme.weight * (1 + bonus) as f64;
    }
    saturate(points, 12) + f64::from(customer.number % 10)
}
// [/page]

pub fn run(scale: usize) {
    let customers = customers(2000);
    let mut total = 0.0;
    for month in 0..scale * 280 {
        let programme = Programme {
            bonus_articles: [17, 48, 79, 110],
            weight: 0.1 + (month % 12) as f64 / 100.0,
        };
        total += customers
            .iter()
            .map(|customer| points(customer, &programme))
            .sum::<f64>();
    }
    println!("{} customers, {total:.4} points", customers.len());
}
