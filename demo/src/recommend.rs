//! Finds the trending book: a reader clicks from book to similar book, and we count where she ends up.

use crate::catalogue::Catalogue;
use crate::orders::Random;
use std::collections::HashMap;

struct Page {
    similar: [u32; 4],
    visits: u64,
}

pub fn trending(catalogue: &Catalogue, clicks: usize) -> (&str, u64) {
    let mut random = Random::new(7);
    let mut pages = site(catalogue, &mut random);
    let mut article = catalogue.article(0);
    for _ in 0..clicks {
        let Some(page) = pages.get_mut(&article) else { break };
        page.visits += 1;
        article = page.similar[random.below(4)];
    }
    let best = catalogue.books().max_by_key(|book| pages[&book.article].visits);
    best.map_or(("nothing", 0), |book| (&book.title, pages[&book.article].visits))
}

fn site(catalogue: &Catalogue, random: &mut Random) -> HashMap<u32, Page> {
    let mut pages = HashMap::new();
    for book in catalogue.books() {
        let similar = [(); 4].map(|()| catalogue.article(random.below(catalogue.len())));
        pages.insert(book.article, Page { similar, visits: 0 });
    }
    pages
}
