//! Moves a star catalogue: positions change each step, names and spectra are for the final list.

use crate::random::Random;

struct Star {
    name: [u8; 32],
    spectrum: [f32; 12],
    discovered: u32,
}

struct Catalogue {
    positions: Vec<f64>,
    drifts: Vec<f64>,
    stars: Vec<Star>,
}

impl Catalogue {
    fn random(random: &mut Random, count: usize) -> Self {
        let mut catalogue = Self {
            positions: Vec::with_capacity(count),
            drifts: Vec::with_capacity(count),
            stars: Vec::with_capacity(count),
        };
        for _ in 0..count {
            catalogue.positions.push(random.unit() * 360.0);
            catalogue.drifts.push(random.unit() / 1_000.0);
            catalogue.stars.push(Star {
                name: std::array::from_fn(|_| b'a' + random.below(26) as u8),
                spectrum: std::array::from_fn(|_| random.unit() as f32),
                discovered: 1_700 + random.below(300) as u32,
            });
        }
        catalogue
    }

    fn advance(&mut self) {
        for (position, drift) in self.positions.iter_mut().zip(&self.drifts) {
            *position += drift;
        }
    }

    fn brightest(&self) -> Option<usize> {
        let light = |&star: &usize| self.stars[star].spectrum.iter().sum::<f32>();
        (0..self.stars.len()).max_by(|a, b| light(a).total_cmp(&light(b)))
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(53);
    let mut catalogue = Catalogue::random(&mut random, 60_000);
    for _ in 0..40 * scale {
        catalogue.advance();
    }
    let brightest = catalogue.brightest().expect("there are stars");
    let star = &catalogue.stars[brightest];
    let name = String::from_utf8_lossy(&star.name);
    println!("{name} of {}: {:.4}", star.discovered, catalogue.positions[brightest]);
}
