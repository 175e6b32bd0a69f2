//! Bodies that bounce in a box; a grid of cells finds the pairs that may touch.

use crate::random::Random;

const CELLS: usize = 32;

#[derive(Clone, Copy)]
struct Body {
    at: [f32; 2],
    speed: [f32; 2],
}

type Bucket = Vec<u32>;

struct Grid {
    cells: Vec<Bucket>,
}

impl Grid {
    fn new() -> Self {
        Self {
            cells: vec![Bucket::new(); CELLS * CELLS],
        }
    }

    fn cell(at: [f32; 2]) -> (usize, usize) {
        let clamp = |v: f32| (v * CELLS as f32).clamp(0.0, CELLS as f32 - 1.0) as usize;
        (clamp(at[0]), clamp(at[1]))
    }

    fn fill(&mut self, bodies: &[Body]) {
        self.cells.iter_mut().for_each(Bucket::clear);
        for (number, body) in (0u32..).zip(bodies) {
            let (x, y) = Self::cell(body.at);
            self.cells[y * CELLS + x].push(number);
        }
    }

    fn near(&self, at: [f32; 2]) -> impl Iterator<Item = usize> + '_ {
        let (x, y) = Self::cell(at);
        (y.saturating_sub(1)..(y + 2).min(CELLS))
            .flat_map(move |y| (x.saturating_sub(1)..(x + 2).min(CELLS)).map(move |x| y * CELLS + x))
            .flat_map(|cell| self.cells[cell].iter())
            .map(|&number| number as usize)
    }
}

fn step(bodies: &mut [Body]) {
    for body in bodies {
        for axis in 0..2 {
            body.at[axis] += body.speed[axis];
            if !(0.0..1.0).contains(&body.at[axis]) {
                body.speed[axis] = -body.speed[axis];
            }
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(16);
    let mut coordinate = |factor: f32| [(); 2].map(|()| (random.unit() as f32 - 0.5) * factor);
    let mut bodies: Vec<Body> = (0..12_000)
        .map(|_| Body {
            at: coordinate(1.0).map(|v| v + 0.5),
            speed: coordinate(0.01),
        })
        .collect();
    let mut grid = Grid::new();
    let mut touching = 0u64;
    for _ in 0..60 * scale {
        step(&mut bodies);
        grid.fill(&bodies);
        for (number, body) in bodies.iter().enumerate() {
            for other in grid.near(body.at) {
                let [dx, dy] = [0, 1].map(|axis| body.at[axis] - bodies[other].at[axis]);
                touching += u64::from(other > number && dx * dx + dy * dy < 1e-5);
            }
        }
    }
    println!("{touching}");
}
