//! Finds the peaks of mass spectra and keeps those of the best spectrum.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Peak {
    at: u32,
    height: u32,
    area: u64,
}

struct Spectrum {
    intensities: Vec<u32>,
}

struct Threshold {
    floor: u32,
    window: usize,
}

#[derive(Default)]
struct Library {
    best: Vec<Peak>,
    known: Vec<Peak>,
}

impl Spectrum {
    /// Local maxima above the floor, each with the area around it.
    fn peaks(&self, threshold: &Threshold) -> Vec<Peak> {
        let mut peaks = Vec::new();
        let window = threshold.window;
        for at in window..self.intensities.len() - window {
            let height = self.intensities[at];
            if height < threshold.floor {
                continue;
            }
            let around = &self.intensities[at - window..=at + window];
            if around.iter().all(|&other| other <= height) {
                peaks.push(Peak {
                    at: at as u32,
                    height,
                    area: around.iter().map(|&intensity| u64::from(intensity)).sum(),
                });
            }
        }
        peaks
    }
}

impl Library {
    fn offer(&mut self, peaks: Vec<Peak>) {
        if let Some(highest) = peaks.iter().max_by_key(|peak| peak.height) {
            self.known.push(*highest);
        }
        if peaks.len() > self.best.len() {
            self.best = peaks;
        }
    }
}

fn spectrum(random: &mut Random) -> Spectrum {
    let mut level = 200;
    Spectrum {
        intensities: (0..8_000)
            .map(|_| {
                level = (level * 15 + random.below(400) as u32) / 16;
                if random.below(80) == 0 {
                    level + random.below(5_000) as u32
                } else {
                    level
                }
            })
            .collect(),
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(1912);
    let spectra: Vec<Spectrum> = (0..40).map(|_| spectrum(&mut random)).collect();
    let mut library = Library::default();
    for round in 0..1_600 * scale {
        let threshold = Threshold {
            floor: 205 + (round % 40) as u32,
            window: 4,
        };
        for spectrum in &spectra {
            library.offer(spectrum.peaks(&threshold));
        }
    }
    let area: u64 = library.best.iter().map(|peak| peak.area).sum();
    let last = library
        .known
        .iter()
        .fold(0u64, |sum, peak| sum.rotate_left(1) ^ u64::from(peak.at));
    println!("{} peaks with area {area}, {last:x}", library.best.len());
}
