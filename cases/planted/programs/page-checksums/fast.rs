//! A log of records, each with its CRC-32C; recovery verifies them all.

use crate::random::Random;

mod crc {
    static TABLE: [u32; 256] = Crc32c::TABLE;

    pub struct Crc32c {
        state: u32,
    }

    impl Crc32c {
        const POLYNOMIAL: u32 = 0x82f6_3b78;
        const TABLE: [u32; 256] = Self::table();

        pub fn new() -> Self {
            Self { state: !0 }
        }

        const fn table() -> [u32; 256] {
            let mut table = [0; 256];
            let mut byte = 0;
            while byte < 256 {
                let mut value = byte as u32;
                let mut bit = 0;
                while bit < 8 {
                    value = if value & 1 == 1 {
                        (value >> 1) ^ Self::POLYNOMIAL
                    } else {
                        value >> 1
                    };
                    bit += 1;
                }
                table[byte] = value;
                byte += 1;
            }
            table
        }

        pub fn update(mut self, bytes: &[u8]) -> Self {
            for &byte in bytes {
                self.state = (self.state >> 8) ^ TABLE[usize::from(self.state as u8 ^ byte)];
            }
            self
        }

        pub fn finish(self) -> u32 {
            !self.state
        }
    }
}

struct Record<'a> {
    key: u64,
    payload: &'a [u8],
}

impl Record<'_> {
    fn checksum(&self) -> u32 {
        crc::Crc32c::new()
            .update(&self.key.to_le_bytes())
            .update(self.payload)
            .finish()
    }

    fn append_to(&self, log: &mut Vec<u8>) {
        log.push(self.payload.len() as u8);
        log.extend_from_slice(&self.checksum().to_le_bytes());
        log.extend_from_slice(&self.key.to_le_bytes());
        log.extend_from_slice(self.payload);
    }
}

fn recover(log: &[u8]) -> (usize, usize) {
    let (mut rest, mut intact, mut torn) = (log, 0, 0);
    while let [length, tail @ ..] = rest {
        let (head, tail) = tail.split_at(12);
        let (payload, tail) = tail.split_at(usize::from(*length));
        let stored = u32::from_le_bytes(head[..4].try_into().unwrap());
        let key = u64::from_le_bytes(head[4..].try_into().unwrap());
        if (Record { key, payload }).checksum() == stored {
            intact += 1
        } else {
            torn += 1
        }
        rest = tail;
    }
    (intact, torn)
}

pub fn run(scale: usize) {
    let mut random = Random::new(14);
    let bytes: Vec<u8> = (0..4096).map(|_| random.next() as u8).collect();
    for _ in 0..6 * scale {
        let mut log = Vec::with_capacity(16 << 20);
        for key in 0..180_000 {
            let (start, length) = (random.below(3000), 16 + random.below(60));
            Record {
                key,
                payload: &bytes[start..start + length],
            }
            .append_to(&mut log);
        }
        if let Some(last) = log.last_mut() {
            *last ^= 1;
        }
        println!("{:?}", recover(&log));
    }
}
