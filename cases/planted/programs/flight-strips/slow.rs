//! Counts the movements of an airport from the lines of its flight plans.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Movement {
    Arrival,
    Departure,
    Transit,
}

/// What the tower needs from a flight plan.
struct Strip<'a> {
    call_sign: &'a str,
    level: u32,
    movement: Movement,
}

#[derive(Debug)]
enum Fault {
    Fields,
    Level,
}

struct Tower {
    airport: &'static str,
}

fn fields(line: &str) -> Vec<&str> {
    //~^
    line.split(';').collect() //~
}

impl Tower {
    /// CALLSIGN;FROM;TO;LEVEL;TYPE;REMARKS…
    fn strip<'a>(&self, line: &'a str) -> Result<Strip<'a>, Fault> {
        let fields = fields(line); //~
        let [call_sign, from, to, level, ..] = fields[..] else {
            return Err(Fault::Fields);
        };
        let movement = match (from == self.airport, to == self.airport) {
            (_, true) => Movement::Arrival,
            (true, _) => Movement::Departure,
            _ => Movement::Transit,
        };
        Ok(Strip {
            call_sign,
            level: level.parse().map_err(|_| Fault::Level)?,
            movement,
        })
    }
}

#[derive(Default)]
struct Day {
    movements: [u64; 3],
    high: u64,
    faults: u64,
    signs: u64,
}

impl Day {
    fn note(&mut self, strip: Result<Strip, Fault>) {
        match strip {
            Ok(strip) => {
                self.movements[strip.movement as usize] += 1;
                self.high += u64::from(strip.level > 350);
                self.signs += strip.call_sign.len() as u64;
            }
            Err(Fault::Fields | Fault::Level) => self.faults += 1,
        }
    }
}

const AIRPORTS: [&str; 6] = ["EDDF", "LSZH", "EHAM", "LOWW", "EKCH", "LEMD"];

fn plans(random: &mut Random, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| match random.below(50) {
            0 => format!("XX{number};closed"),
            _ => format!(
                "DLH{number};{};{};{};A32{};REG/DAI{};PBN/B1;DOF/26{:02}14;RMK/NIL",
                random.pick(&AIRPORTS),
                random.pick(&AIRPORTS),
                10 * (20 + random.below(22)),
                random.below(2),
                random.below(99),
                1 + random.below(12)
            ),
        })
        .collect()
}

pub fn run(scale: usize) {
    let plans = plans(&mut Random::new(320), 20_000);
    let tower = Tower { airport: "EDDF" };
    let mut day = Day::default();
    for _ in 0..220 * scale {
        for plan in &plans {
            day.note(tower.strip(plan));
        }
    }
    println!(
        "{:?} movements, {} high, {} faults, {} letters",
        day.movements, day.high, day.faults, day.signs
    );
}
