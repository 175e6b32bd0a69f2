//! Brings header names to lower case and counts those that a proxy may not forward.

use crate::random::Random;
use std::borrow::Cow;

const HOP_BY_HOP: [&str; 4] = ["connection", "keep-alive", "transfer-encoding", "upgrade"];

struct Message {
    names: Vec<String>,
}

#[derive(Default)]
struct Counts {
    forwarded: u64,
    dropped: u64,
    rewritten: u64,
    bytes: u64,
}

fn normalized(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

fn is_forwarded(name: &str) -> bool {
    !HOP_BY_HOP.contains(&name)
}

impl Counts {
    fn add(&mut self, message: &Message) {
        for original in &message.names {
            let name = normalized(original);
            self.rewritten += u64::from(name != original.as_str());
            if is_forwarded(&name) {
                self.forwarded += 1;
                self.bytes += name.len() as u64;
            } else {
                self.dropped += 1;
            }
        }
    }
}

fn messages(count: usize) -> Vec<Message> {
    const NAMES: [&str; 9] = [
        "accept",
        "accept-encoding",
        "cache-control",
        "x-forwarded-for",
        "user-agent",
        "connection",
        "upgrade",
        "content-type",
        "Cookie",
    ];
    let mut random = Random::new(241);
    (0..count)
        .map(|_| Message {
            names: (0..6 + random.below(8))
                .map(|_| random.pick(&NAMES).to_string())
                .collect(),
        })
        .collect()
}

pub fn run(scale: usize) {
    let messages = messages(3_000);
    let mut counts = Counts::default();
    for _ in 0..700 * scale {
        for message in &messages {
            counts.add(message);
        }
    }
    println!(
        "{} forwarded, {} dropped, {} rewritten, {} bytes",
        counts.forwarded, counts.dropped, counts.rewritten, counts.bytes
    );
}
