//! Balances of reactions: formulas are parsed into how many atoms of each element they hold.

use smallvec::SmallVec;

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Element([u8; 2]);

#[derive(Default)]
struct Composition {
    atoms: SmallVec<[(Element, u32); 6]>,
}

impl Composition {
    fn add(&mut self, element: Element, count: u32) {
        match self.atoms.iter_mut().find(|(known, _)| *known == element) {
            Some((_, sum)) => *sum += count,
            None => self.atoms.push((element, count)),
        }
    }

    fn mass(&self) -> u64 {
        self.atoms
            .iter()
            .map(|&(ref element, count)| weight(*element) * u64::from(count))
            .sum()
    }
}

fn weight(element: Element) -> u64 {
    match &element.0 {
        b"H " => 1_008,
        b"C " => 12_011,
        b"N " => 14_007,
        b"O " => 15_999,
        b"Na" => 22_990,
        b"Cl" => 35_450,
        _ => 55_845,
    }
}

fn parse(formula: &str) -> Composition {
    let mut composition = Composition::default();
    let mut bytes = formula.bytes().peekable();
    while let Some(first) = bytes.next() {
        let second = bytes.next_if(u8::is_ascii_lowercase).unwrap_or(b' ');
        let mut count = 0;
        while let Some(digit) = bytes.next_if(u8::is_ascii_digit) {
            count = count * 10 + u32::from(digit - b'0');
        }
        composition.add(Element([first, second]), count.max(1));
    }
    composition
}

/// How much is lost from the left to the right side of a reaction.
fn imbalance(reaction: &[&str; 4]) -> i64 {
    let mass = |formula: &str| parse(formula).mass() as i64;
    let [a, b, c, d] = reaction.map(mass);
    a + b - c - d
}

pub fn run(scale: usize) {
    let formulas = [
        "C6H12O6",
        "H2O",
        "NaCl",
        "CH3COOH",
        "NH4NO3",
        "C2H5OH",
        "Fe2O3",
        "CO2",
        "NaHCO3",
        "C8H10N4O2",
        "CH4",
        "HCl",
    ];
    let mut random = Random::new(17);
    let reactions: Vec<[&str; 4]> = (0..5_000).map(|_| [(); 4].map(|()| random.pick(&formulas))).collect();
    let mut total = 0;
    for _ in 0..200 * scale {
        total = reactions.iter().map(imbalance).map(i64::abs).sum::<i64>();
    }
    println!("{total}");
}
