//! Watches the glucose readings of patients: warns when the last hours show a trend.

use crate::random::Random;
use std::collections::LinkedList;

#[derive(Clone, Copy)]
struct Reading {
    minute: u32,
    tenths: u16,
}

/// The readings of the last hours.
struct Window {
    readings: LinkedList<Reading>, //~
    minutes: u32,
}

#[derive(PartialEq, Eq)]
enum Alert {
    Low,
    High,
    Rising,
}

trait Monitor {
    fn read(&mut self, reading: Reading) -> Option<Alert>;
}

impl Window {
    fn new(minutes: u32) -> Self {
        Self {
            readings: LinkedList::new(), //~
            minutes,
        }
    }

    fn slide(&mut self, reading: Reading) {
        self.readings.push_back(reading); //~
        while self
            .readings
            .front()
            .is_some_and(|oldest| oldest.minute + self.minutes < reading.minute)
        {
            self.readings.pop_front();
        }
    }

    fn extremes(&self) -> (u16, u16) {
        self.readings.iter().fold((u16::MAX, 0), |(low, high), reading| {
            //~^
            (low.min(reading.tenths), high.max(reading.tenths))
        })
    }

    /// The mean of what came after a minute.
    fn mean_since(&self, minute: u32) -> u32 {
        let (sum, count) = self
            .readings //~
            .iter() //~
            .filter(|reading| reading.minute >= minute)
            .fold((0, 0), |(sum, count), reading| {
                //~^
                (sum + u32::from(reading.tenths), count + 1)
            }); //~
        sum / count.max(1)
    }
}

struct Patient {
    window: Window,
}

impl Monitor for Patient {
    fn read(&mut self, reading: Reading) -> Option<Alert> {
        self.window.slide(reading);
        let (low, high) = self.window.extremes(); //~
        if low < 41 {
            return Some(Alert::Low);
        }
        if high > 248 {
            return Some(Alert::High);
        }
        let recent = self.window.mean_since(reading.minute.saturating_sub(60)); //~
        (recent > self.window.mean_since(0) + 21).then_some(Alert::Rising) //~
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(9);
    let mut patients: Vec<Patient> = (0..200)
        .map(|_| Patient {
            window: Window::new(600),
        })
        .collect();
    let mut alerts = [0u64; 3];
    for minute in (0..25_000 * scale as u32).step_by(5) {
        for patient in &mut patients {
            let tenths = match random.below(4_000) {
                0 => 35,
                _ => 41 + (random.unit() * random.unit() * 210.0) as u16,
            };
            let reading = Reading { minute, tenths };
            match patient.read(reading) {
                Some(Alert::Low) => alerts[0] += 1,
                Some(Alert::High) => alerts[1] += 1,
                Some(Alert::Rising) => alerts[2] += 1,
                None => {}
            }
        }
    }
    println!("low, high, rising: {alerts:?}");
}
