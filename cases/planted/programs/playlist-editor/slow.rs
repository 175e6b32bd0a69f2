//! A playlist that is shuffled, cut and faded, and then rendered to a list of cues.

use crate::random::Random;
use std::collections::LinkedList;

struct Track {
    id: u32,
    milliseconds: u32,
    loudness: i16,
}

struct Cue {
    at: u64,
    track: u32,
    gain: i16,
}

struct Playlist {
    tracks: LinkedList<Track>,
}

impl Playlist {
    fn random(count: usize, random: &mut Random) -> Self {
        let tracks = (0..count)
            .map(|id| Track {
                id: id as u32,
                milliseconds: 90_000 + random.below(240_000) as u32,
                loudness: -(random.below(18) as i16),
            })
            .collect();
        Self { tracks }
    }

    fn track(&self, position: usize) -> Option<&Track> {
        self.tracks.iter().nth(position) //~
    }

    /// The difference in loudness at the seam between two neighbours.
    fn seam(&self, position: usize) -> i16 {
        match (self.track(position), self.track(position + 1)) {
            //~^
            (Some(left), Some(right)) => (left.loudness - right.loudness).abs(),
            _ => 0,
        }
    }

    fn render(&self, target: i16) -> Vec<Cue> {
        let mut at = 0;
        let mut cues = Vec::with_capacity(self.tracks.len());
        for position in 0..self.tracks.len() {
            let Some(track) = self.track(position) else { continue }; //~
            let fade = u64::from(self.seam(position).unsigned_abs()) * 100;
            cues.push(Cue {
                at,
                track: track.id,
                gain: target - track.loudness,
            });
            at += u64::from(track.milliseconds).saturating_sub(fade);
        }
        cues
    }
}

fn checksum(cues: &[Cue]) -> u64 {
    cues.iter().fold(0, |sum: u64, cue| {
        sum.rotate_left(3) ^ cue.at ^ u64::from(cue.track) ^ (cue.gain as u64) << 20
    })
}

pub fn run(scale: usize) {
    let mut random = Random::new(61);
    let mut total = 0u64;
    for _ in 0..12 * scale {
        let playlist = Playlist::random(4_500, &mut random);
        let cues = playlist.render(-14);
        total = total.wrapping_add(checksum(&cues));
    }
    println!("cues {total:x}");
}
