//! Prints the stock report of a warehouse: one line for each article, grouped by shelf.

use crate::random::Random;

struct Article {
    shelf: u16,
    name: String,
    count: u32,
    minimum: u32,
}

struct Report {
    text: String,
    lines: usize,
}

impl Report {
    fn new() -> Self {
        Self {
            text: String::new(),
            lines: 0,
        }
    }

    fn add_line(&mut self, line: &str) {
        self.text = format!("{}{line}\n", self.text); //~
        self.lines += 1;
    }

    fn add_shelf(&mut self, shelf: u16, articles: &[&Article]) {
        self.add_line(&format!("shelf {shelf}"));
        for article in articles {
            let mark = if article.count < article.minimum {
                "  reorder"
            } else {
                ""
            };
            self.add_line(&format!("  {:<24}{:>8}{mark}", article.name, article.count));
        }
    }
}

fn articles(count: usize, random: &mut Random) -> Vec<Article> {
    (0..count)
        .map(|number| Article {
            shelf: random.below(40) as u16,
            name: format!(
                "{} {number}",
                random.pick(&["bolt", "nut", "washer", "spring", "bearing"])
            ),
            count: random.below(500) as u32,
            minimum: random.below(100) as u32,
        })
        .collect()
}

fn stock_report(articles: &[Article]) -> Report {
    let mut report = Report::new();
    for shelf in 0..40 {
        let on_shelf: Vec<&Article> = articles.iter().filter(|article| article.shelf == shelf).collect();
        report.add_shelf(shelf, &on_shelf);
    }
    report
}

pub fn run(scale: usize) {
    let mut random = Random::new(181);
    let mut lines = 0;
    let mut bytes = 0;
    for _ in 0..60 * scale {
        let report = stock_report(&articles(3_000, &mut random));
        lines += report.lines;
        bytes += report.text.len();
    }
    println!("{lines} lines, {bytes} bytes");
}
