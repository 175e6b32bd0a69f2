//! Finds prime gaps; the list of record gaps grows by pushing, but only a few hundred times.

struct Gap {
    after: u64,
    length: u64,
}

fn is_prime(number: u64) -> bool {
    if number.is_multiple_of(2) {
        return number == 2;
    }
    let mut divisor = 3;
    while divisor * divisor <= number {
        if number.is_multiple_of(divisor) {
            return false;
        }
        divisor += 2;
    }
    number > 1
}

/// Walks upwards from `start` and keeps every gap that is longer than all before it, and every long one.
fn record_gaps(start: u64, end: u64) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let (mut previous, mut longest) = (start, 0);
    for number in start..end {
        if is_prime(number) {
            let length = number - previous;
            if length > longest || length > 60 {
                gaps.push(Gap {
                    after: previous,
                    length,
                });
                longest = longest.max(length);
            }
            previous = number;
        }
    }
    gaps
}

/// Reserved up front: one count for each possible gap.
fn histogram(gaps: &[Gap], longest: u64) -> Vec<u32> {
    let mut counts = Vec::with_capacity(longest as usize + 1);
    for length in 0..=longest {
        counts.push(gaps.iter().filter(|gap| gap.length == length).count() as u32);
    }
    counts
}

pub fn run(scale: usize) {
    let start = 10_000_000;
    let gaps = record_gaps(start, start + scale as u64 * 130_000);
    let longest = gaps.iter().map(|gap| gap.length).max().unwrap_or(0);
    let counts = histogram(&gaps, longest);
    let checksum: u64 = gaps.iter().map(|gap| gap.after ^ gap.length).sum();
    println!(
        "{} gaps, {} lengths, longest {longest}, checksum {checksum}",
        gaps.len(),
        counts.len()
    );
}
