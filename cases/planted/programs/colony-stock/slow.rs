//! Production chains of colonies: recipes turn goods into other goods, turn after turn.

use std::collections::HashMap;

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Good {
    Wood,
    Stone,
    Ore,
    Coal,
    Iron,
    Tools,
    Grain,
    Flour,
    Bread,
}

use Good::{Bread, Coal, Flour, Grain, Iron, Ore, Stone, Tools, Wood};

const GOODS: [Good; 9] = [Wood, Stone, Ore, Coal, Iron, Tools, Grain, Flour, Bread];

struct Recipe {
    takes: &'static [(Good, u32)],
    makes: (Good, u32),
}

macro_rules! recipes {
    ($($($count:literal $good:ident),* => $made:literal $product:ident;)*) => {
        &[$(Recipe { takes: &[$(($good, $count)),*], makes: ($product, $made) }),*]
    };
}

static RECIPES: &[Recipe] = recipes! {
    => 3 Wood;
    => 2 Stone;
    1 Tools => 9 Ore;
    2 Wood => 1 Coal;
    2 Ore, 1 Coal => 2 Iron;
    1 Iron, 1 Wood => 2 Tools;
    => 4 Grain;
    3 Grain => 2 Flour;
    2 Flour, 1 Coal => 5 Bread;
};

#[derive(Default)]
struct Stock {
    amounts: HashMap<Good, u32>, //~
}

impl Stock {
    fn of(&self, good: Good) -> u32 {
        self.amounts.get(&good).copied().unwrap_or(0) //~
    }

    fn change(&mut self, good: Good, change: impl FnOnce(u32) -> u32) {
        let amount = self.amounts.entry(good).or_default(); //~
        *amount = change(*amount); //~
    }

    fn apply(&mut self, recipe: &Recipe) -> bool {
        let possible = recipe.takes.iter().all(|&(good, count)| self.of(good) >= count); //~
        if possible {
            recipe
                .takes
                .iter()
                .for_each(|&(good, count)| self.change(good, |had| had - count)); //~
            let (good, count) = recipe.makes;
            self.change(good, |had| (had + count).min(500)); //~
        }
        possible
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(23);
    let mut colonies: Vec<Stock> = (0..300).map(|_| Stock::default()).collect();
    colonies.iter_mut().for_each(|colony| colony.change(Tools, |_| 20));
    let mut done = 0u64;
    for _ in 0..4_000 * scale {
        for colony in &mut colonies {
            for _ in 0..8 {
                done += u64::from(colony.apply(&RECIPES[random.below(RECIPES.len())]));
            }
        }
    }
    let total = GOODS.map(|good| colonies.iter().map(|colony| colony.of(good)).sum::<u32>());
    println!("{done} {total:?}");
}
