//! Brightness histogram of a large image, by bands of rows on two threads.

use crate::random::Random;
use std::sync::Mutex;
use std::thread;

const LEVELS: usize = 64;

struct Image {
    pixels: Vec<[u8; 3]>,
}

#[derive(Default)]
struct Histogram {
    levels: Mutex<Vec<u64>>,
}

impl Image {
    fn noise(pixels: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let pixels = (0..pixels)
            .map(|_| {
                let [red, green, blue, ..] = random.next().to_le_bytes();
                [red, green, blue]
            })
            .collect();
        Self { pixels }
    }
}

/// Perceived brightness (Rec. 601).
fn level([red, green, blue]: [u8; 3]) -> usize {
    let luma = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    luma as usize * LEVELS / 256_000
}

impl Histogram {
    fn new() -> Self {
        Self {
            levels: Mutex::new(vec![0; LEVELS]),
        }
    }

    fn count(&self, level: usize) {
        let mut levels = self.levels.lock().expect("no thread panics"); //~
        levels[level] += 1;
    }

    fn fill(&self, image: &Image, threads: usize) {
        let band = image.pixels.len().div_ceil(threads);
        thread::scope(|scope| {
            for pixels in image.pixels.chunks(band) {
                scope.spawn(move || {
                    for &pixel in pixels {
                        self.count(level(pixel)); //~
                    }
                });
            }
        });
    }

    fn median(&self) -> usize {
        let levels = self.levels.lock().expect("no thread panics");
        let half = levels.iter().sum::<u64>() / 2;
        let mut below = 0;
        levels
            .iter()
            .take_while(|&&count| {
                below += count;
                below < half
            })
            .count()
    }
}

pub fn run(scale: usize) {
    let mut medians = Vec::new();
    for seed in 0..14 * scale as u64 {
        let image = Image::noise(2_500_000, seed);
        let histogram = Histogram::new();
        histogram.fill(&image, 2);
        medians.push(histogram.median());
    }
    println!("medians {medians:?}");
}
