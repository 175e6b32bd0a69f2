//! Draws charts: shapes of open types that are made once, a tree that is made once and asked often, large parts in boxes.

trait Shape {
    fn covers(&self, x: i32, y: i32) -> bool;
}

struct Circle {
    x: i32,
    y: i32,
    radius: i32,
}

struct Bar {
    left: i32,
    width: i32,
    height: i32,
}

impl Shape for Circle {
    fn covers(&self, x: i32, y: i32) -> bool {
        (x - self.x).pow(2) + (y - self.y).pow(2) <= self.radius.pow(2)
    }
}

impl Shape for Bar {
    fn covers(&self, x: i32, y: i32) -> bool {
        (self.left..self.left + self.width).contains(&x) && y < self.height
    }
}

/// Ranges by their middle: recursive, kept for the whole run.
enum Ranges {
    Leaf(u32),
    Split {
        at: i32,
        below: Box<Ranges>,
        above: Box<Ranges>,
    },
}

impl Ranges {
    fn new(from: i32, to: i32) -> Self {
        if to - from < 4 {
            return Self::Leaf((from * 31 + to) as u32 % 17);
        }
        let at = (from + to) / 2;
        Self::Split {
            at,
            below: Box::new(Self::new(from, at)),
            above: Box::new(Self::new(at, to)),
        }
    }

    fn colour(&self, value: i32) -> u32 {
        match self {
            Self::Leaf(colour) => *colour,
            Self::Split { at, below, .. } if value < *at => below.colour(value),
            Self::Split { above, .. } => above.colour(value),
        }
    }
}

/// One row of pixels of a tile that is drawn and passed on: large, so that moving it is dear.
struct Tile {
    pixels: [u32; 512],
}

fn tile(shapes: &[Box<dyn Shape>], ranges: &Ranges, row: i32) -> Box<Tile> {
    let mut tile = Box::new(Tile { pixels: [0; 512] });
    for (column, pixel) in tile.pixels.iter_mut().enumerate() {
        let covering = shapes.iter().filter(|shape| shape.covers(column as i32, row)).count();
        *pixel = ranges.colour(column as i32 * 7 % 4096) + covering as u32;
    }
    tile
}

pub fn run(scale: usize) {
    let mut shapes: Vec<Box<dyn Shape>> = Vec::new();
    for number in 0..12 {
        shapes.push(Box::new(Circle { x: number * 40, y: number * 9, radius: 20 + number }));
        shapes.push(Box::new(Bar { left: number * 30, width: 12, height: 60 + number * 3 }));
    }
    let ranges = Ranges::new(0, 4096);
    let mut sum = 0u64;
    for row in 0..scale as i32 * 700 {
        let tile = tile(&shapes, &ranges, row % 128);
        sum += tile.pixels.iter().map(|pixel| u64::from(*pixel)).sum::<u64>();
    }
    println!("{sum}");
}
