//! Exports a star catalogue as text, in one of two layouts.

use crate::random::Random;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

struct Star {
    number: u32,
    ascension: u32,
    declination: i32,
    magnitude: i16,
    class: char,
}

trait Layout {
    fn head(&self, out: &mut dyn Write) -> io::Result<()>;

    fn star(&self, star: &Star, out: &mut dyn Write) -> io::Result<()>;
}

/// Columns of fixed width, as the printed catalogue has them.
struct Columns;

/// Fields with a separator between them.
struct Fields {
    separator: char,
}

impl Layout for Columns {
    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{:>8} {:>8} {:>8} {:>5} C", "No", "RA", "Dec", "Mag")
    }

    fn star(&self, star: &Star, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{:>8} ", star.number)?; //~
        write!(out, "{:>8} {:>8} ", star.ascension, star.declination)?; //~
        writeln!(out, "{:>5} {}", star.magnitude, star.class) //~
    }
}

impl Layout for Fields {
    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "number{0}ascension{0}declination{0}magnitude{0}class",
            self.separator
        )
    }

    fn star(&self, star: &Star, out: &mut dyn Write) -> io::Result<()> {
        let separator = self.separator;
        write!(out, "{}{separator}{}", star.number, star.ascension)?; //~
        write!(out, "{separator}{}{separator}", star.declination)?; //~
        writeln!(out, "{}{separator}{}", star.magnitude, star.class) //~
    }
}

struct Catalogue {
    stars: Vec<Star>,
}

impl Catalogue {
    fn random(random: &mut Random, count: u32) -> Self {
        let stars = (1..=count)
            .map(|number| Star {
                number,
                ascension: random.below(24 * 3_600) as u32,
                declination: random.below(180 * 3_600) as i32 - 90 * 3_600,
                magnitude: random.below(900) as i16 - 100,
                class: random.pick(&['O', 'B', 'A', 'F', 'G', 'K', 'M']),
            })
            .collect();
        Self { stars }
    }

    fn export(&self, layout: &dyn Layout, path: &Path) -> io::Result<u64> {
        let mut file = File::create(path)?; //~
        layout.head(&mut file)?;
        for star in self.stars.iter().filter(|star| star.magnitude < 650) {
            layout.star(star, &mut file)?; //~
        }
        Ok(fs::metadata(path)?.len())
    }
}

fn target(kind: &str) -> PathBuf {
    std::env::temp_dir().join(format!("star-catalogue-{kind}-{}.txt", std::process::id()))
}

fn export_all(catalogue: &Catalogue, rounds: usize) -> io::Result<u64> {
    let (columns, fields) = (target("columns"), target("fields"));
    let mut bytes = 0;
    for _ in 0..rounds {
        bytes += catalogue.export(&Columns, &columns)?;
        bytes += catalogue.export(&Fields { separator: ';' }, &fields)?;
    }
    fs::remove_file(columns)?;
    fs::remove_file(fields)?;
    Ok(bytes)
}

pub fn run(scale: usize) {
    let catalogue = Catalogue::random(&mut Random::new(88), 9_000);
    match export_all(&catalogue, 14 * scale) {
        Ok(bytes) => println!("{bytes} bytes"),
        Err(error) => println!("cannot export: {error}"),
    }
}
