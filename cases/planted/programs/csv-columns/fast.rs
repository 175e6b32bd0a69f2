//! Averages a column of a CSV export by group.

use crate::random::Random;
use std::fmt::Write as _;

struct Layout {
    group: usize,
    value: usize,
    columns: usize,
}

#[derive(Default, Clone, Copy)]
struct Average {
    sum: f64,
    count: u32,
}

struct Groups {
    averages: [Average; 16],
    malformed: u32,
}

fn field<'a>(line: &'a str, index: usize) -> Option<&'a str> {
    line.split(',').nth(index)
}

fn is_complete(line: &str, layout: &Layout) -> bool {
    line.split(',').count() == layout.columns
}

impl Groups {
    fn add(&mut self, line: &str, layout: &Layout) -> Option<()> {
        let group = field(line, layout.group)?.strip_prefix('g')?.parse::<usize>().ok()?;
        let value = field(line, layout.value)?.parse::<u32>().ok()?;
        let average = self.averages.get_mut(group)?;
        average.sum += f64::from(value);
        average.count += 1;
        Some(())
    }

    fn from_text(text: &str, layout: &Layout) -> Self {
        let mut groups = Self {
            averages: [Average::default(); 16],
            malformed: 0,
        };
        for line in text.lines() {
            if !is_complete(line, layout) || groups.add(line, layout).is_none() {
                groups.malformed += 1;
            }
        }
        groups
    }
}

fn export(lines: usize) -> String {
    let mut random = Random::new(199);
    let mut text = String::new();
    for number in 0..lines {
        let group = random.below(17);
        let value = random.below(10_000);
        let _ = writeln!(text, "{number},g{group},{value},x,1");
        if number % 1000 == 0 {
            text.push_str("truncated,g1\n");
        }
    }
    text
}

pub fn run(scale: usize) {
    let text = export(10_000);
    let layout = Layout {
        group: 1,
        value: 2,
        columns: 5,
    };
    let mut best = 0.0f64;
    let mut malformed = 0;
    for _ in 0..300 * scale {
        let groups = Groups::from_text(&text, &layout);
        malformed += groups.malformed;
        let means = groups
            .averages
            .iter()
            .map(|average| average.sum / f64::from(average.count.max(1)));
        best = best.max(means.fold(0.0, f64::max));
    }
    println!("best mean {best:.2}, {malformed} malformed");
}
