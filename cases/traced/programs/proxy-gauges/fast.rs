//! A proxy copies bytes in both directions; an `Arc` holds what the status page shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

#[derive(Default)]
#[repr(align(128))]
struct Gauge(AtomicU64);

#[derive(Default)]
struct Gauges {
    upstream_bytes: Gauge,
    downstream_bytes: Gauge,
}

struct Link {
    name: &'static str,
    gauges: Arc<Gauges>,
}

impl Link {
    fn forward(&self, packets: &[u16]) -> u32 {
        packets.iter().fold(0u32, |crc, &length| {
            self.gauges.upstream_bytes.0.fetch_add(u64::from(length), Relaxed);
            crc.rotate_left(5).wrapping_add(u32::from(length))
        })
    }

    fn answer(&self, packets: &[u16]) -> u32 {
        packets.iter().fold(1u32, |crc, &length| {
            self.gauges.downstream_bytes.0.fetch_add(u64::from(length), Relaxed);
            crc.wrapping_mul(31).wrapping_add(u32::from(length))
        })
    }
}

pub fn run(scale: usize) {
    let packets: Vec<u16> = (0..5_000u32).map(|i| (i * 7919 % 1_460) as u16).collect();
    let gauges = Arc::new(Gauges::default());
    let link = Link {
        name: "eth0",
        gauges: Arc::clone(&gauges),
    };
    let (up, down) = thread::scope(|scope| {
        let up = scope.spawn(|| (0..80 * scale).fold(0, |crc, _| crc ^ link.forward(&packets)));
        let down = scope.spawn(|| (0..80 * scale).fold(1, |crc, _| crc ^ link.answer(&packets)));
        (up.join().unwrap(), down.join().unwrap())
    });
    let (sent, received) = (
        gauges.upstream_bytes.0.load(Relaxed),
        gauges.downstream_bytes.0.load(Relaxed),
    );
    println!("{}: {sent} up, {received} down, {up:x} {down:x}", link.name);
}
