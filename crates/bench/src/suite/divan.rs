//! Divan's measurements, read from the table that it prints: it writes no file.

use super::harness::{Times, output, stdout};
use crate::error::BenchError;
use crate::program::Program;

/// Names of the columns, in order.
const FIRST_COLUMN: &str = "fastest";
const MEDIAN: usize = 2;
const SAMPLES: usize = 4;
const COLUMNS: usize = 6;
/// Each level of the tree takes as many characters.
const LEVEL_CHARS: usize = 3;
const BRANCHES: [char; 2] = ['├', '╰'];
/// Between the names of groups, functions and arguments, as in divan's own filters.
const SEPARATOR: &str = "::";

/// Runs every benchmark for about so long.
pub(super) fn run(program: &Program, seconds: f64) -> Result<Times, BenchError> {
    let env = ["DIVAN_MIN_TIME", "DIVAN_MAX_TIME"].map(|name| (name.into(), format!("{seconds:.3}").into()));
    let output = output(program, &["--color".into(), "never".into()], &env)?;
    Ok(times(&stdout(program, &output)?))
}

/// The median of each benchmark in the table, by its path without the suite's own name.
fn times(table: &str) -> Times {
    let mut found = Times::new();
    let mut column = None;
    let mut path: Vec<String> = Vec::new();
    for line in table.lines() {
        if let Some(start) = header(line) {
            column = Some(start);
            path.clear();
            continue;
        }
        let Some((depth, name, columns)) = column.and_then(|column| row(line, column)) else {
            continue;
        };
        path.truncate(depth);
        path.push(name);
        if let Some(seconds) = median_of(&columns) {
            found.push((path.join(SEPARATOR), seconds));
        }
    }
    found
}

/// At which character the columns begin, when this is the line with their names.
fn header(line: &str) -> Option<usize> {
    let names: Vec<&str> = line.split('│').map(str::trim).collect();
    let is_header = names.len() == COLUMNS && names[1..] == ["slowest", "median", "mean", "samples", "iters"];
    let start = line.find(FIRST_COLUMN).filter(|_| is_header)?;
    Some(line[..start].chars().count())
}

/// Depth, name and columns of a line that begins a benchmark or a group. Names are cut from the tree by their place, as they
/// may hold anything.
fn row(line: &str, column: usize) -> Option<(usize, String, Vec<String>)> {
    let chars: Vec<char> = line.chars().collect();
    let tree = chars.get(..column.min(chars.len()))?;
    let mut levels = tree.chunks(LEVEL_CHARS);
    let depth = levels.position(|level| BRANCHES.contains(&level[0]))?;
    let above = tree[..depth * LEVEL_CHARS].iter().all(|char| matches!(char, '│' | ' '));
    let name: String = tree.get((depth + 1) * LEVEL_CHARS..)?.iter().collect();
    let columns: String = chars[tree.len()..].iter().collect();
    let columns = columns.split('│').map(|text| text.trim().to_owned()).collect();
    above.then(|| (depth, name.trim_end().to_owned(), columns))
}

/// The median, when these are the columns of a benchmark and not of a group.
fn median_of(columns: &[String]) -> Option<f64> {
    columns.get(SAMPLES)?.parse::<u64>().ok()?;
    seconds(columns.get(MEDIAN)?)
}

/// `2.402 µs`
fn seconds(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once(' ')?;
    let scale = match unit {
        "ps" => 1e-12,
        "ns" => 1e-9,
        "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As divan 0.1.21 prints it, with throughput and allocations.
    const TABLE: &str = "\
Timer precision: 14 ns
sums             fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ many                        │               │               │               │         │
│  ├─ 100        26.95 ns      │ 27.28 ns      │ 27.16 ns      │ 27.14 ns      │ 100     │ 6400
│  ╰─ 10000      2.396 µs      │ 2.408 µs      │ 2.402 µs      │ 2.402 µs      │ 100     │ 100
├─ one           231.5 ns      │ 233.3 ns      │ 232.3 ns      │ 232.3 ns      │ 100     │ 800
╰─ words                       │               │               │               │         │
   ╰─ a b                      │               │               │               │         │
      ├─ t=1     7.421 ns      │ 8.28 ns       │ 7.774 ns      │ 7.766 ns      │ 100     │ 25600
      │          404.2 MB/s    │ 362.3 MB/s    │ 385.9 MB/s    │ 386.2 MB/s    │         │
      │          max alloc:    │               │               │               │         │
      │            0.003       │ 0.003         │ 0.003         │ 0.003         │         │
      │            0.011 B     │ 0.011 B       │ 0.011 B       │ 0.011 B       │         │
      ╰─ t=2     24.52 ms      │ 3.955 s       │ 27.52 ms      │ 86.51 ms      │ 100     │ 100
                 122.3 MB/s    │ 758.4 KB/s    │ 108.9 MB/s    │ 34.67 MB/s    │         │
";

    #[test]
    fn the_table_is_read_with_names_of_several_words_and_threads() {
        let expected = [
            ("many::100", 27.16e-9),
            ("many::10000", 2.402e-6),
            ("one", 232.3e-9),
            ("words::a b::t=1", 7.774e-9),
            ("words::a b::t=2", 27.52e-3),
        ];
        let found = times(TABLE);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((id, seconds), (expected_id, expected)) in found.iter().zip(expected) {
            assert_eq!(id, expected_id);
            assert!((seconds / expected - 1.0).abs() < 1e-9, "{id}: {seconds}");
        }
    }

    #[test]
    fn what_is_no_table_has_no_times() {
        assert!(times("running 3 tests\n├─ one  1 ns │ 2 ns\n").is_empty());
        assert!(times("").is_empty());
        assert_eq!(seconds("12 parsecs"), None);
    }
}
