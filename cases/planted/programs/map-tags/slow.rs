//! Answers which places of a city map a tourist may like, from the tags of the places.

use crate::random::Random;
use std::collections::HashMap;

/// The tags of a place, three or four.
#[derive(Default)]
struct Tags {
    tags: HashMap<String, String>, //~
}

struct Place {
    id: u64,
    tags: Tags,
}

enum Wish {
    Has { key: &'static str },
    Is { key: &'static str, value: &'static str },
    Not(Box<Wish>),
    Both(Box<Wish>, Box<Wish>),
}

impl Tags {
    fn with(mut self, key: &str, value: &str) -> Self {
        self.tags.insert(key.to_owned(), value.to_owned());
        self
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.tags.get(key).map(String::as_str) //~
    }
}

impl Wish {
    fn has(key: &'static str) -> Self {
        Self::Has { key }
    }

    fn is(key: &'static str, value: &'static str) -> Self {
        Self::Is { key, value }
    }

    fn but_not(self, other: Self) -> Self {
        Self::Both(Box::new(self), Box::new(Self::Not(Box::new(other))))
    }

    fn and(self, other: Self) -> Self {
        Self::Both(Box::new(self), Box::new(other))
    }

    fn accepts(&self, tags: &Tags) -> bool {
        match self {
            Self::Has { key } => tags.get(key).is_some(),
            Self::Is { key, value } => tags.get(key) == Some(value),
            Self::Not(wish) => !wish.accepts(tags),
            Self::Both(one, other) => one.accepts(tags) && other.accepts(tags),
        }
    }
}

fn places(count: u64) -> Vec<Place> {
    let mut random = Random::new(96);
    let mut tags = || {
        let kind = random.pick(&["restaurant", "museum", "cafe", "bench", "fountain"]);
        let tags = Tags::default().with("amenity", kind).with("name", "Zum Anker");
        let tags = if random.below(2) == 0 {
            tags.with("wheelchair", random.pick(&["yes", "no", "limited"]))
        } else {
            tags
        };
        tags.with(random.pick(&["fee", "cuisine", "opening_hours"]), "yes")
    };
    (0..count).map(|id| Place { id, tags: tags() }).collect()
}

fn select(places: &[Place], wish: &Wish) -> (usize, u64) {
    places
        .iter()
        .filter(|place| wish.accepts(&place.tags))
        .fold((0, 0), |(count, sum), place| (count + 1, sum + place.id))
}

pub fn run(scale: usize) {
    let places = places(2_000);
    let wishes = [
        Wish::is("amenity", "museum").but_not(Wish::has("fee")),
        Wish::is("amenity", "restaurant").and(Wish::is("wheelchair", "yes")),
        Wish::has("opening_hours").but_not(Wish::is("amenity", "bench")),
        Wish::has("cuisine").and(Wish::has("wheelchair")),
    ];
    let mut found = Vec::new();
    for _ in 0..1_500 * scale {
        found = wishes.iter().map(|wish| select(&places, wish)).collect();
    }
    println!("{found:?}");
}
