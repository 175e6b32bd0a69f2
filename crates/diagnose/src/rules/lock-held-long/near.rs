//! A thread of its own adds up measurements and publishes the sum; the lock is held while it adds, but nobody waits.

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;

#[derive(Default)]
struct Summary {
    count: u64,
    sum: f64,
    largest: f64,
}

/// What a sensor measures at a time: a noisy wave.
fn measure(sensor: u64, time: u64) -> f64 {
    let noise = (sensor * 7919 + time).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 44;
    (time as f64 / 50.0 + sensor as f64).sin() + noise as f64 / 1e7
}

/// Removes outliers and smoothes a series.
fn smoothed(series: &[f64]) -> f64 {
    let mut level = series[0];
    for round in 1..6 {
        for value in series {
            let step = (value - level).clamp(-0.5, 0.5);
            level += step.abs().sqrt().copysign(step) / f64::from(round * 8);
        }
    }
    level
}

fn collect(batches: &Receiver<Vec<f64>>, summary: &Mutex<Summary>) {
    for batch in batches {
        let mut summary = summary.lock().unwrap();
        let level = smoothed(&batch);
        summary.count += batch.len() as u64;
        summary.sum += level;
        summary.largest = summary.largest.max(level);
    }
}

pub fn run(scale: usize) {
    let summary = Mutex::new(Summary::default());
    thread::scope(|scope| {
        let (batches, received) = mpsc::sync_channel(64);
        scope.spawn(|| {
            let received = received;
            collect(&received, &summary);
        });
        for time in 0..scale as u64 * 120 {
            let batch: Vec<f64> = (0..600).map(|sensor| measure(sensor, time)).collect();
            batches.send(batch).unwrap();
        }
        drop(batches);
    });
    let summary = summary.into_inner().unwrap();
    println!(
        "{} values, sum {:.3}, largest {:.3}",
        summary.count, summary.sum, summary.largest
    );
}
