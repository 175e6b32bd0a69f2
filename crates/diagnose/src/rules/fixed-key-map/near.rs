//! Prices shipments: tariffs by country come from a file, and the settings, read by name, are asked for once a run.

use std::collections::HashMap;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Speed {
    Standard,
    Express,
}

struct Shipment {
    country: u16,
    grams: u32,
    speed: Speed,
}

struct Tariff {
    base: f64,
    per_kilogram: f64,
}

fn settings() -> HashMap<&'static str, f64> {
    HashMap::from([("express", 1.8), ("fuel", 1.07), ("minimum", 3.5)])
}

fn tariffs(file: &str) -> Vec<Tariff> {
    let mut by_country: HashMap<u16, Tariff> = HashMap::new();
    for line in file.lines() {
        let mut fields = line.split(';').filter_map(|field| field.parse::<f64>().ok());
        if let (Some(country), Some(base), Some(per_kilogram)) = (fields.next(), fields.next(), fields.next()) {
            by_country.insert(country as u16, Tariff { base, per_kilogram });
        }
    }
    let mut tariffs: Vec<(u16, Tariff)> = by_country.into_iter().collect();
    tariffs.sort_unstable_by_key(|(country, _)| *country);
    tariffs.into_iter().map(|(_, tariff)| tariff).collect()
}

fn shipments(count: u32) -> Vec<Shipment> {
    (0..count)
        .map(|index| Shipment {
            country: (index.wrapping_mul(40_503) % 200) as u16,
            grams: 50 + index.wrapping_mul(2_654_435_761) % 20_000,
            speed: if index.is_multiple_of(4) { Speed::Express } else { Speed::Standard },
        })
        .collect()
}

fn price(shipment: &Shipment, tariff: &Tariff, express: f64, rounds: u32) -> f64 {
    let kilograms = f64::from(shipment.grams) / 1000.0;
    let mut price = tariff.base + tariff.per_kilogram * kilograms;
    for round in 0..rounds {
        price = (price * 1.001 + f64::from(round % 2)).sqrt() * 3.0;
    }
    match shipment.speed {
        Speed::Express => price * express,
        Speed::Standard => price,
    }
}

pub fn run(scale: usize) {
    let settings = settings();
    let file: String = (0..200).map(|country| format!("{country};{}.5;2.{country}\n", country % 9)).collect();
    let tariffs = tariffs(&file);
    let shipments = shipments(20_000);
    let [express, fuel, minimum] = ["express", "fuel", "minimum"].map(|name| settings[name]);
    let mut total = 0.0;
    for day in 0..scale * 4 {
        for shipment in shipments.iter().skip(day) {
            let price = price(shipment, &tariffs[usize::from(shipment.country)], express, 60);
            total += (price * fuel).max(minimum);
        }
    }
    println!("{} shipments, {total:.2}", shipments.len());
}
