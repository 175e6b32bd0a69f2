//! Bills the traffic of tenants: the price table is a default `HashMap`, asked once per invoice.

use std::collections::HashMap;

struct Tariff {
    cents_per_gigabyte: f64,
    burst_factor: f64,
}

struct Usage {
    tenant: u32,
    gigabytes_by_hour: Vec<f64>,
}

fn tariffs(tenants: u32) -> HashMap<u32, Tariff> {
    (0..tenants)
        .map(|tenant| {
            let tariff = Tariff {
                cents_per_gigabyte: 1.0 + f64::from(tenant % 9) / 10.0,
                burst_factor: 1.1 + f64::from(tenant % 4) / 8.0,
            };
            (tenant * 31, tariff)
        })
        .collect()
}

fn usages(tenants: u32) -> Vec<Usage> {
    (0..tenants)
        .map(|tenant| Usage {
            tenant: tenant * 31,
            gigabytes_by_hour: (0..720)
                .map(|hour| f64::from((tenant * 17 + hour * 13) % 101) / 7.0)
                .collect(),
        })
        .collect()
}

/// Percentile billing with decay: each hour's burst counts less than the one before.
fn invoice(usage: &Usage, tariff: &Tariff) -> f64 {
    let mut burst = 0.0_f64;
    let mut cents = 0.0;
    for gigabytes in &usage.gigabytes_by_hour {
        burst = (burst * 0.98).max(*gigabytes);
        cents += (gigabytes * tariff.cents_per_gigabyte + burst * tariff.burst_factor).sqrt();
    }
    cents
}

pub fn run(scale: usize) {
    let tariffs = tariffs(300);
    let usages = usages(300);
    let mut total = 0.0;
    for _ in 0..scale * 40 {
        total += usages
            .iter()
            .map(|usage| invoice(usage, &tariffs[&usage.tenant]))
            .sum::<f64>();
    }
    println!("{} tenants, {total:.3} cents", tariffs.len());
}
