//! Reads a log of sensor readings whose shape is not known beforehand from RON.

use std::env;
use std::fmt::Write;

fn main() {
    let readings = env::args().nth(1).map_or(20_000, |n| n.parse().expect("a number of readings"));
    let log: ron::Value = ron::from_str(&document(readings)).expect("the log is RON");
    println!("{readings} readings, sum {:.3}", sum(&log));
}

fn document(readings: u32) -> String {
    let mut text = String::from("{ \"station\": \"north ridge\", \"readings\": [\n");
    for i in 0..readings {
        let _ = writeln!(text, "  (at: {}, celsius: {}.{}, gust: {}),", 1_700_000_000 + 60 * i, i % 31, i % 7, i % 23);
    }
    text.push_str("] }\n");
    text
}

fn sum(value: &ron::Value) -> f64 {
    match value {
        ron::Value::Number(number) => number.into_f64(),
        ron::Value::Seq(items) => items.iter().map(sum).sum(),
        ron::Value::Map(map) => map.values().map(sum).sum(),
        _ => 0.0,
    }
}
