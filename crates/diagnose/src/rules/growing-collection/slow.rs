//! Turns a plant's sensor log, ordered by time, into one cleaned series per sensor and compares the series.

struct Reading {
    sensor: u16,
    tick: u32,
    value: f32,
}

struct Point {
    tick: u64,
    value: f64,
    is_clipped: bool,
}

struct Series {
    points: Vec<Point>,
}

impl Series {
    // [page]
    fn add(&mut self, reading: &Reading, limit: f32) {
        let tick = u64::from(reading.tick);
        let value = f64::from(reading.value.clamp(-limit, limit));
        let is_clipped = reading.value.abs() > limit;
        let point = Point {
            tick,
            value,
            is_clipped,
        };
        self.points.push(point); //~ growing-collection
    }
    // [/page]

    fn drift(&self) -> f64 {
        match (self.points.first(), self.points.last()) {
            (Some(first), Some(last)) => (last.value - first.value) / (last.tick - first.tick).max(1) as f64,
            _ => 0.0,
        }
    }

    fn clipped_at_end(&self) -> bool {
        self.points.last().is_some_and(|point| point.is_clipped)
    }
}

struct Log {
    sensors: usize,
    ticks: usize,
    readings: Vec<Reading>,
}

impl Log {
    /// Every sensor reports once per tick.
    fn read(sensors: u16, ticks: u32) -> Self {
        let mut readings = Vec::with_capacity(usize::from(sensors) * ticks as usize);
        readings.extend((0..ticks).flat_map(|tick| {
            (0..sensors).map(move |sensor| {
                let noise = (tick.wrapping_mul(2_654_435_761) ^ u32::from(sensor)) % 1000;
                Reading {
                    sensor,
                    tick,
                    value: noise as f32 / 10.0 - 50.0,
                }
            })
        }));
        Self {
            sensors: usize::from(sensors),
            ticks: ticks as usize,
            readings,
        }
    }

    fn series(&self, limit: f32) -> Vec<Series> {
        let mut series: Vec<Series> = (0..self.sensors).map(|_| Series { points: Vec::new() }).collect();
        for reading in &self.readings {
            series[usize::from(reading.sensor)].add(reading, limit);
        }
        series
    }
}

/// Kalman filter gain for one sensor, iterated until it settles.
fn settle_gain(sensor: usize, drift: f64, steps: usize) -> f64 {
    let mut gain = 1.0 + sensor as f64 + drift.abs();
    for step in 0..steps {
        gain = (gain + (step % 5) as f64).sqrt() * 1.9;
    }
    gain
}

pub fn run(scale: usize) {
    let log = Log::read(20, 130);
    let (mut checksum, mut clipped) = (0.0, 0);
    for pass in 0..scale * 2500 {
        let limit = 20.0 + (pass % 25) as f32;
        for (sensor, series) in log.series(limit).iter().enumerate() {
            checksum += settle_gain(sensor, series.drift(), log.ticks / 3);
            clipped += usize::from(series.clipped_at_end());
        }
    }
    println!(
        "{} readings, {clipped} clipped at the end, checksum {checksum:.6}",
        log.readings.len()
    );
}
