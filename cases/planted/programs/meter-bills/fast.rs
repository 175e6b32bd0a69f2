//! Bills the readings of electricity meters, one line for each meter and month.

use crate::random::Random;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

struct Meter {
    number: u64,
    owner: String,
    last: u32,
}

struct Price {
    base_cents: u64,
    cents_per_100_kwh: u64,
}

struct Bill<'a> {
    meter: &'a Meter,
    used: u32,
    cents: u64,
}

impl Price {
    fn bill<'a>(&self, meter: &'a Meter, now: u32) -> Bill<'a> {
        let used = now - meter.last;
        Bill {
            meter,
            used,
            cents: self.base_cents + u64::from(used) * self.cents_per_100_kwh / 100,
        }
    }
}

impl Bill<'_> {
    fn print(&self, month: usize, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "{month:02} {:>10} {:<12} {:>6} kWh {:>5}.{:02}",
            self.meter.number,
            self.meter.owner,
            self.used,
            self.cents / 100,
            self.cents % 100
        )
    }
}

fn bill_all(meters: &mut [Meter], months: usize, path: &Path, random: &mut Random) -> io::Result<u64> {
    let mut out = BufWriter::new(File::create(path)?);
    let price = Price {
        base_cents: 950,
        cents_per_100_kwh: 2_870,
    };
    let mut cents = 0;
    for month in 0..months {
        for meter in meters.iter_mut() {
            let now = meter.last + random.below(700) as u32;
            let bill = price.bill(meter, now);
            bill.print(month % 12 + 1, &mut out)?;
            cents += bill.cents;
            meter.last = now;
        }
    }
    out.flush()?;
    Ok(cents)
}

pub fn run(scale: usize) {
    let mut random = Random::new(230);
    let mut meters: Vec<Meter> = (0..20_000)
        .map(|_| Meter {
            number: random.next() >> 34,
            owner: format!("Owner {}", random.below(9_999)),
            last: random.below(50_000) as u32,
        })
        .collect();
    let path = std::env::temp_dir().join(format!("meter-bills-{}.txt", std::process::id()));
    let cents = bill_all(&mut meters, 150 * scale, &path, &mut random);
    let _ = fs::remove_file(&path);
    match cents {
        Ok(cents) => println!("{cents} cents"),
        Err(error) => println!("cannot write the bills: {error}"),
    }
}
