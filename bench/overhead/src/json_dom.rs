//! Parses a document into a tree of values, changes it, and writes it again.

use crate::Random;
use serde_json::{Value, json};

pub fn run(size: u64) -> usize {
    let text = document(4_000);
    (0..size)
        .map(|round| {
            let mut value: Value = serde_json::from_str(&text).expect("the document is JSON");
            value["round"] = json!(round);
            serde_json::to_string(&value).expect("a value can be written").len()
        })
        .sum()
}

fn document(n_orders: u64) -> String {
    let mut random = Random(1);
    let orders: Vec<Value> = (0..n_orders)
        .map(|id| {
            let lines: Vec<Value> = (0..1 + random.below(5))
                .map(|_| json!({"sku": format!("sku-{}", random.below(10_000)), "price": random.below(99_999) as f64 / 100.0}))
                .collect();
            json!({"id": id, "customer": format!("customer {}", random.below(5_000)), "lines": lines, "paid": random.below(2) == 1})
        })
        .collect();
    json!({ "orders": orders }).to_string()
}
