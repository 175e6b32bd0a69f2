//! Unpacks the archived tracks of ships: a header with the number of fixes, then one delta for each fix.

use crate::random::Random;

const HEADER: usize = 10;
const FIX: usize = 6;

#[derive(Clone, Copy, PartialEq)]
struct Fix {
    seconds: u32,
    latitude: i32,
    longitude: i32,
}

struct Track {
    ship: u32,
    fixes: Vec<Fix>,
}

struct Header {
    ship: u32,
    start: u32,
    fixes: usize,
}

/// Reads little-endian numbers from the front of an archive.
struct Archive<'a> {
    bytes: &'a [u8],
}

impl<'a> Archive<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*head)
    }

    fn header(&mut self) -> Option<Header> {
        let raw: [u8; HEADER] = self.take()?;
        Some(Header {
            ship: u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]),
            start: u32::from_le_bytes([raw[4], raw[5], raw[6], raw[7]]),
            fixes: usize::from(u16::from_le_bytes([raw[8], raw[9]])),
        })
    }

    fn fix(&mut self, last: Fix) -> Option<Fix> {
        let raw: [u8; FIX] = self.take()?;
        Some(Fix {
            seconds: last.seconds + u32::from(u16::from_le_bytes([raw[0], raw[1]])),
            latitude: last.latitude + i32::from(i16::from_le_bytes([raw[2], raw[3]])),
            longitude: last.longitude + i32::from(i16::from_le_bytes([raw[4], raw[5]])),
        })
    }

    fn track(&mut self) -> Option<Track> {
        let header = self.header()?;
        let mut last = Fix {
            seconds: header.start,
            latitude: 0,
            longitude: 0,
        };
        let mut fixes = Vec::new(); //~
        for _ in 0..header.fixes {
            last = self.fix(last)?;
            fixes.push(last); //~
        }
        Some(Track {
            ship: header.ship,
            fixes,
        })
    }
}

impl Iterator for Archive<'_> {
    type Item = Track;

    fn next(&mut self) -> Option<Track> {
        self.track()
    }
}

fn archive(ships: usize) -> Vec<u8> {
    let mut random = Random::new(71);
    let mut bytes = Vec::new();
    for ship in 0..ships as u32 {
        let fixes = 14 + random.below(40) as u16;
        bytes.extend_from_slice(&(211_000_000 + ship).to_le_bytes());
        bytes.extend_from_slice(&(ship * 3).to_le_bytes());
        bytes.extend_from_slice(&fixes.to_le_bytes());
        for _ in 0..fixes {
            bytes.extend_from_slice(&(2 + random.below(20) as u16).to_le_bytes());
            bytes.extend_from_slice(&(random.below(400) as i16 - 200).to_le_bytes());
            bytes.extend_from_slice(&(random.below(600) as i16 - 300).to_le_bytes());
        }
    }
    bytes
}

fn last_fix(tracks: &[Track]) -> Option<(u32, Fix)> {
    tracks
        .iter()
        .filter_map(|track| Some((track.ship, *track.fixes.last()?)))
        .max_by_key(|(_, fix)| fix.seconds)
}

pub fn run(scale: usize) {
    let bytes = archive(600);
    let (mut fixes, mut sum) = (0, 0i64);
    for _ in 0..3_000 * scale {
        let tracks: Vec<Track> = Archive { bytes: &bytes }.collect();
        fixes = tracks.iter().map(|track| track.fixes.len()).sum();
        if let Some((ship, fix)) = last_fix(&tracks) {
            sum = i64::from(ship) + i64::from(fix.latitude) * i64::from(fix.longitude);
        }
    }
    println!("{fixes} fixes, latest {sum}");
}
