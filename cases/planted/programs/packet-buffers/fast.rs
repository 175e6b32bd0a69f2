//! Decodes run-length coded telemetry packets and sums up their channels.

use crate::random::Random;

const MAX_PAYLOAD: usize = 1 << 13;

struct Packet {
    channel: u8,
    coded: Vec<u8>,
}

struct Decoder {
    payload: Vec<u8>,
    packets: u64,
    damaged: u64,
}

impl Decoder {
    fn decode(&mut self, packet: &Packet) -> Option<(u64, usize)> {
        let length = expand(&packet.coded, &mut self.payload);
        self.packets += 1;
        match length {
            Some(length) => Some((checksum(&self.payload[..length]), length)),
            None => {
                self.damaged += 1;
                None
            }
        }
    }
}

/// Pairs of a count and a byte.
fn expand(coded: &[u8], payload: &mut [u8]) -> Option<usize> {
    let mut length = 0;
    for pair in coded.chunks(2) {
        let &[count, byte] = pair else { return None };
        let run = payload.get_mut(length..length + usize::from(count))?;
        run.fill(byte);
        length += usize::from(count);
    }
    Some(length)
}

fn checksum(payload: &[u8]) -> u64 {
    payload.iter().map(|&byte| u64::from(byte)).sum()
}

fn packets(count: usize) -> Vec<Packet> {
    let mut random = Random::new(229);
    (0..count)
        .map(|number| Packet {
            channel: random.below(8) as u8,
            coded: (0..2 * (2 + random.below(6)) + usize::from(number % 500 == 0))
                .map(|_| random.below(60) as u8)
                .collect(),
        })
        .collect()
}

pub fn run(scale: usize) {
    let packets = packets(20_000);
    let mut decoder = Decoder {
        payload: vec![0; MAX_PAYLOAD],
        packets: 0,
        damaged: 0,
    };
    let mut channels = [0u64; 8];
    let mut bytes = 0;
    for _ in 0..350 * scale {
        for packet in &packets {
            if let Some((sum, length)) = decoder.decode(packet) {
                channels[usize::from(packet.channel)] += sum;
                bytes += length;
            }
        }
    }
    println!(
        "{} packets, {} damaged, {bytes} bytes, {channels:?}",
        decoder.packets, decoder.damaged
    );
}
