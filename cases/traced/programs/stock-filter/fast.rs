//! A warehouse: the reorder list looks at stock and minimum of every article, the label printer at the rest.

use crate::random::Random;

/// What the reorder list looks at.
struct Level {
    stock: u32,
    minimum: u32,
}

struct Article {
    label: [u8; 96],
    supplier: u32,
    shelf: [u16; 3],
}

struct Warehouse {
    levels: Vec<Level>,
    articles: Vec<Article>,
}

impl Level {
    fn is_short(&self) -> bool {
        self.stock < self.minimum
    }
}

impl Warehouse {
    fn short(&self) -> impl Iterator<Item = &Level> {
        self.levels.iter().filter(|level| level.is_short())
    }

    fn sell(&mut self, index: usize) {
        let level = &mut self.levels[index];
        level.stock = level.stock.saturating_sub(1);
    }

    fn labels(&self) -> u64 {
        let sum = |article: &Article| {
            let letters: u64 = article.label.iter().map(|&byte| u64::from(byte)).sum();
            letters + u64::from(article.supplier) + u64::from(article.shelf[1])
        };
        self.articles.iter().map(sum).sum()
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(61);
    let article = |random: &mut Random| {
        let label = [random.below(128) as u8; 96];
        let supplier = random.below(500) as u32;
        let level = Level {
            stock: random.below(1_000) as u32,
            minimum: random.below(20) as u32,
        };
        let shelf = [random.below(40) as u16, random.below(12) as u16, 0];
        (level, Article { label, supplier, shelf })
    };
    let (levels, articles) = (0..80_000).map(|_| article(&mut random)).unzip();
    let mut warehouse = Warehouse { levels, articles };
    let mut short = 0;
    for _ in 0..30 * scale {
        warehouse.sell(random.below(80_000));
        short += warehouse.short().count();
    }
    println!("{short} {}", warehouse.labels());
}
