//! Prints the route of every parcel of a day; the printer has locked standard output, which stays line-buffered.

use std::io::{self, StdoutLock, Write};

const HUBS: [&str; 8] = [
    "Aarhus", "Bremen", "Cologne", "Dresden", "Essen", "Fulda", "Ghent", "Hasselt",
];

struct Parcel {
    number: u64,
    from: usize,
    to: usize,
    grams: u64,
}

struct Printer<'a> {
    out: StdoutLock<'a>,
    lines: u64,
}

impl Printer<'_> {
    fn leg(&mut self, parcel: &Parcel, from: usize, to: usize) -> io::Result<()> {
        self.lines += 1;
        let (from, to) = (HUBS[from], HUBS[to]);
        writeln!(self.out, "{:08} {from} -> {to} {} g", parcel.number, parcel.grams) //~ flush-per-line
    }
}

fn parcels(count: u64) -> impl Iterator<Item = Parcel> {
    (0..count).map(|number| {
        let hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24;
        Parcel {
            number,
            from: (hash % 8) as usize,
            to: (hash >> 3) as usize % 8,
            grams: 100 + hash % 20_000,
        }
    })
}

/// Parcels travel from hub to hub, the short way around.
fn route(parcel: &Parcel, printer: &mut Printer<'_>) -> io::Result<()> {
    let clockwise = (parcel.to + 8 - parcel.from) % 8 <= 4;
    let mut at = parcel.from;
    while at != parcel.to {
        let next = if clockwise { (at + 1) % 8 } else { (at + 7) % 8 };
        printer.leg(parcel, at, next)?;
        at = next;
    }
    Ok(())
}

fn print_all(scale: usize) -> io::Result<u64> {
    let mut printer = Printer {
        out: io::stdout().lock(),
        lines: 0,
    };
    for parcel in parcels(scale as u64 * 20_000) {
        route(&parcel, &mut printer)?;
    }
    Ok(printer.lines)
}

pub fn run(scale: usize) {
    let lines = print_all(scale).expect("standard output is open");
    eprintln!("{lines} legs");
}
