//! The largest gaps between primes, by the sieve of Eratosthenes.

struct Sieve {
    composite: Vec<bool>,
}

impl Sieve {
    fn new(limit: usize) -> Self {
        let mut sieve = Self {
            composite: vec![false; limit],
        };
        let mut prime = 2;
        while prime * prime < limit {
            if !sieve.composite[prime] {
                sieve.cross_out(prime); //~
            }
            prime += 1;
        }
        sieve
    }

    fn cross_out(&mut self, prime: usize) {
        let multiples = self.composite.iter_mut().skip(prime * prime).step_by(prime); //~
        multiples.for_each(|composite| *composite = true); //~
    }

    fn primes(&self) -> impl Iterator<Item = usize> {
        let numbers = self.composite.iter().enumerate().skip(2);
        numbers.filter(|(_, composite)| !**composite).map(|(number, _)| number)
    }
}

pub fn run(scale: usize) {
    let sieve = Sieve::new(8_000_000 * scale);
    let mut largest = (0, 0);
    let mut last = 2;
    for prime in sieve.primes() {
        largest = largest.max((prime - last, last));
        last = prime;
    }
    println!("{largest:?}");
}
