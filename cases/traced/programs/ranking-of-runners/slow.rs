//! Ranks a marathon's runners by their net time after each check point.

use crate::random::Random;

#[derive(Clone)]
struct Runner {
    //~^
    number: u32,
    seconds: u32,      //~
    splits: [u32; 40], //~
    club: [u8; 48],    //~
}

struct Race {
    runners: Vec<Runner>, //~
}

impl Race {
    fn checkpoint(&mut self, random: &mut Random, split: usize) {
        for runner in &mut self.runners {
            let seconds = 240 + random.below(120) as u32;
            runner.splits[split] = seconds;
            runner.seconds += seconds;
        }
        self.rank();
    }

    fn rank(&mut self) {
        self.runners.sort_by_key(|runner| (runner.seconds, runner.number)); //~
    }

    fn leaders(&self) -> Vec<(u32, u32, u8)> {
        let leader = |runner: &Runner| (runner.number, runner.splits.iter().sum(), runner.club[0]);
        self.runners.iter().take(3).map(leader).collect()
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(83);
    let mut race = Race {
        runners: (0..20_000)
            .map(|number| Runner {
                number,
                seconds: 0,
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
