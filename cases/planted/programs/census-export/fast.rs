//! Writes census tables as tab-separated text, with columns that are chosen at run time.

use crate::random::Random;
use std::fmt::Write as _;

struct Household {
    district: u16,
    persons: u8,
    rooms: u8,
    income: u32,
    owner: bool,
}

trait Column {
    fn title(&self) -> &'static str;

    fn cell(&self, household: &Household, row: &mut String);
}

struct District;

struct Density;

struct Income {
    step: u32,
}

struct Tenure;

impl Column for District {
    fn title(&self) -> &'static str {
        "district"
    }

    fn cell(&self, household: &Household, row: &mut String) {
        let _ = write!(row, "D{}", household.district);
    }
}

impl Column for Density {
    fn title(&self) -> &'static str {
        "persons/rooms"
    }

    fn cell(&self, household: &Household, row: &mut String) {
        let _ = write!(row, "{}/{}", household.persons, household.rooms);
    }
}

impl Column for Income {
    fn title(&self) -> &'static str {
        "income"
    }

    fn cell(&self, household: &Household, row: &mut String) {
        let _ = write!(row, "{}", household.income / self.step * self.step);
    }
}

impl Column for Tenure {
    fn title(&self) -> &'static str {
        "tenure"
    }

    fn cell(&self, household: &Household, row: &mut String) {
        row.push_str(if household.owner { "owned" } else { "rented" });
    }
}

struct Table {
    columns: Vec<Box<dyn Column>>,
}

impl Table {
    fn head(&self) -> String {
        let titles: Vec<&str> = self.columns.iter().map(|column| column.title()).collect();
        titles.join("\t")
    }

    fn row(&self, household: &Household, row: &mut String) {
        row.clear();
        for (at, column) in self.columns.iter().enumerate() {
            if at > 0 {
                row.push('\t');
            }
            column.cell(household, row);
        }
        row.push('\n');
    }
}

fn households(random: &mut Random, count: usize) -> Vec<Household> {
    (0..count)
        .map(|_| Household {
            district: random.below(400) as u16,
            persons: 1 + random.below(7) as u8,
            rooms: 1 + random.below(9) as u8,
            income: 4_000 + random.below(90_000) as u32,
            owner: random.below(3) == 0,
        })
        .collect()
}

pub fn run(scale: usize) {
    let households = households(&mut Random::new(91), 20_000);
    let table = Table {
        columns: vec![
            Box::new(District),
            Box::new(Density),
            Box::new(Income { step: 500 }),
            Box::new(Tenure),
        ],
    };
    let mut row = String::new();
    let mut size = table.head().len() as u64;
    let mut newest = 0u64;
    for _ in 0..250 * scale {
        for household in &households {
            table.row(household, &mut row);
            size += row.len() as u64;
            newest = newest.rotate_left(1) ^ u64::from(row.as_bytes()[1]);
        }
    }
    println!("{size} bytes, {newest:x}");
}
