//! Writes the digests of file blocks as a manifest in hexadecimal.

use crate::random::Random;

type Digest = [u8; 32];

struct Manifest {
    lines: Vec<String>,
}

/// A sponge of xorshifts: not a cryptographic digest, but of a digest's shape.
fn digest(block: &[u8]) -> Digest {
    let mut state = [0x6a09_e667u64, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a];
    for (index, word) in block.chunks_exact(8).enumerate() {
        let word = word.iter().fold(0, |word: u64, &byte| word << 8 | u64::from(byte));
        let lane = &mut state[index % 4];
        *lane = (*lane ^ word).rotate_left(13).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    let mut digest = [0; 32];
    for (bytes, lane) in digest.chunks_exact_mut(8).zip(state) {
        bytes.copy_from_slice(&lane.to_be_bytes());
    }
    digest
}

fn hex(digest: &Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect() //~
}

impl Manifest {
    fn of(blocks: &[Vec<u8>]) -> Self {
        let lines = blocks.iter().map(|block| hex(&digest(block))).collect();
        Self { lines }
    }

    fn starting_with(&self, prefix: &str) -> usize {
        self.lines.iter().filter(|line| line.starts_with(prefix)).count()
    }
}

fn blocks(count: usize) -> Vec<Vec<u8>> {
    let mut random = Random::new(193);
    (0..count)
        .map(|_| (0..16).flat_map(|_| random.next().to_le_bytes()).collect())
        .collect()
}

pub fn run(scale: usize) {
    let blocks = blocks(5_000);
    let mut found = 0;
    let mut bytes = 0;
    for round in 0..180 * scale {
        let manifest = Manifest::of(&blocks[round % 50..]);
        found += manifest.starting_with("a");
        bytes += manifest.lines.iter().map(String::len).sum::<usize>();
    }
    println!("{found} found, {bytes} bytes");
}
