//! Finds which deliveries touch a list of watched shelf positions.

#[derive(Clone, Copy, PartialEq)]
struct Position {
    hall: char,
    aisle: u16,
    shelf: u8,
    slot: u8,
}

struct Delivery {
    position: Position,
    kilograms: u32,
}

struct Watch {
    position: Position,
    hits: u64,
    strain: f64,
}

fn deliveries(count: usize) -> Vec<Delivery> {
    let mut state = 0xda94_2042_e4dd_58b5_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let position = Position {
                hall: if state & 64 == 0 { 'N' } else { 'S' },
                aisle: (state >> 8) as u16 % 40,
                shelf: (state >> 20) as u8 % 6,
                slot: (state >> 30) as u8 % 9,
            };
            Delivery {
                position,
                kilograms: 1 + (state >> 40) as u32 % 300,
            }
        })
        .collect()
}

fn watches() -> Vec<Watch> {
    [('N', 3, 1, 4), ('S', 15, 5, 2), ('N', 26, 5, 3), ('S', 39, 0, 8)]
        .into_iter()
        .map(|(hall, aisle, shelf, slot)| Watch {
            position: Position {
                hall,
                aisle,
                shelf,
                slot,
            },
            hits: 0,
            strain: 0.0,
        })
        .collect()
}

/// Bending of the racks under one more load, on top of the strain that the last one left.
fn bend(kilograms: u32, before: f64) -> f64 {
    let mut bend = f64::from(kilograms) + before;
    for support in 0..6 {
        bend = (bend + f64::from(support % 3)).sqrt() * 6.1;
    }
    bend
}

// [page]
fn tally(deliveries: &[Delivery], watches: &mut [Watch]) -> f64 {
    let (mut total, mut strain) = (0.0, 0.0);
    for delivery in deliveries {
        strain = bend(delivery.kilograms, strain);
        total += strain;
        for watch in &mut *watches {
            if watch.position == delivery.position {
                watch.hits += 1;
                watch.strain += strain;
            }
        }
    }
    total
}
// [/page]

pub fn run(scale: usize) {
    let deliveries = deliveries(20_000);
    let mut watches = watches();
    let mut total = 0.0;
    for _ in 0..scale * 30 {
        total += tally(&deliveries, &mut watches);
    }
    for watch in &watches {
        let Position {
            hall,
            aisle,
            shelf,
            slot,
        } = watch.position;
        println!(
            "{hall}{aisle:03}-{shelf}-{slot} {} hits, strain {:.4}",
            watch.hits, watch.strain
        );
    }
    println!("total strain {total:.4}");
}
