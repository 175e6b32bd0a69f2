//! Ranks the pages of a site by power iteration: the rank flows along the links until it settles.

use crate::random::Random;

struct Site {
    /// Where the links of a page begin; one more than there are pages.
    starts: Vec<u32>,
    links: Vec<u32>,
}

struct Ranking {
    ranks: Vec<f64>,
    next: Vec<f64>,
    damping: f64,
}

impl Site {
    fn generate(pages: usize) -> Self {
        let mut random = Random::new(109);
        let mut starts = Vec::with_capacity(pages + 1);
        let mut links = Vec::new();
        for page in 0..pages {
            starts.push(links.len() as u32);
            for _ in 0..random.below(9) {
                let near = (page + 1 + random.below(40)) % pages;
                let target = if random.below(3) == 0 {
                    random.below(pages / 50)
                } else {
                    near
                };
                links.push(target as u32);
            }
        }
        starts.push(links.len() as u32);
        Self { starts, links }
    }

    fn pages(&self) -> usize {
        self.starts.len() - 1
    }

    fn links(&self, page: usize) -> &[u32] {
        &self.links[self.starts[page] as usize..self.starts[page + 1] as usize]
    }
}

impl Ranking {
    fn new(pages: usize) -> Self {
        Self {
            ranks: vec![1.0 / pages as f64; pages],
            next: vec![0.0; pages],
            damping: 0.85,
        }
    }

    /// The rank of pages that link nowhere.
    fn lost(&self, site: &Site) -> f64 {
        self.ranks
            .iter()
            .enumerate()
            .filter(|(page, _)| site.links(*page).is_empty())
            .map(|(_, rank)| rank)
            .sum()
    }

    fn step(&mut self, site: &Site) {
        let pages = site.pages() as f64;
        let everywhere = (1.0 - self.damping + self.damping * self.lost(site)) / pages;
        self.next.fill(everywhere);
        for (page, rank) in self.ranks.iter().enumerate() {
            let links = site.links(page);
            let share = self.damping * rank / links.len() as f64;
            for &target in links {
                self.next[target as usize] += share;
            }
        }
        std::mem::swap(&mut self.ranks, &mut self.next);
    }

    fn change(&self) -> f64 {
        self.ranks
            .iter()
            .zip(&self.next)
            .map(|(one, other)| (one - other).abs())
            .sum()
    }

    fn settle(&mut self, site: &Site, within: f64) -> usize {
        for round in 1.. {
            self.step(site);
            if self.change() < within {
                return round;
            }
        }
        0
    }
}

fn best(ranks: &[f64]) -> Option<(usize, &f64)> {
    ranks.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1))
}

pub fn run(scale: usize) {
    let site = Site::generate(8_000);
    let mut line = String::new();
    for _ in 0..70 * scale {
        let mut ranking = Ranking::new(site.pages());
        let rounds = ranking.settle(&site, 1e-10);
        if let Some((page, rank)) = best(&ranking.ranks) {
            line = format!("{rounds} rounds, page {page} has {rank:.6}");
        }
    }
    println!("{line}");
}
