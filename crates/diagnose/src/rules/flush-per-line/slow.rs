//! Exports the readings of a weather network as a table, one line for each station and hour.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::{env, process};

struct Reading {
    station: u32,
    hour: u32,
    tenths: i32,
    humidity: u32,
}

/// A table under construction.
struct Table {
    out: BufWriter<File>,
    lines: usize,
}

impl Table {
    fn create(path: &Path) -> io::Result<Self> {
        let mut out = BufWriter::new(File::create(path)?);
        writeln!(out, "station;hour;celsius;humidity")?;
        Ok(Self { out, lines: 1 })
    }

    // [page]
    fn add(&mut self, reading: &Reading) -> io::Result<()> {
        let celsius = f64::from(reading.tenths) / 10.0;
        writeln!(self.out, "{};{};{celsius};{}", reading.station, reading.hour, reading.humidity)?;
        self.out.flush()?; //~ flush-per-line
        self.lines += 1;
        Ok(())
    }
    // [/page]

    fn finish(mut self) -> io::Result<usize> {
        self.out.flush()?;
        Ok(self.lines)
    }
}

fn readings(stations: u32, hours: u32) -> Vec<Reading> {
    let mut readings = Vec::with_capacity(stations as usize * hours as usize);
    for station in 0..stations {
        for hour in 0..hours {
            let wave = (f64::from(hour % 24) - 14.0).abs() * 9.0;
            readings.push(Reading {
                station,
                hour,
                tenths: 240 - wave as i32 - (station % 37) as i32 * 3,
                humidity: 40 + (hour * 7 + station * 3) % 55,
            });
        }
    }
    readings
}

fn path() -> PathBuf {
    env::temp_dir().join(format!("weather-{}.csv", process::id()))
}

fn export(scale: usize) -> io::Result<(usize, u64)> {
    let path = path();
    let mut table = Table::create(&path)?;
    for reading in readings(scale as u32 * 180, 24 * 25) {
        table.add(&reading)?;
    }
    let lines = table.finish()?;
    let bytes = fs::metadata(&path)?.len();
    fs::remove_file(path)?;
    Ok((lines, bytes))
}

pub fn run(scale: usize) {
    let (lines, bytes) = export(scale).expect("the temporary folder is writable");
    println!("{lines} lines, {bytes} bytes");
}
