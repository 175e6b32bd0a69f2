//! Prints the bill of materials of a machine: indented assemblies with their parts and weights.

use crate::random::Random;

enum Item {
    Part { number: u32, grams: u32 },
    Assembly { name: &'static str, items: Vec<Item> },
}

struct Printer {
    indent: usize,
    unit: &'static str,
}

impl Item {
    fn grams(&self) -> u64 {
        match self {
            Self::Part { grams, .. } => u64::from(*grams),
            Self::Assembly { items, .. } => items.iter().map(Self::grams).sum(),
        }
    }

    fn label(&self) -> (&'static str, u32) {
        match self {
            Self::Part { number, .. } => ("part ", *number),
            Self::Assembly { name, items } => (name, items.len() as u32),
        }
    }
}

impl Printer {
    fn print(&self, item: &Item) -> String {
        let mut text = String::new();
        self.visit(item, 0, &mut |depth, item| text = self.append(&text, depth, item)); //~
        text
    }

    fn append(&self, text: &str, depth: usize, item: &Item) -> String {
        let (label, number) = item.label();
        let indent = depth * self.indent;
        format!("{text}{:indent$}{label}{number}, {}{}", "", item.grams(), self.unit) //~
    }

    fn visit(&self, item: &Item, depth: usize, each: &mut dyn FnMut(usize, &Item)) {
        each(depth, item);
        if let Item::Assembly { items, .. } = item {
            for item in items {
                self.visit(item, depth + 1, each);
            }
        }
    }
}

const NAMES: [&str; 6] = [
    "gearbox x",
    "frame x",
    "spindle x",
    "hydraulics x",
    "control cabinet x",
    "feeder x",
];

fn assembly(random: &mut Random, depth: usize) -> Item {
    let items = 4 + random.below(5);
    Item::Assembly {
        name: random.pick(&NAMES),
        items: (0..items)
            .map(|_| match depth {
                0 => part(random),
                _ if random.below(3) == 0 => part(random),
                _ => assembly(random, depth - 1),
            })
            .collect(),
    }
}

fn part(random: &mut Random) -> Item {
    Item::Part {
        number: 10_000 + random.below(80_000) as u32,
        grams: 5 + random.below(4_000) as u32,
    }
}

fn checksum(text: &str) -> u64 {
    text.bytes()
        .fold(17, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
}

pub fn run(scale: usize) {
    let mut random = Random::new(82);
    let machines: Vec<Item> = (0..4).map(|_| assembly(&mut random, 4)).collect();
    let printer = Printer {
        indent: 2,
        unit: " g\n",
    };
    let (mut bytes, mut sum) = (0, 0);
    for _ in 0..16 * scale {
        (bytes, sum) = (0, 0);
        for machine in &machines {
            let text = printer.print(machine);
            bytes += text.len();
            sum ^= checksum(&text);
        }
    }
    println!("{bytes} bytes, {sum:x}");
}
