//! Encodes the tracks of a fleet as polylines.

use geo_types::{Coord, LineString};
use std::env;

fn main() {
    let tracks = env::args().nth(1).map_or(400, |n| n.parse().expect("a number of tracks"));
    let mut length = 0;
    let mut checksum = 0_u64;
    for track in 0..tracks {
        let encoded = polyline::encode_coordinates(drive(track, 10_000), 5).expect("the track is on earth");
        length += encoded.len();
        checksum = encoded.bytes().fold(checksum, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    }
    println!("{tracks} tracks, {length} bytes, {checksum:x}");
}

/// A car that winds through a town.
fn drive(track: u32, points: u32) -> LineString<f64> {
    let mut seed = u64::from(track) + 1;
    let mut at = Coord { x: 8.5 + f64::from(track % 40) / 100.0, y: 47.3 };
    let mut way = Vec::with_capacity(points as usize);
    for _ in 0..points {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        at.x += ((seed >> 33) % 200) as f64 * 1e-5 - 1e-3;
        at.y += ((seed >> 45) % 200) as f64 * 1e-5 - 1e-3;
        way.push(at);
    }
    LineString::from(way)
}
