//! Two services write signed records of what they did to a common trail.

use crate::random::Random;
use std::sync::Mutex;
use std::thread;

struct Action {
    actor: u32,
    object: u64,
    verb: &'static str,
}

struct Record {
    signature: u64,
    actor: u32,
    words: usize,
}

#[derive(Default)]
struct Trail {
    records: Mutex<Vec<Record>>,
}

/// A chain of mixing rounds: what makes forging a record costly.
fn sign(action: &Action) -> u64 {
    let mut state = action.object ^ u64::from(action.actor) << 32;
    for round in 0..4_000u64 {
        state = (state ^ state >> 31)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(round);
    }
    action
        .verb
        .bytes()
        .fold(state, |state, byte| state.rotate_left(8) ^ u64::from(byte))
}

fn compose(action: &Action) -> Record {
    Record {
        signature: sign(action),
        actor: action.actor,
        words: action.verb.split('-').count(),
    }
}

impl Trail {
    fn append(&self, action: &Action) {
        let mut records = self.records.lock().expect("no service panics"); //~
        let record = compose(action); //~
        records.push(record);
    }

    fn summary(&self) -> (usize, u64, usize) {
        let records = self.records.lock().expect("no service panics");
        let signatures = records
            .iter()
            .fold(0, |sum: u64, record| sum.wrapping_add(record.signature));
        let words = records
            .iter()
            .filter(|record| record.actor < 50)
            .map(|record| record.words)
            .sum();
        (records.len(), signatures, words)
    }
}

fn serve(trail: &Trail, service: u64, count: usize) {
    let mut random = Random::new(257 + service);
    for _ in 0..count {
        let action = Action {
            actor: random.below(100) as u32,
            object: random.next(),
            verb: random.pick(&["open", "close-all", "hand-over-to", "delete"]),
        };
        trail.append(&action); //~
    }
}

pub fn run(scale: usize) {
    let trail = Trail::default();
    thread::scope(|scope| {
        for service in 0..2 {
            let trail = &trail;
            scope.spawn(move || serve(trail, service, 50_000 * scale));
        }
    });
    println!("{:?}", trail.summary());
}
