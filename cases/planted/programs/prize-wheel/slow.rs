//! Draws prizes by their weight, for a game that has to prove its odds over millions of draws.

use crate::random::Random;

struct Prize {
    name: String,
    weight: u32,
    cents: u32,
}

struct Wheel {
    prizes: Vec<Prize>,
}

trait Game {
    fn play(&self, random: &mut Random) -> &Prize;

    fn odds(&self, prize: &Prize) -> f64;
}

impl Wheel {
    fn new(prizes: Vec<Prize>) -> Self {
        Self { prizes }
    }

    fn total(&self) -> u64 {
        self.prizes.iter().map(|prize| u64::from(prize.weight)).sum() //~
    }
}

impl Game for Wheel {
    /// The most common prizes stand in front, so that the way along the wheel is short.
    fn play(&self, random: &mut Random) -> &Prize {
        let mut left = random.below(self.total() as usize) as u64; //~
        for prize in &self.prizes {
            match left.checked_sub(u64::from(prize.weight)) {
                Some(rest) => left = rest,
                None => return prize,
            }
        }
        &self.prizes[0]
    }

    fn odds(&self, prize: &Prize) -> f64 {
        f64::from(prize.weight) / self.total() as f64 //~
    }
}

/// What a run of draws has to show to the auditors.
#[derive(Default)]
struct Protocol {
    draws: u64,
    cents: u64,
    rare: u64,
}

impl Protocol {
    fn note(&mut self, prize: &Prize) {
        self.draws += 1;
        self.cents += u64::from(prize.cents);
        self.rare += u64::from(prize.weight < 20);
    }
}

fn audit(game: &dyn Game, draws: usize, random: &mut Random) -> Protocol {
    let mut protocol = Protocol::default();
    for _ in 0..draws {
        protocol.note(game.play(random));
    }
    protocol
}

fn wheel(random: &mut Random) -> Wheel {
    let mut prizes = vec![
        Prize {
            name: "nothing".into(),
            weight: 900_000,
            cents: 0,
        },
        Prize {
            name: "one more turn".into(),
            weight: 150_000,
            cents: 50,
        },
    ];
    prizes.extend((0..700).map(|number| Prize {
        name: format!("prize {number}"),
        weight: 5 + random.below(60) as u32,
        cents: 100 + random.below(50_000) as u32,
    }));
    Wheel::new(prizes)
}

pub fn run(scale: usize) {
    let mut random = Random::new(13);
    let wheel = wheel(&mut random);
    let protocol = audit(&wheel, 6_000_000 * scale, &mut random);
    let last = &wheel.prizes[wheel.prizes.len() - 1];
    println!(
        "{} draws, {} cents, {} rare, {} has {:.7}",
        protocol.draws,
        protocol.cents,
        protocol.rare,
        last.name,
        wheel.odds(last)
    );
}
