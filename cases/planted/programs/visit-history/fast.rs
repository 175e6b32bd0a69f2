//! Suggests pages to the visitors of a shop from what they looked at last.

use crate::random::Random;
use std::collections::VecDeque;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Page(u32);

/// The newest visits first.
struct History {
    pages: VecDeque<Page>,
    limit: usize,
}

trait Suggest {
    fn visit(&mut self, page: Page);

    fn suggestion(&self) -> Option<Page>;
}

impl History {
    fn new(limit: usize) -> Self {
        Self {
            pages: VecDeque::with_capacity(limit + 1),
            limit,
        }
    }

    fn remember(&mut self, page: Page) {
        self.pages.push_front(page);
        self.pages.truncate(self.limit);
    }

    fn latest(&self) -> impl Iterator<Item = Page> {
        self.pages.iter().copied()
    }
}

/// Suggests what was seen before the page that is visited most among the last few.
struct LastSeen {
    history: History,
    visits: u64,
}

impl Suggest for LastSeen {
    fn visit(&mut self, page: Page) {
        self.visits += 1;
        self.history.remember(page);
    }

    fn suggestion(&self) -> Option<Page> {
        let mut latest = self.history.latest();
        let newest = latest.next()?;
        latest.take(6).find(|page| page.0 % 16 == newest.0 % 16)
    }
}

struct Visitors {
    open: Vec<Box<dyn Suggest>>,
}

impl Visitors {
    fn new(count: usize) -> Self {
        Self {
            open: (0..count)
                .map(|_| {
                    Box::new(LastSeen {
                        history: History::new(2_000),
                        visits: 0,
                    }) as Box<dyn Suggest>
                })
                .collect(),
        }
    }

    fn click(&mut self, visitor: usize, page: Page) -> Option<Page> {
        let visitor = &mut self.open[visitor];
        visitor.visit(page);
        visitor.suggestion()
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(73);
    let mut visitors = Visitors::new(40);
    let mut suggested = 0u64;
    let mut sum = 0u64;
    for _ in 0..4_000_000 * scale {
        let page = Page(random.below(50_000) as u32);
        if let Some(page) = visitors.click(random.below(40), page) {
            suggested += 1;
            sum = sum.wrapping_mul(3).wrapping_add(u64::from(page.0));
        }
    }
    println!("{suggested} suggestions, {sum:x}");
}
