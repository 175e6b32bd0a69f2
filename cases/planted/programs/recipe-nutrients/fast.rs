//! Adds up the nutrients of recipes, and checks them against diets.

use crate::random::Random;
use rustc_hash::FxHashMap;

/// A code of the food database, which knows some hundreds of nutrients.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Nutrient(u16);

struct Ingredient {
    per_gram: FxHashMap<Nutrient, f32>,
}

struct Recipe {
    parts: Vec<(usize, f32)>,
}

/// At most so much of a nutrient.
struct Limit {
    nutrient: Nutrient,
    most: f32,
}

struct Diet {
    limits: Vec<Limit>,
}

struct Kitchen {
    ingredients: Vec<Ingredient>,
}

impl Ingredient {
    fn amount(&self, nutrient: Nutrient, grams: f32) -> f32 {
        self.per_gram.get(&nutrient).map_or(0.0, |share| share * grams)
    }
}

impl Kitchen {
    fn total(&self, recipe: &Recipe, nutrient: Nutrient) -> f32 {
        recipe
            .parts
            .iter()
            .map(|&(ingredient, grams)| self.ingredients[ingredient].amount(nutrient, grams))
            .sum()
    }

    fn allows(&self, diet: &Diet, recipe: &Recipe) -> bool {
        diet.limits
            .iter()
            .all(|limit| self.total(recipe, limit.nutrient) <= limit.most)
    }
}

fn kitchen(random: &mut Random) -> Kitchen {
    let ingredients = (0..400)
        .map(|_| Ingredient {
            per_gram: (0..3 + random.below(3))
                .map(|slot| {
                    (
                        Nutrient((slot * 40 + random.below(12)) as u16),
                        random.unit() as f32 / 10.0,
                    )
                })
                .collect(),
        })
        .collect();
    Kitchen { ingredients }
}

fn recipe(random: &mut Random) -> Recipe {
    Recipe {
        parts: (0..4 + random.below(9))
            .map(|_| (random.below(400), 5.0 + random.below(300) as f32))
            .collect(),
    }
}

fn diet(random: &mut Random) -> Diet {
    Diet {
        limits: (0..6)
            .map(|slot| Limit {
                nutrient: Nutrient((slot % 5 * 40 + random.below(12)) as u16),
                most: 20.0 + random.below(30) as f32,
            })
            .collect(),
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(55);
    let kitchen = kitchen(&mut random);
    let recipes: Vec<Recipe> = (0..2_000).map(|_| recipe(&mut random)).collect();
    let diets: Vec<Diet> = (0..12).map(|_| diet(&mut random)).collect();
    let mut allowed = 0u64;
    for _ in 0..100 * scale {
        for diet in &diets {
            allowed += recipes.iter().filter(|recipe| kitchen.allows(diet, recipe)).count() as u64;
        }
    }
    println!("{allowed} recipes allowed");
}
