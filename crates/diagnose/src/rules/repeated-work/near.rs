//! Loops that walk the same list again and must: an iteration to a fixed point, a checksum taken on purpose, a table
//! made when first needed, a machine that steps through its program.

struct Matrix {
    rows: Vec<Vec<f64>>,
}

impl Matrix {
    fn new(size: usize) -> Self {
        let cell = |row: usize, column: usize| 1.0 / (1.0 + row.abs_diff(column) as f64);
        Self {
            rows: (0..size)
                .map(|row| (0..size).map(|column| cell(row, column)).collect())
                .collect(),
        }
    }

    fn times(&self, vector: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|row| dot(row, vector)).collect()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The largest eigenvalue: the matrix is the same in every pass, the vector is not.
fn power_iteration(matrix: &Matrix, passes: usize) -> f64 {
    let mut vector = vec![1.0; matrix.rows.len()];
    let mut value = 0.0;
    for _ in 0..passes {
        let next = matrix.times(&vector);
        value = dot(&next, &vector) / dot(&vector, &vector);
        let length = dot(&next, &next).sqrt();
        vector = next.into_iter().map(|x| x / length).collect();
    }
    value
}

fn checksum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// Burns in a memory module: the same bytes are summed up again and again, and that is the point.
fn burn_in(bytes: &[u8], rounds: usize) -> u64 {
    let mut total = 0_u64;
    for _ in 0..rounds {
        total = total.wrapping_add(checksum(bytes));
    }
    total
}

#[derive(Default)]
struct Prices {
    by_day: Vec<f64>,
    sums: Option<Vec<f64>>,
    of_month: [Option<f64>; 12],
}

impl Prices {
    /// Sums from the start, made when first asked for.
    fn sum_until(&mut self, day: usize) -> f64 {
        if self.sums.is_none() {
            let mut sum = 0.0;
            self.sums = Some(self.by_day.iter().map(|price| { sum += price.sqrt(); sum }).collect());
        }
        self.sums.as_ref().map_or(0.0, |sums| sums[day])
    }

    fn month(&mut self, month: usize) -> f64 {
        let days = &self.by_day;
        let sum = || days.iter().skip(month).step_by(12).map(|price| price.ln()).sum();
        *self.of_month[month].get_or_insert_with(sum)
    }
}

fn report(prices: &mut Prices, days: usize) -> f64 {
    let mut total = 0.0;
    for day in 0..days {
        total += prices.sum_until(day) + prices.month(day % 12);
    }
    total
}

enum Step {
    Add(f64),
    Scale(f64),
    Average,
    Back(usize),
}

/// Runs a little program over a list of numbers that it changes.
fn interpret(program: &[Step], numbers: &mut [f64], fuel: usize) -> f64 {
    let mut at = 0;
    for _ in 0..fuel {
        match &program[at] {
            Step::Add(by) => numbers.iter_mut().for_each(|number| *number += by),
            Step::Scale(by) => numbers.iter_mut().for_each(|number| *number *= by),
            Step::Average => {
                let average = numbers.iter().sum::<f64>() / numbers.len() as f64;
                numbers.iter_mut().for_each(|number| *number = (*number + average) / 2.0);
            }
            Step::Back(by) => at -= by,
        }
        at = (at + 1) % program.len();
    }
    numbers.iter().sum()
}

/// Widest gap within a window around each reading: the window is another one each time.
fn widest_gap(readings: &[f64], width: usize) -> f64 {
    let mut widest = 0.0_f64;
    for start in 0..readings.len() - width {
        let window = &readings[start..start + width];
        let low = window.iter().copied().fold(f64::MAX, f64::min);
        let high = window.iter().copied().fold(f64::MIN, f64::max);
        widest = widest.max(high - low);
    }
    widest
}

pub fn run(scale: usize) {
    let value = power_iteration(&Matrix::new(300), scale * 80);
    let bytes: Vec<u8> = (0..100_000_u32).map(|index| (index * 31 % 251) as u8).collect();
    let sum = burn_in(&bytes, scale * 60);
    let mut total = 0.0;
    for _ in 0..scale * 20 {
        let mut prices = Prices {
            by_day: (0..40_000).map(|day| 10.0 + f64::from(day % 97)).collect(),
            ..Prices::default()
        };
        total += report(&mut prices, 40_000);
    }
    let program = [Step::Add(0.5), Step::Average, Step::Scale(0.99), Step::Average, Step::Back(2), Step::Add(1.0)];
    let mut numbers: Vec<f64> = (0..2000).map(f64::from).collect();
    let result = interpret(&program, &mut numbers, scale * 2000);
    let gap = widest_gap(&numbers, 24) + widest_gap(&bytes.iter().map(|&byte| f64::from(byte)).collect::<Vec<_>>(), 24);
    println!("{value:.6} {sum:x} {total:.3} {result:.3} {gap:.3}");
}
