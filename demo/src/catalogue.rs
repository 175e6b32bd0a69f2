//! The books on sale.

use crate::orders::Order;

pub struct Book {
    pub article: u32,
    pub title: String,
    pub cents: u32,
    pub discount_from: u32,
}

pub struct Catalogue {
    books: Vec<Book>,
}

impl Catalogue {
    pub fn load(count: u32) -> Self {
        let subjects = ["Gardens", "Rivers", "Clocks", "Letters", "Islands", "Winters", "Maps"];
        let books = (0..count)
            .map(|index| Book {
                article: 10_000 + index.wrapping_mul(7919) % 65_521,
                title: format!(
                    "{}, volume {}",
                    subjects[index as usize % subjects.len()],
                    index / 7 + 1
                ),
                cents: 490 + index * 37 % 4500,
                discount_from: 5 + index % 20,
            })
            .collect();
        Self { books }
    }

    pub fn len(&self) -> usize {
        self.books.len()
    }

    pub fn article(&self, index: usize) -> u32 {
        self.books[index].article
    }

    pub fn books(&self) -> impl Iterator<Item = &Book> {
        self.books.iter()
    }

    pub fn find(&self, article: u32) -> Option<&Book> {
        self.books.iter().find(|book| book.article == article)
    }

    pub fn price(&self, order: &Order) -> u64 {
        let mut cents = 0;
        for line in &order.lines {
            if let Some(book) = self.find(line.article) {
                let full = u64::from(book.cents) * u64::from(line.quantity);
                cents += if line.quantity >= book.discount_from {
                    full * 9 / 10
                } else {
                    full
                };
            }
        }
        cents
    }
}
