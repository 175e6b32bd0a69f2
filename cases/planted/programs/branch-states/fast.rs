//! Explores variants of a bridge: each changes one beam of a variant that stays, and the lightest that holds wins.

use crate::random::Random;
use rustc_hash::FxHashMap;
use std::rc::Rc;

#[derive(Clone)]
struct Beams {
    sections: Vec<u16>,
    weight: u64,
}

#[derive(Clone)]
struct Variant {
    beams: Rc<Beams>,
    changes: u32,
}

struct Study {
    variants: Vec<Variant>,
    strength: FxHashMap<u64, u64>,
    least: u64,
}

impl Variant {
    fn thinner(&self, beam: usize, by: u16) -> Self {
        let mut variant = self.clone();
        variant.changes += 1;
        let beams = Rc::make_mut(&mut variant.beams);
        let section = beams.sections[beam];
        beams.sections[beam] = section.saturating_sub(by).max(4);
        beams.weight -= u64::from(section - beams.sections[beam]);
        variant
    }

    fn fingerprint(&self) -> u64 {
        self.beams.sections.iter().fold(17, |hash, &section| {
            (hash ^ u64::from(section))
                .wrapping_mul(0x100_0000_01b3)
                .rotate_left(23)
        })
    }

    fn strength(&self) -> u64 {
        self.beams
            .sections
            .windows(3)
            .map(|three| u64::from(three[0]) * u64::from(three[2]) / u64::from(three[1]))
            .sum()
    }
}

impl Study {
    fn explore(&mut self, random: &mut Random) -> bool {
        let base = &self.variants[random.below(self.variants.len())];
        let beam = random.below(base.beams.sections.len());
        let variant = base.thinner(beam, 1 + random.below(3) as u16);
        let strength = *self
            .strength
            .entry(variant.fingerprint())
            .or_insert_with(|| variant.strength());
        let holds = strength >= self.least;
        if holds {
            self.variants.push(variant);
        }
        holds
    }

    fn lightest(&self) -> Option<&Variant> {
        self.variants.iter().min_by_key(|variant| variant.beams.weight)
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(1889);
    let mut weights = 0;
    let mut changes = 0;
    let mut kept = 0;
    for _ in 0..18 * scale {
        let sections: Vec<u16> = (0..120).map(|_| 40 + random.below(60) as u16).collect();
        let weight = sections.iter().map(|&section| u64::from(section)).sum();
        let first = Variant {
            beams: Rc::new(Beams { sections, weight }),
            changes: 0,
        };
        let least = first.strength() * 97 / 100;
        let mut study = Study {
            variants: vec![first],
            strength: FxHashMap::default(),
            least,
        };
        kept += (0..60_000).filter(|_| study.explore(&mut random)).count();
        if let Some(lightest) = study.lightest() {
            weights += lightest.beams.weight;
            changes += lightest.changes;
        }
    }
    println!("{kept} kept, lightest {weights} after {changes} changes");
}
