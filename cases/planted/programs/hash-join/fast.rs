//! Joins shipments with warehouses by id and aggregates weights by region.

use crate::random::Random;
use rustc_hash::FxHashMap;

#[derive(Clone, Copy)]
struct Warehouse {
    id: u32,
    region: u16,
}

#[derive(Clone, Copy)]
struct Shipment {
    warehouse: u32,
    grams: u32,
}

#[derive(Default, Clone, Copy)]
struct Totals {
    shipments: u64,
    grams: u64,
}

fn index(warehouses: &[Warehouse]) -> FxHashMap<u32, u16> {
    warehouses
        .iter()
        .map(|warehouse| (warehouse.id, warehouse.region))
        .collect()
}

fn totals_by_region(shipments: &[Shipment], regions: &FxHashMap<u32, u16>, count: usize) -> Vec<Totals> {
    let mut totals = vec![Totals::default(); count];
    for shipment in shipments {
        if let Some(&region) = regions.get(&shipment.warehouse) {
            let total = &mut totals[usize::from(region)];
            total.shipments += 1;
            total.grams += u64::from(shipment.grams);
        }
    }
    totals
}

fn heaviest(totals: &[Totals]) -> Option<(u64, usize)> {
    totals
        .iter()
        .enumerate()
        .map(|(region, total)| (total.grams / total.shipments.max(1), region))
        .max()
}

pub fn run(scale: usize) {
    let mut random = Random::new(317);
    let warehouses: Vec<Warehouse> = (0..60_000)
        .map(|id| Warehouse {
            id: id * 3,
            region: random.below(500) as u16,
        })
        .collect();
    let shipments: Vec<Shipment> = (0..2_000_000)
        .map(|_| Shipment {
            warehouse: random.below(190_000) as u32,
            grams: 50 + random.below(30_000) as u32,
        })
        .collect();
    let mut found = Vec::new();
    for day in 0..40 * scale {
        let open = &warehouses[day * 10 % 1_000..];
        let totals = totals_by_region(&shipments, &index(open), 500);
        found.extend(heaviest(&totals));
    }
    println!("{:?} {:?}", found.first(), found.last());
}
