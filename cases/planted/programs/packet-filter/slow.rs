//! A packet filter with chains, jumps and counters.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Packet {
    source: u32,
    port: u16,
    length: u64,
}

#[derive(Clone)]
enum Verdict {
    Accept,
    Drop,
    Jump(usize),
}

#[derive(Clone)]
struct Rule {
    comment: String,
    network: (u32, u32),
    ports: Option<(u16, u16)>,
    verdict: Verdict,
}

impl Rule {
    fn matches(&self, packet: Packet) -> bool {
        let (address, mask) = self.network;
        packet.source & mask == address && self.ports.is_none_or(|(low, high)| (low..=high).contains(&packet.port))
    }
}

#[derive(Default)]
struct Firewall {
    chains: Vec<Vec<Rule>>,
    bytes: [u64; 2],
    jumps: u64,
}

impl Firewall {
    fn count(&mut self, accepted: bool, length: u64) {
        self.bytes[usize::from(accepted)] += length;
    }

    fn filter(&mut self, chain: usize, packet: Packet) -> bool {
        let rules = self.chains[chain].clone(); //~
        if let Some(rule) = rules.iter().find(|rule| rule.matches(packet)) {
            match &rule.verdict {
                Verdict::Jump(target) => {
                    self.jumps += 1;
                    return self.filter(*target, packet);
                }
                verdict => {
                    let accepted = matches!(verdict, Verdict::Accept) && !rule.comment.is_empty();
                    self.count(accepted, packet.length);
                    return accepted;
                }
            }
        }
        self.count(false, packet.length);
        false
    }
}

fn chain(random: &mut Random, next: Option<usize>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = (0..24)
        .map(|number| Rule {
            comment: format!("rule {number}, asked for in ticket {}", random.below(10_000)),
            network: ((random.below(64) as u32) << 26, 0xfc00_0000),
            ports: Some((random.below(5_000) as u16, 5_000 + random.below(30_000) as u16)),
            verdict: if random.below(2) == 0 {
                Verdict::Accept
            } else {
                Verdict::Drop
            },
        })
        .collect();
    if let Some(next) = next {
        let verdict = Verdict::Jump(next);
        rules.push(Rule {
            comment: String::new(),
            network: (0, 0),
            ports: None,
            verdict,
        });
    }
    rules
}

pub fn run(scale: usize) {
    let mut random = Random::new(24);
    let mut firewall = Firewall::default();
    // What comes in, services, guests.
    for next in [Some(1), Some(2), None] {
        firewall.chains.push(chain(&mut random, next));
    }
    let mut accepted = 0u64;
    for _ in 0..220_000 * scale {
        let packet = Packet {
            source: random.next() as u32,
            port: random.next() as u16,
            length: 40 + random.below(1460) as u64,
        };
        accepted += u64::from(firewall.filter(0, packet));
    }
    println!("{accepted} {:?} {}", firewall.bytes, firewall.jumps);
}
