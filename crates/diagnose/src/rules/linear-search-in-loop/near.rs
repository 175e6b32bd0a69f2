//! Prices parcels by zone; looks up surcharges in a table of four and the depot in a list that is read once.

const ISLAND_ZONES: [u32; 4] = [17, 23, 42, 58];

struct Parcel {
    zone: u32,
    grams: u32,
    millimetres: [u32; 3],
}

struct Depot {
    name: &'static str,
    handling_cents: u64,
}

fn parcels(count: usize) -> Vec<Parcel> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            Parcel {
                zone: (state % 64) as u32,
                grams: 100 + (state >> 8) as u32 % 20_000,
                millimetres: [8, 16, 24].map(|shift| 50 + (state >> shift) as u32 % 900),
            }
        })
        .collect()
}

fn depots() -> Vec<Depot> {
    let names = [
        "Aarhus", "Bergen", "Cork", "Delft", "Esbjerg", "Faro", "Graz", "Halle", "Imst", "Jena",
    ];
    names
        .iter()
        .zip(30..)
        .map(|(&name, handling_cents)| Depot { name, handling_cents })
        .collect()
}

/// Volumetric weight by the carrier's own formula, which it iterates to a fixed point.
fn billed_grams(parcel: &Parcel) -> u64 {
    let [length, width, height] = parcel.millimetres.map(f64::from);
    let mut billed = f64::from(parcel.grams);
    for _ in 0..40 {
        billed = (billed * 0.6 + (length * width * height / billed.max(1.0)).sqrt() * 12.0).max(100.0);
    }
    billed as u64
}

fn price(parcel: &Parcel, depot: &Depot) -> u64 {
    let base = billed_grams(parcel) / 10 + depot.handling_cents;
    if ISLAND_ZONES.contains(&parcel.zone) {
        base + base / 4
    } else {
        base
    }
}

pub fn run(scale: usize) {
    let depots = depots();
    let parcels = parcels(20_000);
    let depot = depots.iter().find(|depot| depot.name == "Halle").unwrap_or(&depots[0]);
    let mut total = 0;
    for _ in 0..scale * 4 {
        total += parcels.iter().map(|parcel| price(parcel, depot)).sum::<u64>();
    }
    println!("{} parcels, {total} cents", parcels.len());
}
