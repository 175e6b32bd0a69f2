//! Finds the trending book: a reader clicks from book to similar book, and we count where she ends up.

use crate::catalogue::Catalogue;
use crate::orders::Random;
use std::collections::{BTreeMap, HashMap};

/// A click from one book's page to another's, with its weekday and hour.
type Click = (u32, u32, u8, u8);

/// Books that a page shows beside its own, by their index in the catalogue.
type Similar = [usize; 4];

pub fn trending(catalogue: &Catalogue, clicks: usize) -> (&str, u64) {
    let mut random = Random::new(7);
    let similar: Vec<Similar> = (0..catalogue.len())
        .map(|_| [(); 4].map(|()| random.below(catalogue.len() / 20)))
        .collect();
    let mut counts: HashMap<Click, u64> = HashMap::new();
    let mut here = 0;
    for index in 0..clicks {
        let next = similar[here][random.below(4)];
        let hours = index * 7 * 24 / clicks;
        let (weekday, hour) = ((hours / 24) as u8, (hours % 24) as u8);
        let click = (catalogue.article(here), catalogue.article(next), weekday, hour);
        *counts.entry(click).or_insert(0) += 1;
        here = next;
    }
    most_visited(catalogue, &counts)
}

fn most_visited<'a>(catalogue: &'a Catalogue, counts: &HashMap<Click, u64>) -> (&'a str, u64) {
    let mut visits = BTreeMap::new();
    for ((_, article, ..), clicks) in counts {
        *visits.entry(*article).or_insert(0) += clicks;
    }
    let best = visits.into_iter().max_by_key(|&(article, visits)| (visits, article));
    best.map_or(("nothing", 0), |(article, visits)| {
        (catalogue.find(article).map_or("unknown", |book| &book.title), visits)
    })
}
