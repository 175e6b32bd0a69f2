//! Sorts that are needed each time: every sprite moves before it is drawn, every generation is a new one, every page
//! of results is its own list, a leaderboard is sorted when somebody asks after a change.

struct Sprite {
    depth: f32,
    speed: f32,
}

fn sprites(count: u32) -> Vec<Sprite> {
    (0..count)
        .map(|index| Sprite {
            depth: (index.wrapping_mul(2_654_435_761) >> 8) as f32,
            speed: 1.0 + (index % 977) as f32,
        })
        .collect()
}

/// Painter's algorithm: far sprites first.
fn draw(sprites: &mut [Sprite], frames: usize) -> f64 {
    let mut drawn = 0.0;
    for frame in 0..frames {
        for sprite in sprites.iter_mut() {
            sprite.depth = (sprite.depth * 1.7 + sprite.speed * frame as f32) % 10_000.0;
        }
        sprites.sort_by(|a, b| b.depth.total_cmp(&a.depth));
        drawn += f64::from(sprites[frame % sprites.len()].depth);
    }
    drawn
}

struct Population {
    genomes: Vec<u64>,
}

impl Population {
    fn evolve(&mut self, round: u64) {
        self.genomes.sort_unstable_by_key(|genome| genome.count_ones());
        let half = self.genomes.len() / 2;
        let children: Vec<u64> = self.genomes[half..]
            .iter()
            .zip(0_u64..)
            .map(|(genome, index)| genome.rotate_left((index % 64) as u32) ^ round.wrapping_mul(0x9e37_79b9))
            .collect();
        self.genomes.truncate(half);
        self.genomes.extend(children);
        for genome in &mut self.genomes {
            *genome = genome.wrapping_add(round);
        }
    }
}

fn page(results: &[u64], number: usize) -> Vec<u64> {
    let mut page: Vec<u64> = results.iter().copied().filter(|result| result % 64 == number as u64).collect();
    page.sort_unstable();
    page
}

#[derive(Default)]
struct Leaderboard {
    scores: Vec<u64>,
    is_sorted: bool,
}

impl Leaderboard {
    fn enter(&mut self, score: u64) {
        self.scores.push(score);
        self.is_sorted = false;
    }

    fn top(&mut self, count: usize) -> u64 {
        if !self.is_sorted {
            self.scores.sort_unstable();
            self.is_sorted = true;
        }
        self.scores.iter().rev().take(count).sum()
    }
}

fn percentiles(mut values: Vec<u64>) -> [u64; 4] {
    values.sort_unstable();
    [50, 90, 95, 99].map(|percent| values[values.len() * percent / 100])
}

pub fn run(scale: usize) {
    let drawn = draw(&mut sprites(4000), scale * 100);
    let mut population = Population {
        genomes: (0..8000_u64).map(|index| index.wrapping_mul(0x2545_f491_4f6c_dd1d)).collect(),
    };
    for round in 0..scale as u64 * 150 {
        population.evolve(round);
    }
    let pages: usize = (0..scale * 100).map(|number| page(&population.genomes, number % 64).len()).sum();
    let mut leaderboard = Leaderboard::default();
    for round in 0..scale as u64 * 10 {
        (0..4000).for_each(|player| leaderboard.enter((player * 7919 + round) % 100_003));
        (0..20).for_each(|count| drop(leaderboard.top(count)));
    }
    let ranks = percentiles(leaderboard.scores);
    println!("{drawn:.1} {} {pages} {ranks:?}", population.genomes.len());
}
