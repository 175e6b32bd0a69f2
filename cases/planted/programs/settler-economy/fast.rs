//! Simulates the economy of a settlement: buildings turn goods into other goods, turn by turn.

use crate::random::Random;

macro_rules! goods {
    ($($good:ident = $price:literal),* $(,)?) => {
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        enum Good {
            $($good),*
        }

        impl Good {
            const ALL: [Self; [$($price),*].len()] = [$(Self::$good),*];

            fn price(self) -> i64 {
                match self {
                    $(Self::$good => $price),*
                }
            }
        }
    };
}

goods! {
    Wood = 2,
    Stone = 3,
    Grain = 1,
    Flour = 4,
    Bread = 9,
    Tools = 12,
    Coal = 5,
}

struct Recipe {
    needs: &'static [(Good, i64)],
    makes: (Good, i64),
}

const RECIPES: [Recipe; 7] = [
    Recipe {
        needs: &[],
        makes: (Good::Wood, 3),
    },
    Recipe {
        needs: &[(Good::Tools, 1)],
        makes: (Good::Stone, 9),
    },
    Recipe {
        needs: &[],
        makes: (Good::Grain, 4),
    },
    Recipe {
        needs: &[(Good::Grain, 2)],
        makes: (Good::Flour, 1),
    },
    Recipe {
        needs: &[(Good::Flour, 1), (Good::Coal, 1)],
        makes: (Good::Bread, 2),
    },
    Recipe {
        needs: &[(Good::Wood, 2)],
        makes: (Good::Coal, 1),
    },
    Recipe {
        needs: &[(Good::Coal, 1), (Good::Stone, 1)],
        makes: (Good::Tools, 1),
    },
];

#[derive(Default)]
struct Stock {
    amounts: [i64; Good::ALL.len()],
}

impl Stock {
    fn amount(&self, good: Good) -> i64 {
        self.amounts[good as usize]
    }

    fn add(&mut self, good: Good, amount: i64) {
        self.amounts[good as usize] += amount;
    }

    fn worth(&self) -> i64 {
        Good::ALL.iter().map(|&good| good.price() * self.amount(good)).sum()
    }
}

struct Building {
    recipe: &'static Recipe,
    stopped: u32,
}

impl Building {
    fn work(&mut self, stock: &mut Stock) {
        if self
            .recipe
            .needs
            .iter()
            .any(|&(good, amount)| stock.amount(good) < amount)
        {
            self.stopped += 1;
            return;
        }
        for &(good, amount) in self.recipe.needs {
            stock.add(good, -amount);
        }
        let (good, amount) = self.recipe.makes;
        stock.add(good, amount);
    }
}

struct Settlement {
    stock: Stock,
    buildings: Vec<Building>,
}

impl Settlement {
    fn found(buildings: usize) -> Self {
        let mut random = Random::new(98);
        let buildings = (0..buildings).map(|_| Building {
            recipe: &RECIPES[random.below(RECIPES.len())],
            stopped: 0,
        });
        Self {
            buildings: buildings.collect(),
            stock: Stock::default(),
        }
    }

    fn turn(&mut self) {
        for building in &mut self.buildings {
            building.work(&mut self.stock);
        }
        let eaten = self.stock.amount(Good::Bread).min(12);
        self.stock.add(Good::Bread, -eaten);
    }
}

pub fn run(scale: usize) {
    let (mut worth, mut stopped) = (0, 0);
    for _ in 0..scale {
        let mut settlement = Settlement::found(300);
        settlement.stock.add(Good::Tools, 20);
        for _ in 0..60_000 {
            settlement.turn();
        }
        worth = settlement.stock.worth();
        stopped = settlement.buildings.iter().map(|building| building.stopped).sum();
    }
    println!("worth {worth}, {stopped} stops");
}
