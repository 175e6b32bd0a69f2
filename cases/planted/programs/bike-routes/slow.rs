//! Grades cycling routes by their climbs, for a planner that compares thousands of variants.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Point {
    distance: f32,
    height: f32,
}

struct Track {
    points: Vec<Point>,
}

#[derive(Clone, Copy)]
struct Climb {
    rise: f32,
    run: f32,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Easy,
    Rolling,
    Hard,
    Alpine,
}

impl Climb {
    fn slope(self) -> f32 {
        self.rise / self.run
    }
}

impl Track {
    /// Every stretch that goes up by more than the noise of the receiver.
    fn climbs(&self, noise: f32) -> Vec<Climb> {
        //~^
        self.points
            .windows(2)
            .map(|pair| Climb {
                rise: pair[1].height - pair[0].height,
                run: pair[1].distance - pair[0].distance,
            })
            .filter(|climb| climb.rise > noise)
            .collect() //~
    }
}

struct Planner {
    noise: f32,
    weight: f32,
}

impl Planner {
    /// The effort of a track for a rider: metres of climb, steep ones counted more.
    fn effort(&self, track: &Track) -> f32 {
        self.weight
            * track
                .climbs(self.noise) //~
                .iter()
                .map(|climb| climb.rise * (1.0 + climb.slope()))
                .sum::<f32>()
    }

    fn grade(&self, track: &Track) -> Grade {
        let length = track.points.last().map_or(1.0, |point| point.distance);
        match self.effort(track) / length * 1_000.0 {
            effort if effort < 25_000.0 => Grade::Easy,
            effort if effort < 60_000.0 => Grade::Rolling,
            effort if effort < 110_000.0 => Grade::Hard,
            _ => Grade::Alpine,
        }
    }
}

fn track(random: &mut Random) -> Track {
    let steep = 1.0 + random.unit() as f32 * 3.0;
    let mut point = Point {
        distance: 0.0,
        height: 400.0,
    };
    let points = (0..60 + random.below(240))
        .map(|_| {
            point.distance += 20.0 + random.unit() as f32 * 30.0;
            point.height += (random.unit() as f32 - 0.5) * 60.0 * steep;
            point
        })
        .collect();
    Track { points }
}

pub fn run(scale: usize) {
    let mut random = Random::new(31);
    let tracks: Vec<Track> = (0..2_000).map(|_| track(&mut random)).collect();
    let mut grades = [0u64; 4];
    for round in 0..350 * scale {
        let planner = Planner {
            noise: 0.5 + (round % 7) as f32 * 0.25,
            weight: 68.0 + (round % 11) as f32,
        };
        for track in &tracks {
            grades[planner.grade(track) as usize] += 1;
        }
    }
    println!("easy, rolling, hard, alpine: {grades:?}");
}
