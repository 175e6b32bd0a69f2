//! Works out the shares of cost centres in a budget: each row's part of its column's total.

use crate::random::Random;

struct Sheet {
    rows: usize,
    columns: Vec<Column>,
}

struct Column {
    title: String,
    cells: Vec<f64>,
}

struct Share {
    row: usize,
    percent: f64,
}

impl Column {
    fn total(&self) -> f64 {
        self.cells.iter().sum()
    }

    fn percent_of(&self, total: f64, row: usize) -> f64 {
        self.cells[row] / total * 100.0
    }
}

impl Sheet {
    fn filled(rows: usize, titles: &[&str]) -> Self {
        let mut random = Random::new(19);
        let columns = titles
            .iter()
            .map(|title| Column {
                title: title.to_string(),
                cells: (0..rows).map(|_| (random.below(1_000_000) as f64) / 8.0).collect(),
            })
            .collect();
        Self { rows, columns }
    }

    /// The rows above a threshold, largest first.
    fn large_shares(&self, column: &Column, above: f64) -> Vec<Share> {
        let total = column.total();
        let mut shares: Vec<Share> = (0..self.rows)
            .map(|row| Share {
                row,
                percent: column.percent_of(total, row),
            })
            .filter(|share| share.percent > above)
            .collect();
        shares.sort_by(|one, other| other.percent.total_cmp(&one.percent));
        shares
    }
}

pub fn run(scale: usize) {
    let sheet = Sheet::filled(18_000 * scale, &["staff", "rent", "travel", "energy", "licences"]);
    for column in &sheet.columns {
        let shares = sheet.large_shares(column, 0.0110);
        let first = shares.first().map_or(0, |share| share.row);
        println!("{}: {} large rows, the largest is {first}", column.title, shares.len());
    }
}
