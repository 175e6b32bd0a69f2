//! Sends frames over a lossy radio link: a window of frames waits for acknowledgement and is sent again in order.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Frame {
    number: u32,
    sent: u64,
    attempts: u32,
}

enum State {
    Filling,
    Waiting,
    Resending { index: usize },
}

struct Link {
    state: State,
    window: usize,
    waiting: Vec<Frame>,
    next: u32,
    acknowledged: u64,
    resent: u64,
}

impl Link {
    fn new(window: usize) -> Self {
        Self {
            state: State::Filling,
            window,
            waiting: Vec::with_capacity(window),
            next: 0,
            acknowledged: 0,
            resent: 0,
        }
    }

    fn send(&mut self, now: u64) {
        self.waiting.push(Frame {
            number: self.next,
            sent: now,
            attempts: 1,
        });
        self.next += 1;
    }

    fn acknowledge(&mut self) {
        let frame = self.waiting.remove(0); //~
        self.acknowledged += u64::from(frame.number) % 5 + u64::from(frame.attempts);
    }

    fn step(&mut self, random: &mut Random, now: u64) {
        self.state = match self.state {
            State::Filling if self.waiting.len() < self.window => {
                self.send(now);
                State::Filling
            }
            State::Filling => State::Waiting,
            State::Waiting if random.below(200) == 0 => State::Resending { index: 0 },
            State::Waiting => {
                self.acknowledge(); //~
                State::Filling
            }
            State::Resending { index } if index < 8 => {
                let frame = &mut self.waiting[index];
                frame.attempts += 1;
                frame.sent = now;
                self.resent += 1;
                State::Resending { index: index + 1 }
            }
            State::Resending { .. } => State::Waiting,
        };
    }

    fn oldest(&self) -> u64 {
        self.waiting.first().map_or(0, |frame| frame.sent)
    }
}

fn transmit(window: usize, steps: u64) -> Link {
    let mut random = Random::new(88);
    let mut link = Link::new(window);
    for now in 0..steps {
        link.step(&mut random, now);
    }
    link
}

pub fn run(scale: usize) {
    let mut link = Link::new(0);
    for _ in 0..scale {
        link = transmit(4_096, 1_600_000);
    }
    println!(
        "{} frames, {} acknowledged, {} sent again, oldest from {}",
        link.next,
        link.acknowledged,
        link.resent,
        link.oldest()
    );
}
