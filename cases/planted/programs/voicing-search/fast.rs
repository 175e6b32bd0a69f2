//! Checks the voice leading of chorales: parallels, crossings and tones outside of the key.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Chord {
    voices: [i8; 4],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    Parallel,
    Crossing,
    Foreign,
}

struct Key {
    tones: [i8; 7],
}

trait Check {
    fn faults(&self, before: &Chord, now: &Chord) -> usize;

    fn kind(&self) -> Fault;
}

struct Parallels {
    intervals: [i8; 2],
}

struct Crossings;

impl Check for Parallels {
    fn faults(&self, before: &Chord, now: &Chord) -> usize {
        (0..4)
            .flat_map(|low| (low + 1..4).map(move |high| (low, high)))
            .filter(|&(low, high)| {
                let old = (before.voices[high] - before.voices[low]).rem_euclid(12);
                let new = (now.voices[high] - now.voices[low]).rem_euclid(12);
                old == new && before != now && self.intervals.contains(&new)
            })
            .count()
    }

    fn kind(&self) -> Fault {
        Fault::Parallel
    }
}

impl Check for Crossings {
    fn faults(&self, _before: &Chord, now: &Chord) -> usize {
        now.voices.windows(2).filter(|pair| pair[0] > pair[1]).count()
    }

    fn kind(&self) -> Fault {
        Fault::Crossing
    }
}

impl Check for Key {
    fn faults(&self, _before: &Chord, now: &Chord) -> usize {
        now.voices
            .iter()
            .filter(|voice| !self.tones.contains(&voice.rem_euclid(12)))
            .count()
    }

    fn kind(&self) -> Fault {
        Fault::Foreign
    }
}

/// The last chords, the oldest first.
struct Context {
    chords: Vec<Chord>,
}

impl Context {
    fn follow(&mut self, chord: Chord) {
        if self.chords.len() == 3 {
            self.chords.remove(0);
        }
        self.chords.push(chord);
    }

    fn repeats(&self) -> bool {
        self.chords.iter().skip(1).any(|chord| *chord == self.chords[0])
    }
}

fn chord(random: &mut Random) -> Chord {
    let mut lowest = 36;
    Chord {
        voices: std::array::from_fn(|_| {
            lowest += random.below(10) as i8 - 1;
            lowest
        }),
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(1685);
    let chorale: Vec<Chord> = (0..4_000).map(|_| chord(&mut random)).collect();
    let checks: [Box<dyn Check>; 3] = [
        Box::new(Parallels { intervals: [0, 7] }),
        Box::new(Crossings),
        Box::new(Key {
            tones: [0, 2, 4, 5, 7, 9, 11],
        }),
    ];
    let mut faults = [0usize; 3];
    let mut repeats = 0;
    for _ in 0..6_000 * scale {
        let mut context = Context {
            chords: Vec::with_capacity(4),
        };
        for chord in &chorale {
            if let Some(before) = context.chords.last() {
                for check in &checks {
                    faults[check.kind() as usize] += check.faults(before, chord);
                }
            }
            context.follow(*chord);
            repeats += usize::from(context.repeats());
        }
    }
    println!("parallel, crossing, foreign: {faults:?}, {repeats} repeats");
}
