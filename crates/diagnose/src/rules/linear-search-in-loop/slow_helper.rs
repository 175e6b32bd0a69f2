//! Adds up the orders of a web shop; prices come from its catalogue.

#[derive(Clone, Copy)]
struct Product {
    article: u32,
    cents: u32,
    weight: u32,
}

struct Catalogue {
    products: Vec<Product>,
}

struct OrderLine {
    article: u32,
    quantity: u32,
}

impl Catalogue {
    fn load(count: u32) -> Self {
        let products = (0..count)
            .map(|index| Product {
                article: index.wrapping_mul(2_654_435_761) >> 4,
                cents: 99 + index % 5000,
                weight: 10 + index % 700,
            })
            .collect();
        Self { products }
    }

    fn product(&self, article: u32) -> Option<Product> {
        self.products.iter().find(|product| product.article == article).copied() //~ linear-search-in-loop
    }
}

/// Packs greedily and charges by the carrier's curve.
fn shipping(weight: u32, boxes: u32) -> u64 {
    let mut cost = f64::from(weight);
    for index in 0..boxes {
        cost = (cost * 1.01 + f64::from(index)).sqrt() * 20.0;
    }
    cost as u64
}

fn order_total(catalogue: &Catalogue, lines: &[OrderLine]) -> u64 {
    let mut cents = 0;
    let mut weight = 0;
    for line in lines {
        if let Some(product) = catalogue.product(line.article) {
            cents += u64::from(product.cents * line.quantity);
            weight += product.weight * line.quantity;
        }
    }
    cents + shipping(weight, 300)
}

fn order_lines(catalogue: &Catalogue, count: usize) -> Vec<OrderLine> {
    let mut state = 88_172_645_463_325_252_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let product = catalogue.products[state as usize % catalogue.products.len()];
            OrderLine {
                article: product.article,
                quantity: 1 + (state >> 50) as u32 % 5,
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let catalogue = Catalogue::load(8000);
    let lines = order_lines(&catalogue, 4000);
    let mut cents = 0;
    for _ in 0..scale * 14 {
        cents += lines.chunks(6).map(|order| order_total(&catalogue, order)).sum::<u64>();
    }
    println!("{} lines, {cents} cents", lines.len());
}
