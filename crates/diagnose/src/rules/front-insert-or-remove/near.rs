//! Smooths a sensor's readings over a window of three and puts a heading before the list of alarms.

struct Alarm {
    at: u64,
    level: f64,
}

struct Smoother {
    window: Vec<f64>,
}

impl Smoother {
    fn new() -> Self {
        Self {
            window: Vec::with_capacity(3),
        }
    }

    fn push(&mut self, reading: f64) -> f64 {
        if self.window.len() == 3 {
            self.window.remove(0);
        }
        self.window.push(reading);
        self.window.iter().sum::<f64>() / self.window.len() as f64
    }
}

/// Linearizes the thermistor's raw value by Newton's method.
fn temperature(raw: u64) -> f64 {
    let resistance = 800.0 + (raw % 9000) as f64;
    let mut kelvin = 300.0;
    for _ in 0..60 {
        let error: f64 = 0.001_4 + 0.000_237 * kelvin / 100.0 - 1.0 / resistance;
        kelvin = (kelvin - error * 40.0).clamp(200.0, 400.0);
    }
    kelvin
}

fn watch(readings: usize, alarms: &mut Vec<Alarm>) -> f64 {
    let mut smoother = Smoother::new();
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut highest = 0.0_f64;
    for at in 0..readings as u64 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let level = smoother.push(temperature(state >> 11));
        highest = highest.max(level);
        if alarms.len() < 20 && at % 5000 == 4999 {
            alarms.push(Alarm { at, level });
        }
    }
    highest
}

pub fn run(scale: usize) {
    let mut alarms = Vec::with_capacity(32);
    let highest = watch(scale * 60_000, &mut alarms);
    alarms.insert(0, Alarm { at: 0, level: highest });
    let checksum: f64 = alarms.iter().map(|alarm| alarm.level * alarm.at as f64).sum();
    println!("{} alarms, highest {highest:.6}, checksum {checksum:.3}", alarms.len());
}
