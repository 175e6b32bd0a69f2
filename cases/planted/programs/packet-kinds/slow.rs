//! Summarizes captured packets by protocol: how many, how large, how far apart.

use crate::random::Random;
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Protocol {
    Arp,
    Icmp,
    Tcp,
    Udp,
    Dns,
    Quic,
    Other,
}

struct Packet {
    micros: u64,
    length: u16,
    protocol: Protocol,
}

#[derive(Default)]
struct Summary {
    packets: u64,
    bytes: u64,
    longest_gap: u64,
    last_seen: u64,
}

#[derive(Default)]
struct Capture {
    by_protocol: HashMap<Protocol, Summary>, //~
}

impl Protocol {
    const ALL: [Self; 7] = [
        Self::Arp,
        Self::Icmp,
        Self::Tcp,
        Self::Udp,
        Self::Dns,
        Self::Quic,
        Self::Other,
    ];

    fn of_frame(header: [u8; 4]) -> Self {
        match header {
            [8, 6, ..] => Self::Arp,
            [8, 0, 1, _] => Self::Icmp,
            [8, 0, 6, _] => Self::Tcp,
            [8, 0, 17, 53] => Self::Dns,
            [8, 0, 17, 187] => Self::Quic,
            [8, 0, 17, _] => Self::Udp,
            _ => Self::Other,
        }
    }
}

impl Capture {
    fn add(&mut self, packet: &Packet) {
        let summary = self.by_protocol.entry(packet.protocol).or_default(); //~
        summary.packets += 1;
        summary.bytes += u64::from(packet.length);
        if summary.packets > 1 {
            summary.longest_gap = summary.longest_gap.max(packet.micros - summary.last_seen);
        }
        summary.last_seen = packet.micros;
    }

    fn print(&self) {
        for protocol in Protocol::ALL {
            if let Some(summary) = self.by_protocol.get(&protocol) {
                println!(
                    "{protocol:?} {} {} {}",
                    summary.packets, summary.bytes, summary.longest_gap
                );
            }
        }
    }
}

fn packets(count: usize) -> Vec<Packet> {
    const FRAMES: [[u8; 4]; 8] = [
        [8, 0, 6, 80],
        [8, 0, 6, 187],
        [8, 0, 6, 22],
        [8, 0, 17, 53],
        [8, 0, 17, 187],
        [8, 0, 17, 9],
        [8, 6, 0, 1],
        [8, 0, 1, 8],
    ];
    let mut random = Random::new(137);
    let mut micros = 0;
    (0..count)
        .map(|_| {
            micros += random.below(900) as u64;
            Packet {
                micros,
                length: 60 + random.below(1440) as u16,
                protocol: Protocol::of_frame(random.pick(&FRAMES)),
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let packets = packets(600_000);
    for _ in 0..110 * scale {
        let mut capture = Capture::default();
        packets.iter().for_each(|packet| capture.add(packet));
        if capture.by_protocol.len() != 7 {
            capture.print();
        }
    }
    let mut capture = Capture::default();
    packets.iter().for_each(|packet| capture.add(packet));
    capture.print();
}
