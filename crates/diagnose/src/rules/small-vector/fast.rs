//! Reads a day of sensor messages and sums up the alarms; each message carries a few alarm codes.

use smallvec::SmallVec;

// [page]
struct Message {
    sensor: u16,
    alarms: SmallVec<[u16; 8]>,
}
// [/page]

struct Reader {
    state: u32,
}

impl Reader {
    fn draw(&mut self) -> u16 {
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.state >> 16) as u16
    }

    // [page]
    fn message(&mut self) -> Message {
        let sensor = self.draw() % 500;
        let count = 1 + self.draw() % 7;
        let mut alarms = SmallVec::new();
        for _ in 0..count {
            let code = self.draw() % 64;
            alarms.push(code);
        }
        Message { sensor, alarms }
    }
    // [/page]
}

/// A day's messages are all needed: an alarm counts when the same sensor gave it before.
fn day(reader: &mut Reader, count: usize) -> Vec<Message> {
    let mut messages = Vec::with_capacity(count);
    while messages.len() < count {
        messages.push(reader.message());
    }
    messages
}

fn repeated(messages: &[Message], seen: &mut [u64]) -> u64 {
    seen.fill(0);
    let mut repeated = 0;
    for message in messages {
        let before = &mut seen[usize::from(message.sensor)];
        for alarm in &message.alarms {
            repeated += *before >> alarm & 1;
            *before |= 1 << alarm;
        }
    }
    repeated
}

pub fn run(scale: usize) {
    let mut reader = Reader { state: 5 };
    let mut seen = vec![0u64; 500];
    let mut total = 0;
    for _ in 0..scale * 40 {
        let messages = day(&mut reader, 30_000);
        total += repeated(&messages, &mut seen);
    }
    println!("{total} alarms again");
}
