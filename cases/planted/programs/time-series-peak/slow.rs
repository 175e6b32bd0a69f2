//! Watches sensor readings and raises an alarm when one exceeds everything seen before by a margin.

use crate::random::Random;

struct Series {
    sensor: u16,
    readings: Vec<Reading>,
}

#[derive(Clone, Copy)]
struct Reading {
    minute: u32,
    celsius: f32,
}

struct Alarm {
    sensor: u16,
    minute: u32,
    excess: f32,
}

impl Series {
    fn new(sensor: u16) -> Self {
        Self {
            sensor,
            readings: Vec::new(),
        }
    }

    fn peak(&self) -> Option<f32> {
        self.readings.iter().map(|reading| reading.celsius).reduce(f32::max) //~
    }

    /// Adds a reading; the alarm tells by how much it exceeds all earlier ones.
    fn push(&mut self, reading: Reading) -> Option<Alarm> {
        let peak = self.peak(); //~
        self.readings.push(reading);
        let excess = reading.celsius - peak?;
        (excess > 0.25).then_some(Alarm {
            sensor: self.sensor,
            minute: reading.minute,
            excess,
        })
    }
}

/// A day's curve, noise, and now and then a spike.
fn reading(minute: u32, random: &mut Random) -> Reading {
    let day = f64::from(minute % 1440) / 1440.0;
    let spike = if random.below(9_000) == 0 {
        random.unit() * 9.0
    } else {
        0.0
    };
    let celsius = 20.0 + 8.0 * (day * std::f64::consts::TAU).sin() + random.unit() + spike;
    Reading {
        minute,
        celsius: celsius as f32,
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(29);
    let mut alarms = Vec::new();
    let mut hottest = 0.0f32;
    for sensor in 0..4 {
        let mut series = Series::new(sensor);
        for minute in 0..36_000 * scale as u32 {
            alarms.extend(series.push(reading(minute, &mut random)));
        }
        hottest = series.peak().map_or(hottest, |peak| hottest.max(peak));
    }
    println!("{} alarms, hottest {hottest:.2}", alarms.len());
    for alarm in alarms.iter().rev().take(4) {
        println!(
            "sensor {} minute {} exceeds by {:.2}",
            alarm.sensor, alarm.minute, alarm.excess
        );
    }
}
