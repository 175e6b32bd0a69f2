//! A video pipeline: decode, scale, colour, encode; each stage notes the frame that it has reached for a supervisor.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

#[repr(align(128))]
struct Stage {
    name: &'static str,
    frame: AtomicU32,
    weight: u32,
}

struct Pipeline {
    stages: [Stage; 4],
}

impl Stage {
    fn process(&self, rows: &[u8]) -> u32 {
        let mut sum = 0u32;
        for row in rows.chunks(16) {
            sum = row.iter().fold(sum, |sum, &byte| {
                sum.wrapping_mul(self.weight).wrapping_add(u32::from(byte))
            });
            self.frame.fetch_add(1, Ordering::Release);
        }
        sum
    }
}

pub fn run(scale: usize) {
    let stage = |name, weight| Stage {
        name,
        frame: AtomicU32::new(0),
        weight,
    };
    let pipeline = Arc::new(Pipeline {
        stages: [
            stage("decode", 3),
            stage("scale", 5),
            stage("colour", 7),
            stage("encode", 11),
        ],
    });
    let picture: Arc<[u8]> = (0..64_000u32).map(|i| (i * 31 % 251) as u8).collect();
    let threads: Vec<_> = (0..4)
        .map(|index| {
            let (pipeline, picture) = (Arc::clone(&pipeline), Arc::clone(&picture));
            thread::spawn(move || (0..20 * scale).fold(0, |sum, _| sum ^ pipeline.stages[index].process(&picture)))
        })
        .collect();
    let sums: Vec<u32> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    for (stage, sum) in pipeline.stages.iter().zip(sums) {
        println!("{} {} {sum:x}", stage.name, stage.frame.load(Ordering::Acquire));
    }
}
