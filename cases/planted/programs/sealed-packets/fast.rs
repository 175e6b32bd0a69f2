//! A sender that encrypts packets and keeps them until they are acknowledged.

use std::collections::VecDeque;

use crate::random::Random;

struct ChaCha {
    key: [u32; 8],
}

fn quarter(s: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    for (x, y, z, turn) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
        s[x] = s[x].wrapping_add(s[y]);
        s[z] = (s[z] ^ s[x]).rotate_left(turn);
    }
}

impl ChaCha {
    fn block(&self, nonce: u64, counter: u32) -> [u32; 16] {
        let mut start = [
            0x6170_7865,
            0x3320_646e,
            0x7962_2d32,
            0x6b20_6574,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            counter,
            0,
            0,
            0,
        ];
        start[4..12].copy_from_slice(&self.key);
        (start[14], start[15]) = (nonce as u32, (nonce >> 32) as u32);
        let mut state = start;
        for _ in 0..10 {
            (0..4).for_each(|n| quarter(&mut state, n, n + 4, n + 8, n + 12));
            (0..4).for_each(|n| quarter(&mut state, n, 4 + (n + 1) % 4, 8 + (n + 2) % 4, 12 + (n + 3) % 4));
        }
        std::array::from_fn(|n| state[n].wrapping_add(start[n]))
    }

    fn seal(&self, nonce: u64, plain: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(plain.len() + 8);
        sealed.extend_from_slice(&nonce.to_le_bytes());
        for (counter, chunk) in plain.chunks(64).enumerate() {
            let stream = self.block(nonce, counter as u32);
            let bytes = stream.iter().flat_map(|word| word.to_le_bytes());
            sealed.extend(chunk.iter().zip(bytes).map(|(a, b)| a ^ b));
        }
        sealed
    }
}

struct Sender {
    cipher: ChaCha,
    sent: VecDeque<Vec<u8>>,
    checksum: u64,
}

impl Sender {
    fn send(&mut self, number: u64, plain: &[u8]) {
        let packet = self.cipher.seal(number, plain);
        self.sent.push_back(packet);
    }

    fn acknowledge(&mut self, window: usize) {
        while self.sent.len() > window {
            if let Some(packet) = self.sent.pop_front() {
                let last = packet.last().copied().unwrap_or(0);
                self.checksum = self.checksum.rotate_left(5) ^ u64::from(last) ^ packet.len() as u64;
            }
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(37);
    let key = [(); 8].map(|()| random.next() as u32);
    let text: Vec<u8> = (0..8_000).map(|_| random.next() as u8).collect();
    let mut sender = Sender {
        cipher: ChaCha { key },
        sent: VecDeque::new(),
        checksum: 0,
    };
    for number in 0..120_000 * scale as u64 {
        let (start, length) = (random.below(6_000), 200 + random.below(1_200));
        sender.send(number, &text[start..start + length]);
        sender.acknowledge(512);
    }
    println!("{:x}", sender.checksum);
}
