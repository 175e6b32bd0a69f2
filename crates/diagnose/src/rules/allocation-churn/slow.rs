//! Checks a day of telemetry: packs each reading as it went over the wire and compares its checksum.

struct Reading {
    station: u16,
    second: u32,
    channels: Vec<f32>,
    checksum: u32,
}

fn channels(station: u16, second: u32) -> Vec<f32> {
    let count = 6 + usize::from(station % 4);
    (0..count)
        .map(|channel| f32::from(station) + (second % 3600) as f32 * 0.25 + channel as f32)
        .collect()
}

/// Fletcher's checksum with 16-bit blocks.
fn checksum(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (0u32, 0u32);
    for pair in bytes.chunks(2) {
        let block = u32::from(pair[0]) | u32::from(pair.get(1).copied().unwrap_or(0)) << 8;
        low = (low + block) % 65_535;
        high = (high + low) % 65_535;
    }
    high << 16 | low
}

fn day(stations: u16, seconds: u32) -> Vec<Reading> {
    let reading = |station: u16, second: u32| Reading {
        station,
        second,
        channels: channels(station, second),
        checksum: u32::from(station) * 31 + second,
    };
    (0..stations)
        .flat_map(|station| (0..seconds).map(move |second| (station, second)))
        .map(|(station, second)| reading(station, second))
        .collect()
}

/// How many readings have the checksum that they were sent with.
// [page]
fn verify(readings: &[Reading]) -> usize {
    let mut intact = 0;
    for reading in readings {
        let mut packet = Vec::new(); //~ allocation-churn
        packet.extend_from_slice(&reading.station.to_le_bytes());
        packet.extend_from_slice(&reading.second.to_le_bytes());
        for value in &reading.channels {
            packet.extend_from_slice(&value.to_le_bytes());
        }
        intact += usize::from(checksum(&packet) & 15 == reading.checksum & 15);
    }
    intact
}
// [/page]

pub fn run(scale: usize) {
    let readings = day(40, 500);
    let mut intact = 0;
    for _ in 0..scale * 25 {
        intact += verify(&readings);
    }
    println!("{intact} readings intact");
}
