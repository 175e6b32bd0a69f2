//! Ranks a marathon's runners by their net time after each check point.

use crate::random::Random;

#[derive(Clone)]
struct Runner {
    splits: [u32; 40],
    club: [u8; 48],
}

/// What is sorted; the number is the index of the runner.
struct Rank {
    seconds: u32,
    number: u32,
}

struct Race {
    ranks: Vec<Rank>,
    runners: Vec<Runner>,
}

impl Race {
    fn checkpoint(&mut self, random: &mut Random, split: usize) {
        for rank in &mut self.ranks {
            let seconds = 240 + random.below(120) as u32;
            self.runners[rank.number as usize].splits[split] = seconds;
            rank.seconds += seconds;
        }
        self.rank();
    }

    fn rank(&mut self) {
        self.ranks.sort_by_key(|rank| (rank.seconds, rank.number));
    }

    fn leaders(&self) -> Vec<(u32, u32, u8)> {
        let leader = |rank: &Rank| {
            let runner = &self.runners[rank.number as usize];
            (rank.number, runner.splits.iter().sum(), runner.club[0])
        };
        self.ranks.iter().take(3).map(leader).collect()
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(83);
    let mut race = Race {
        ranks: (0..20_000).map(|number| Rank { seconds: 0, number }).collect(),
        runners: (0..20_000)
            .map(|number| Runner {
                splits: [0; 40],
                club: [number as u8; 48],
            })
            .collect(),
    };
    for split in 0..6 * scale {
        race.checkpoint(&mut random, split % 40);
    }
    println!("{:?}", race.leaders());
}
