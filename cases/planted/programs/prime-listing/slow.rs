//! Lists primes with their gaps, as a filter for a shell pipeline would.

struct Sieve {
    is_composite: Vec<bool>,
}

struct Printer {
    lines: u64,
}

impl Sieve {
    fn up_to(limit: usize) -> Self {
        let mut is_composite = vec![false; limit];
        for factor in (2..).take_while(|factor| factor * factor < limit) {
            if !is_composite[factor] {
                (factor * factor..limit)
                    .step_by(factor)
                    .for_each(|multiple| is_composite[multiple] = true);
            }
        }
        Self { is_composite }
    }

    fn primes(&self) -> impl Iterator<Item = usize> {
        let numbers = self.is_composite.iter().enumerate().skip(2);
        numbers
            .filter(|(_, is_composite)| !**is_composite)
            .map(|(number, _)| number)
    }
}

impl Printer {
    fn print(&mut self, prime: usize, gap: usize) {
        self.lines += 1;
        println!("{prime} {gap}"); //~
    }

    fn finish(&mut self) {
        println!("{} primes", self.lines);
    }
}

fn list(sieve: &Sieve, printer: &mut Printer) {
    let mut last = 2;
    for prime in sieve.primes() {
        printer.print(prime, prime - last); //~
        last = prime;
    }
    printer.finish();
}

pub fn run(scale: usize) {
    let sieve = Sieve::up_to(16_000_000 * scale);
    list(&sieve, &mut Printer { lines: 0 });
}
