//! The largest gaps between primes, by the sieve of Eratosthenes.

/// A segment that stays in the first level cache.
const SEGMENT: usize = 16_384;

/// The primes below the limit, segment by segment.
fn primes(limit: usize, mut see: impl FnMut(usize)) {
    let mut small: Vec<(usize, usize)> = Vec::new();
    let mut candidate = 2;
    for start in (0..limit).step_by(SEGMENT) {
        let end = (start + SEGMENT).min(limit);
        while candidate * candidate < end {
            if small.iter().all(|(prime, _)| candidate % prime != 0) {
                small.push((candidate, candidate * candidate));
            }
            candidate += 1;
        }
        let mut composite = [false; SEGMENT];
        for (prime, next) in &mut small {
            while *next < end {
                composite[*next - start] = true;
                *next += *prime;
            }
        }
        let numbers = composite.iter().zip(start..end).filter(|(_, number)| *number >= 2);
        numbers
            .filter(|(composite, _)| !**composite)
            .for_each(|(_, number)| see(number));
    }
}

pub fn run(scale: usize) {
    let mut largest = (0, 0);
    let mut last = 2;
    primes(8_000_000 * scale, |prime| {
        largest = largest.max((prime - last, last));
        last = prime;
    });
    println!("{largest:?}");
}
