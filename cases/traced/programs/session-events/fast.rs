//! Replays an editor session: keys and moves by the million, now and then a snapshot of the status line.

use crate::random::Random;

enum Event {
    Key(u8),
    Move { row: u16, column: u16 },
    Status { text: Box<[u8; 240]>, length: u8 },
}

struct Session {
    events: Vec<Event>,
}

#[derive(Default)]
struct Replay {
    keys: u64,
    travelled: u64,
    status_bytes: u64,
    at: (u16, u16),
}

impl Replay {
    fn apply(&mut self, event: &Event) {
        match event {
            Event::Key(key) => self.keys += u64::from(*key),
            Event::Move { row, column } => {
                self.travelled += u64::from(row.abs_diff(self.at.0)) + u64::from(column.abs_diff(self.at.1));
                self.at = (*row, *column);
            }
            Event::Status { text, length } => {
                self.status_bytes += text[..usize::from(*length)]
                    .iter()
                    .map(|&byte| u64::from(byte))
                    .sum::<u64>();
            }
        }
    }
}

impl Session {
    fn replay(&self) -> Replay {
        let mut replay = Replay::default();
        self.events.iter().for_each(|event| replay.apply(event));
        replay
    }
}

fn status(random: &mut Random) -> Event {
    Event::Status {
        text: Box::new([random.below(256) as u8; 240]),
        length: 80,
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(41);
    let events = (0..100_000)
        .map(|_| match random.below(1_000) {
            0 => status(&mut random),
            1..600 => Event::Key(random.below(256) as u8),
            _ => Event::Move {
                row: random.below(500) as u16,
                column: random.below(120) as u16,
            },
        })
        .collect();
    let session = Session { events };
    for _ in 0..15 * scale {
        let replay = session.replay();
        println!("{} {} {}", replay.keys, replay.travelled, replay.status_bytes);
    }
}
