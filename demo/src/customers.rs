//! Customers and the loyalty programme.

use crate::orders::{Line, Order};

const FIELDS: [&str; 6] = ["history", "travel", "poetry", "science", "crime", "cooking"];

#[derive(Clone)]
pub struct Customer {
    pub name: String,
    pub street: String,
    pub city: String,
    pub interests: Vec<String>,
    pub wishlist: Vec<String>,
    pub member_since: u32,
}

pub struct Customers {
    customers: Vec<Customer>,
}

impl Customers {
    pub fn load(count: u32) -> Self {
        let cities = ["Leiden", "Porto", "Uppsala", "Bologna", "Cork"];
        let customer = |index: u32| Customer {
            name: format!("Customer {index}"),
            street: format!("{} Station Road", 1 + index % 200),
            city: cities[index as usize % cities.len()].to_owned(),
            interests: (0..5)
                .map(|step| FIELDS[(index as usize + step) % 6].to_owned())
                .collect(),
            wishlist: (1..6)
                .map(|volume| format!("Gardens, volume {}", volume * (1 + index % 40)))
                .collect(),
            member_since: 2000 + index % 25,
        };
        Self {
            customers: (0..count).map(customer).collect(),
        }
    }

    pub fn len(&self) -> usize {
        self.customers.len()
    }

    pub fn get(&self, index: usize) -> Customer {
        self.customers[index].clone()
    }

    /// Name and address of the customer with the most points.
    pub fn best(&self, points: &[f64]) -> String {
        let best = points
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(b.1))
            .map_or(0, |(index, _)| index);
        let Customer { name, street, city, .. } = &self.customers[best];
        format!("{name}, {street}, {city}")
    }

    /// Points for an order: members of long standing earn more, and books in a field of interest count twice.
    pub fn loyalty(&self, order: &Order) -> f64 {
        order.lines.iter().map(|line| self.points(order.customer, line)).sum()
    }

    fn points(&self, index: usize, line: &Line) -> f64 {
        let customer = self.get(index);
        let years = f64::from(2025 - customer.member_since);
        let field = FIELDS[line.article as usize % FIELDS.len()];
        let factor = if customer.interests.iter().any(|interest| interest == field) {
            2.0
        } else {
            1.0
        };
        f64::from(line.quantity).sqrt() * (1.0 + years / 50.0 + customer.wishlist.len() as f64 / 100.0) * factor
    }
}
