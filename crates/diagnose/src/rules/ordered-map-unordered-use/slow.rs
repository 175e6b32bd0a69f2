//! Follows parcels through a warehouse: each scan moves one of many parcels, found by its number.

use std::collections::BTreeMap;

struct Parcel {
    bay: u32,
    moves: u32,
}

struct Warehouse {
    parcels: BTreeMap<u64, Parcel>,
    bays: Vec<u32>,
}

struct Scan {
    number: u64,
    bay: u32,
}

fn scans(count: usize, parcels: u64) -> Vec<Scan> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            Scan {
                number: (state % parcels).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8,
                bay: (state >> 40) as u32 % 400,
            }
        })
        .collect()
}

// [page]
impl Warehouse {
    fn scan(&mut self, scan: &Scan) {
        let parcel = self.parcels.entry(scan.number).or_insert(Parcel { bay: 0, moves: 0 }); //~ ordered-map-unordered-use
        self.bays[parcel.bay as usize] -= u32::from(parcel.moves > 0);
        self.bays[scan.bay as usize] += 1;
        parcel.bay = scan.bay;
        parcel.moves += 1;
    }
}
// [/page]

/// How crowded the fullest bays are, by the safety officer's formula.
fn crowding(bays: &[u32]) -> f64 {
    bays.iter().fold(0.0, |crowding: f64, &parcels| (crowding * 0.9 + f64::from(parcels)).sqrt() * 4.0)
}

pub fn run(scale: usize) {
    let scans = scans(700_000, 600_000);
    let mut warehouse = Warehouse {
        parcels: BTreeMap::new(),
        bays: vec![0; 400],
    };
    let mut worst = 0.0_f64;
    for day in 0..scale {
        for (index, scan) in scans.iter().skip(day).enumerate() {
            warehouse.scan(scan);
            if index % 50 == 0 {
                worst = worst.max(crowding(&warehouse.bays));
            }
        }
    }
    println!("{} parcels, {worst:.6}", warehouse.parcels.len());
}
