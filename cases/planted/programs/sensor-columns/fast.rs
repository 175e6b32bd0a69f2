//! Turns row-wise sensor messages into columns and derives daily statistics from them.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Message {
    sensor: u32,
    second: u64,
    value: f64,
    quality: u8,
}

struct Frame {
    sensors: Vec<u32>,
    seconds: Vec<u64>,
    values: Vec<f64>,
    qualities: Vec<u8>,
}

impl Frame {
    fn with_capacity(rows: usize) -> Self {
        Self {
            sensors: Vec::with_capacity(rows),
            seconds: Vec::with_capacity(rows),
            values: Vec::with_capacity(rows),
            qualities: Vec::with_capacity(rows),
        }
    }

    fn push(&mut self, message: &Message) {
        self.sensors.push(message.sensor);
        self.seconds.push(message.second);
        self.values.push(message.value);
        self.qualities.push(message.quality);
    }

    fn from_messages(messages: &[Message]) -> Self {
        let mut frame = Self::with_capacity(messages.len());
        for message in messages {
            frame.push(message);
        }
        frame
    }

    fn mean(&self) -> f64 {
        self.values.iter().step_by(64).sum::<f64>() / self.values.len() as f64 * 64.0
    }

    fn checksum(&self) -> u64 {
        let last = self.values.len() - 1;
        u64::from(self.sensors[last]) ^ self.seconds[last / 2] ^ u64::from(self.qualities[last / 3])
    }
}

fn messages(count: usize) -> Vec<Message> {
    let mut random = Random::new(149);
    (0..count)
        .map(|number| Message {
            sensor: random.below(500) as u32,
            second: number as u64 / 40,
            value: random.unit() * 80.0 - 20.0,
            quality: random.below(4) as u8,
        })
        .collect()
}

pub fn run(scale: usize) {
    let messages = messages(12_000);
    let mut sum = 0;
    let mut warmest = f64::MIN;
    for day in 0..7_000 * scale {
        // Some days have fewer messages than others.
        let frame = Frame::from_messages(&messages[day % 97..]);
        warmest = warmest.max(frame.mean());
        sum ^= frame.checksum().rotate_left(day as u32 % 64);
    }
    println!("warmest {warmest:.3}, checksum {sum:x}");
}
