//! Adds up the duty of customs declarations by where the goods come from.

use crate::random::Random;
use rustc_hash::FxHashMap;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Union {
    Customs,
    FreeTrade,
    Other,
}

struct Line {
    origin: &'static str,
    cents: u64,
    pieces: u32,
}

struct Declaration {
    lines: Vec<Line>,
}

mod countries {
    use super::{FxHashMap, Union};

    const CUSTOMS: [&str; 27] = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ];

    const FREE_TRADE: [&str; 9] = ["CH", "NO", "IS", "LI", "CA", "JP", "KR", "SG", "VN"];

    pub(super) fn union_of(code: &str) -> Union {
        let mut table = FxHashMap::default(); //~
        table.extend(CUSTOMS.map(|code| (code, Union::Customs))); //~
        table.extend(FREE_TRADE.map(|code| (code, Union::FreeTrade))); //~
        table.get(code).copied().unwrap_or(Union::Other)
    }
}

trait Tariff {
    fn duty(&self, line: &Line) -> u64;
}

struct Goods {
    permille: u64,
}

struct Duties;

impl Tariff for Goods {
    fn duty(&self, line: &Line) -> u64 {
        match countries::union_of(line.origin) {
            //~^
            Union::Customs => 0,
            Union::FreeTrade => line.cents * self.permille / 4_000,
            Union::Other => line.cents * self.permille / 1_000 + u64::from(line.pieces),
        }
    }
}

impl Duties {
    fn of(declaration: &Declaration, tariff: &impl Tariff) -> u64 {
        declaration.lines.iter().map(|line| tariff.duty(line)).sum()
    }
}

fn declarations(random: &mut Random, count: usize) -> Vec<Declaration> {
    const ORIGINS: [&str; 14] = [
        "CN", "DE", "CH", "US", "PL", "VN", "NO", "TR", "IN", "FR", "JP", "BD", "CZ", "BR",
    ];
    (0..count)
        .map(|_| Declaration {
            lines: (0..1 + random.below(9))
                .map(|_| Line {
                    origin: random.pick(&ORIGINS),
                    cents: 500 + random.below(200_000) as u64,
                    pieces: 1 + random.below(60) as u32,
                })
                .collect(),
        })
        .collect()
}

pub fn run(scale: usize) {
    let declarations = declarations(&mut Random::new(83), 5_000);
    let tariff = Goods { permille: 47 };
    let mut cents = 0;
    for _ in 0..60 * scale {
        cents += declarations
            .iter()
            .map(|declaration| Duties::of(declaration, &tariff))
            .sum::<u64>();
    }
    println!("{cents} cents of duty");
}
