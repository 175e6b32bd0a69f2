//! Works out delivery dates: weekdays, holidays, and a handful of carriers that are found by comparing names.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Weekday {
    Workday,
    Saturday,
    Sunday,
}

struct Carrier {
    name: &'static str,
    days: u32,
    on_saturdays: bool,
}

const CARRIERS: [Carrier; 5] = [
    Carrier {
        name: "post",
        days: 2,
        on_saturdays: true,
    },
    Carrier {
        name: "rail",
        days: 4,
        on_saturdays: false,
    },
    Carrier {
        name: "courier",
        days: 1,
        on_saturdays: true,
    },
    Carrier {
        name: "ship",
        days: 18,
        on_saturdays: false,
    },
    Carrier {
        name: "own",
        days: 1,
        on_saturdays: false,
    },
];

struct Calendar {
    /// Days of the year, ascending.
    holidays: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Parcel {
    sent: u32,
    carrier: &'static str,
    grams: u32,
}

fn weekday(day: u32) -> Weekday {
    match day % 7 {
        5 => Weekday::Saturday,
        6 => Weekday::Sunday,
        _ => Weekday::Workday,
    }
}

impl Calendar {
    fn is_delivery_day(&self, day: u32, carrier: &Carrier) -> bool {
        let is_open = match weekday(day) {
            Weekday::Workday => true,
            Weekday::Saturday => carrier.on_saturdays,
            Weekday::Sunday => false,
        };
        is_open && self.holidays.binary_search(&(day % 365)).is_err()
    }

    fn arrival(&self, parcel: &Parcel) -> Option<u32> {
        let carrier = CARRIERS.iter().find(|carrier| carrier.name == parcel.carrier)?;
        let mut day = parcel.sent;
        let mut left = carrier.days + parcel.grams / 20_000;
        while left > 0 {
            day += 1;
            left -= u32::from(self.is_delivery_day(day, carrier));
        }
        Some(day)
    }
}

fn parcels(count: usize) -> Vec<Parcel> {
    let mut random = Random::new(401);
    (0..count)
        .map(|_| Parcel {
            sent: random.below(365) as u32,
            carrier: random.pick(&["post", "rail", "courier", "ship", "own", "lost"]),
            grams: random.below(60_000) as u32,
        })
        .collect()
}

pub fn run(scale: usize) {
    let calendar = Calendar {
        holidays: vec![0, 5, 88, 91, 120, 150, 226, 275, 304, 358, 359, 364],
    };
    let parcels = parcels(300_000);
    let (mut days, mut lost) = (0u64, 0);
    for _ in 0..26 * scale {
        for parcel in &parcels {
            match calendar.arrival(parcel) {
                Some(day) => days += u64::from(day - parcel.sent),
                None => lost += 1,
            }
        }
    }
    println!("{days} days, {lost} lost");
}
