//! Sums of the columns of a table that is stored by rows.

use std::hint::black_box;

const COLUMNS: usize = 1024;

// [page]
fn column_sums(table: &[u32], sums: &mut [u64; COLUMNS]) {
    for column in 0..COLUMNS {
        for row in 0..table.len() / COLUMNS {
            sums[column] += u64::from(table[row * COLUMNS + column]); //~ scattered-access
        }
    }
}
// [/page]

pub fn run(scale: usize) {
    let table: Vec<u32> = (0..COLUMNS as u32 * 256).collect();
    let mut sums = [0; COLUMNS];
    for _ in 0..4 * scale {
        column_sums(black_box(&table), &mut sums);
    }
    println!("{}", sums.iter().fold(0u64, |all, sum| all.rotate_left(5) ^ sum));
}
