//! Watches a fleet of sensors; the median of everything heard so far tells which reading is out of line.

#[derive(Default)]
struct Watch {
    heard: Vec<u32>,
    alarms: u32,
}

fn median(values: &[u32]) -> u32 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable(); //~ repeated-sort
    sorted[sorted.len() / 2]
}

impl Watch {
    fn hear(&mut self, reading: u32) {
        self.heard.push(reading);
        if reading > median(&self.heard) * 2 {
            self.alarms += 1;
        }
    }
}

fn readings(count: u32) -> Vec<u32> {
    let mut state = 0x853c_49e6_748f_ea9b_u64;
    (0..count)
        .map(|index| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            400 + (state >> 40) as u32 % 900 + index / 100
        })
        .collect()
}

pub fn run(scale: usize) {
    let readings = readings(4000);
    let mut alarms = 0;
    for fleet in 0..scale {
        let mut watch = Watch::default();
        for &reading in &readings[fleet % 100..] {
            watch.hear(reading);
        }
        alarms += watch.alarms;
    }
    println!("{} readings, {alarms} alarms", readings.len());
}
