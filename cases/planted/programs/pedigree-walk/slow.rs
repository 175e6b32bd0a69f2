//! Kinship in a herd book: which ancestors two animals share, through pedigrees that meet again and again.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Animal(u32);

struct Parents {
    dam: Option<Animal>,
    sire: Option<Animal>,
}

struct HerdBook {
    parents: Vec<Parents>,
}

/// The ancestors of an animal, itself included, each once.
#[derive(Default)]
struct Ancestors {
    seen: Vec<Animal>,
}

impl Ancestors {
    /// Whether the animal is seen for the first time.
    fn meet(&mut self, animal: Animal) -> bool {
        let new = !self.contains(animal); //~
        if new {
            self.seen.push(animal);
        }
        new
    }

    fn contains(&self, animal: Animal) -> bool {
        self.seen.contains(&animal) //~
    }

    fn shared(&self, other: &Self) -> usize {
        self.seen.iter().filter(|&&animal| other.contains(animal)).count() //~
    }
}

impl HerdBook {
    fn parents(&self, animal: Animal) -> impl Iterator<Item = Animal> {
        let parents = &self.parents[animal.0 as usize];
        [parents.dam, parents.sire].into_iter().flatten()
    }

    fn climb(&self, animal: Animal, generations: u32, found: &mut Ancestors) {
        if !found.meet(animal) || generations == 0 {
            //~^
            return;
        }
        for parent in self.parents(animal) {
            self.climb(parent, generations - 1, found);
        }
    }

    fn ancestors(&self, animal: Animal) -> Ancestors {
        let mut found = Ancestors::default();
        self.climb(animal, 14, &mut found);
        found
    }

    /// The share of ancestors in a thousand that two animals have in common.
    fn kinship(&self, dam: &Ancestors, sire: Animal) -> usize {
        let sire = self.ancestors(sire);
        1_000 * dam.shared(&sire) / (dam.seen.len() + sire.seen.len())
    }
}

fn herd_book(random: &mut Random) -> HerdBook {
    const GENERATION: usize = 90;
    let parents = (0..GENERATION * 24)
        .map(|number| match number / GENERATION {
            0 => Parents { dam: None, sire: None },
            generation => {
                let first = (generation - 1) * GENERATION;
                Parents {
                    dam: Some(Animal((first + random.below(GENERATION)) as u32)),
                    sire: Some(Animal((first + random.below(GENERATION)) as u32)),
                }
            }
        })
        .collect();
    HerdBook { parents }
}

pub fn run(scale: usize) {
    let mut random = Random::new(19);
    let book = herd_book(&mut random);
    let youngest = book.parents.len() as u32 - 90;
    let mut close = 0;
    let mut sum = 0;
    for _ in 0..28 * scale {
        for dam in 0..10 {
            let dam = book.ancestors(Animal(youngest + dam));
            for sire in 40..60 {
                let kinship = book.kinship(&dam, Animal(youngest + sire));
                close += usize::from(kinship > 300);
                sum += kinship;
            }
        }
    }
    println!("{close} close pairs, kinship {sum}");
}
