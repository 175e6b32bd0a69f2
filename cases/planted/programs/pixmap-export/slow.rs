//! Renders a fractal and writes it as a portable pixmap.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

#[derive(Clone, Copy)]
struct Pixel([u8; 3]);

struct Encoder<W> {
    out: W,
    pixels: usize,
}

impl<W: Write> Encoder<W> {
    fn start(mut out: W, width: usize, height: usize) -> io::Result<Self> {
        write!(out, "P6\n{width} {height}\n255\n")?;
        Ok(Self { out, pixels: 0 })
    }

    fn put(&mut self, pixel: Pixel) -> io::Result<()> {
        self.pixels += 1;
        self.out.write_all(&pixel.0) //~
    }

    fn row(&mut self, pixels: impl Iterator<Item = Pixel>) -> io::Result<()> {
        for pixel in pixels {
            self.put(pixel)?; //~
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<usize> {
        self.out.flush()?;
        Ok(self.pixels)
    }
}

fn colour(x: f64, y: f64) -> Pixel {
    let (mut a, mut b, mut steps) = (x, y, 0u8);
    while steps < 60 && a * a + b * b < 4.0 {
        (a, b) = (a * a - b * b + 0.285, 2.0 * a * b + 0.01);
        steps += 1;
    }
    Pixel([steps.wrapping_mul(4), steps.wrapping_mul(7), 255 - steps])
}

fn export(path: &Path, width: usize, height: usize) -> io::Result<usize> {
    let file = File::create(path)?; //~
    let mut encoder = Encoder::start(file, width, height)?; //~
    for line in 0..height {
        let y = line as f64 / height as f64 * 3.0 - 1.5;
        encoder.row((0..width).map(|column| colour(column as f64 / width as f64 * 3.0 - 1.5, y)))?;
    }
    encoder.finish()
}

pub fn run(scale: usize) {
    let path = std::env::temp_dir().join(format!("pixmap-export-{}.ppm", std::process::id()));
    let mut result = Ok(0);
    for _ in 0..3 * scale {
        result = export(&path, 640, 480);
    }
    let length = std::fs::metadata(&path).map_or(0, |file| file.len());
    std::fs::remove_file(&path).ok();
    println!("{result:?} {length}");
}
