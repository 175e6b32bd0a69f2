//! Moves a star catalogue: positions change each step, names and spectra are for the final list.

use crate::random::Random;

struct Star {
    //~^
    position: f64,       //~
    drift: f64,          //~
    name: [u8; 32],      //~
    spectrum: [f32; 12], //~
    discovered: u32,
}

struct Catalogue {
    stars: Vec<Star>, //~
}

impl Star {
    fn random(random: &mut Random) -> Self {
        Self {
            position: random.unit() * 360.0,
            drift: random.unit() / 1_000.0,
            name: std::array::from_fn(|_| b'a' + random.below(26) as u8),
            spectrum: std::array::from_fn(|_| random.unit() as f32),
            discovered: 1_700 + random.below(300) as u32,
        }
    }

    fn step(&mut self) {
        self.position += self.drift; //~
    }
}

impl Catalogue {
    fn advance(&mut self) {
        self.stars.iter_mut().for_each(Star::step); //~
    }

    fn brightest(&self) -> Option<&Star> {
        let light = |star: &Star| star.spectrum.iter().sum::<f32>();
        self.stars.iter().max_by(|a, b| light(a).total_cmp(&light(b)))
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(53);
    let mut catalogue = Catalogue {
        stars: (0..60_000).map(|_| Star::random(&mut random)).collect(),
    };
    for _ in 0..40 * scale {
        catalogue.advance();
    }
    let star = catalogue.brightest().expect("there are stars");
    let name = String::from_utf8_lossy(&star.name);
    println!("{name} of {}: {:.4}", star.discovered, star.position);
}
