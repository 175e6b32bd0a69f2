//! Assigns sequencing reads to samples by aligning their first bases with the samples' barcodes.

use crate::random::Random;

const BASES: &[u8; 4] = b"ACGT";
const BARCODE: usize = 8;
const WINDOW: usize = 10;
/// Bases that are aligned; the rest of the barcode only has to agree somewhere.
const SEED: usize = 3;

#[derive(Clone, Copy)]
struct Scoring {
    matched: i16,
    mismatch: i16,
    gap: i16,
}

struct Sample {
    barcode: [u8; BARCODE],
    reads: usize,
}

#[derive(Default)]
struct Rows {
    above: Vec<i16>,
    current: Vec<i16>,
}

struct Demux {
    scoring: Scoring,
    samples: Vec<Sample>,
    rows: Rows,
    unassigned: usize,
}

/// The best score of the barcode anywhere in the window.
fn align(barcode: &[u8], window: &[u8], scoring: Scoring, rows: &mut Rows) -> i16 {
    let Rows { above, current } = rows;
    for row in [&mut *above, &mut *current] {
        row.clear();
        row.resize(window.len() + 1, 0);
    }
    for (row, base) in barcode.iter().enumerate() {
        current[0] = (row as i16 + 1) * scoring.gap;
        for (column, other) in window.iter().enumerate() {
            let step = if base == other {
                scoring.matched
            } else {
                scoring.mismatch
            };
            let gap = above[column + 1].max(current[column]) + scoring.gap;
            current[column + 1] = gap.max(above[column] + step);
        }
        std::mem::swap(above, current);
    }
    above.iter().copied().max().unwrap_or(0)
}

impl Demux {
    fn new(barcodes: Vec<[u8; BARCODE]>) -> Self {
        let samples = barcodes
            .into_iter()
            .map(|barcode| Sample { barcode, reads: 0 })
            .collect();
        Self {
            scoring: Scoring {
                matched: 2,
                mismatch: -2,
                gap: -3,
            },
            samples,
            rows: Rows::default(),
            unassigned: 0,
        }
    }

    fn assign(&mut self, read: &[u8]) {
        let window = &read[..WINDOW.min(read.len())];
        let mut best = (i16::MIN, 0);
        for (index, sample) in self.samples.iter().enumerate() {
            if shared(&sample.barcode, window) < 3 {
                continue;
            }
            let score = align(&sample.barcode[..SEED], &window[..=SEED], self.scoring, &mut self.rows);
            best = best.max((score, index));
        }
        match best {
            (score, index) if score >= 4 => self.samples[index].reads += 1,
            _ => self.unassigned += 1,
        }
    }
}

/// How many bases agree without any shift.
fn shared(barcode: &[u8; BARCODE], window: &[u8]) -> usize {
    barcode.iter().zip(window).filter(|(one, other)| one == other).count()
}

fn sequence(random: &mut Random, bases: usize) -> Vec<u8> {
    (0..bases).map(|_| random.pick(BASES)).collect()
}

fn barcodes(random: &mut Random, count: usize) -> Vec<[u8; BARCODE]> {
    (0..count)
        .map(|_| std::array::from_fn(|_| random.pick(BASES)))
        .collect()
}

pub fn run(scale: usize) {
    let mut random = Random::new(78);
    let mut demux = Demux::new(barcodes(&mut random, 24));
    let reads: Vec<Vec<u8>> = (0..5_000).map(|_| sequence(&mut random, 40)).collect();
    for _ in 0..110 * scale {
        reads.iter().for_each(|read| demux.assign(read));
    }
    let most = demux.samples.iter().map(|sample| sample.reads).max().unwrap_or(0);
    println!(
        "{} reads at most, {} not assigned",
        most / scale,
        demux.unassigned / scale
    );
}
