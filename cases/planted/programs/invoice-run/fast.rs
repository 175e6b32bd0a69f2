//! Writes the invoices of a month; what a line costs is computed in cents.

use std::fmt::{self, Display};
use std::io::{self, BufWriter, Write};

use crate::random::Random;

#[derive(Clone, Copy)]
struct Cents(u64);

impl Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

struct Item {
    name: &'static str,
    quantity: u64,
    price: Cents,
}

impl Item {
    fn total(&self) -> Cents {
        Cents(self.quantity * self.price.0)
    }
}

struct Invoice {
    number: usize,
    items: Vec<Item>,
}

impl Invoice {
    fn random(number: usize, random: &mut Random) -> Self {
        let names = ["hinges", "planks", "screws, box of 100", "paint", "brush"];
        let items = (0..2 + random.below(8))
            .map(|_| Item {
                name: random.pick(&names),
                quantity: 1 + random.below(20) as u64,
                price: Cents(99 + random.below(9_000) as u64),
            })
            .collect();
        Self { number, items }
    }

    fn write(&self, out: &mut impl Write) -> io::Result<Cents> {
        writeln!(out, "Invoice {:06}", self.number)?;
        for (place, item) in self.items.iter().enumerate() {
            let (price, total) = (item.price, item.total());
            writeln!(
                out,
                "{:>3}  {:<24} {:>4} × {price} = {total}",
                place + 1,
                item.name,
                item.quantity
            )?;
        }
        let sum = Cents(self.items.iter().map(|item| item.total().0).sum());
        writeln!(out, "Total {sum}\n")?;
        Ok(sum)
    }
}

fn month(count: usize, out: &mut impl Write) -> io::Result<Cents> {
    let mut random = Random::new(35);
    let mut sum = 0;
    for number in 0..count {
        sum += Invoice::random(number, &mut random).write(out)?.0;
    }
    out.flush()?;
    Ok(Cents(sum))
}

pub fn run(scale: usize) {
    let path = std::env::temp_dir().join(format!("invoice-run-{}.txt", std::process::id()));
    let sum = std::fs::File::create(&path).and_then(|file| month(250_000 * scale, &mut BufWriter::new(file)));
    std::fs::remove_file(&path).ok();
    println!("{:?}", sum.map(|sum| sum.to_string()).ok());
}
