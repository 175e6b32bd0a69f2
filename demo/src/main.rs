//! Nightly analysis of a bookshop: reads the year's orders, prices them, plans the packing, rates the risk and exports
//! what the accountants want to see.

mod catalogue;
mod customers;
mod ledger;
mod orders;
mod recommend;
mod risk;
mod warehouse;

use catalogue::Catalogue;
use customers::Customers;
use std::{env, io};

fn main() -> io::Result<()> {
    let n_orders = env::args()
        .nth(1)
        .and_then(|argument| argument.parse().ok())
        .unwrap_or(250_000);
    let catalogue = Catalogue::load(2000);
    let customers = Customers::load(4000);
    let orders = orders::read(n_orders, &catalogue, customers.len());

    let revenue: u64 = orders.iter().map(|order| catalogue.price(order)).sum();
    println!(
        "{} orders, revenue {}.{:02}",
        orders.len(),
        revenue / 100,
        revenue % 100
    );

    let mut points = vec![0.0; customers.len()];
    for order in &orders {
        points[order.customer] += customers.loyalty(order);
    }
    println!(
        "{:.1} loyalty points, most to {}",
        points.iter().sum::<f64>(),
        customers.best(&points)
    );

    for (month, cents) in ledger::revenue_by_month(&orders, &catalogue) {
        println!("{month} {:>12}.{:02}", cents / 100, cents % 100);
    }

    let plan = warehouse::pack(&orders);
    println!("{} parcels, {} kg, {} late", plan.parcels, plan.grams / 1000, plan.late);

    let risk = risk::rate(&orders);
    println!(
        "{} risky lines, exposure on the worst day {:.0}",
        risk.risky,
        risk.worst_day()
    );

    let (title, visits) = recommend::trending(&catalogue, n_orders * 120);
    println!("trending: {title} ({visits} visits)");

    let exported = ledger::export_large(&orders)?;
    println!("{exported} bytes exported");
    Ok(())
}
