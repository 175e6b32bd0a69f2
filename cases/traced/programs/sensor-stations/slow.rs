//! Two halves of a sensor network are evaluated side by side; each keeps its extremes.

use crate::random::Random;
use std::thread;

#[derive(Clone, Default)]
struct Extremes {
    high: i32,
    low: i32,
    alarms: u32,
    resets: u32,
}

fn evaluate(readings: &[i16], extremes: &mut Extremes) {
    for &reading in readings {
        let reading = i32::from(reading);
        if reading > extremes.high {
            extremes.high = reading; //~
            extremes.alarms += 1; //~
        } else if reading < extremes.low {
            extremes.low = reading; //~
            extremes.alarms += 1; //~
        }
        // The window closes slowly, so that the next extremes show.
        extremes.high -= 40; //~
        extremes.low += 40; //~
        if extremes.high < extremes.low {
            (extremes.high, extremes.low) = (reading, reading); //~
            extremes.resets += 1; //~
        }
    }
}

fn rounds(readings: &[i16], extremes: &mut Extremes, scale: usize) {
    for _ in 0..100 * scale {
        for hour in readings.chunks(8) {
            evaluate(hour, extremes); //~
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(5);
    let readings: Vec<i16> = (0..10_000).map(|_| random.below(4_000) as i16 - 2_000).collect();
    let mut stations = vec![Extremes::default(); 2]; //~
    let (north, south) = readings.split_at(readings.len() / 2);
    let (first, second) = stations.split_at_mut(1);
    thread::scope(|scope| {
        scope.spawn(|| rounds(north, &mut first[0], scale));
        scope.spawn(|| rounds(south, &mut second[0], scale));
    });
    for station in &stations {
        println!("{} {} {} {}", station.high, station.low, station.alarms, station.resets);
    }
}
