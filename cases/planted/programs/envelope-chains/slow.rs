//! Renders the envelopes of a synthesizer: curves given by breakpoints that the player edits.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Point {
    tick: u32,
    level: i32,
}

struct Node {
    point: Point,
    next: Option<Box<Node>>, //~
}

/// A curve through points, in order of time.
#[derive(Default)]
struct Envelope {
    first: Option<Box<Node>>, //~
}

/// Goes from node to node.
struct Points<'a> {
    next: Option<&'a Node>, //~
}

impl Iterator for Points<'_> {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        let node = self.next?;
        self.next = node.next.as_deref(); //~
        Some(node.point)
    }
}

impl Envelope {
    fn insert(&mut self, point: Point) {
        let mut place = &mut self.first;
        while place.as_ref().is_some_and(|node| node.point.tick < point.tick) {
            match place {
                Some(node) => place = &mut node.next,
                None => break,
            }
        }
        let next = place.take();
        *place = Some(Box::new(Node { point, next })); //~
    }

    fn points(&self) -> Points<'_> {
        Points {
            next: self.first.as_deref(),
        } //~
    }

    /// The loudest point so far, and the sum of all levels from a tick on.
    fn measure(&self, tick: u32) -> (i32, i64) {
        self.points() //~
            .fold((i32::MIN, 0), |(loudest, sum), point| {
                //~^
                let level = if point.tick < tick { 0 } else { i64::from(point.level) };
                (loudest.max(point.level), sum + level)
            })
    }
}

struct Voice {
    envelope: Envelope,
    pan: i32,
}

struct Synth {
    voices: Vec<Voice>,
}

impl Synth {
    fn edit(&mut self, random: &mut Random) {
        for voice in &mut self.voices {
            voice.envelope.insert(Point {
                tick: random.below(1 << 20) as u32,
                level: random.below(20_000) as i32 - 10_000,
            });
        }
    }

    fn tick(&self, tick: u32) -> i64 {
        self.voices
            .iter()
            .map(|voice| {
                let (loudest, sum) = voice.envelope.measure(tick); //~
                sum + i64::from(loudest - voice.pan)
            })
            .sum()
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(440);
    let mut synth = Synth {
        voices: (0..64)
            .map(|voice| Voice {
                envelope: Envelope::default(),
                pan: voice * 4 - 128,
            })
            .collect(),
    };
    for _ in 0..400 {
        synth.edit(&mut random);
    }
    let mut sum = 0i64;
    for tick in 0..5_000 * scale as u32 {
        sum = sum.rotate_left(1) ^ synth.tick(tick * 100 % (1 << 20));
    }
    println!("{sum:x}");
}
