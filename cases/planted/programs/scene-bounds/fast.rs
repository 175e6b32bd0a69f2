//! A tree of bounding boxes over triangles' centres; queries walk it recursively.

use crate::random::Random;

type Point = [f32; 3];

enum Node {
    Leaf(Vec<Point>),
    Inner {
        low: Point,
        high: Point,
        children: Box<[Node; 2]>,
    },
}

impl Node {
    fn build(points: &mut [Point], depth: usize) -> Self {
        if points.len() <= 8 {
            return Self::Leaf(points.to_vec());
        }
        let bound = |pick: fn(f32, f32) -> f32, start: f32| {
            points.iter().fold([start; 3], |bound, point| {
                std::array::from_fn(|axis| pick(bound[axis], point[axis]))
            })
        };
        let (low, high) = (bound(f32::min, f32::MAX), bound(f32::max, f32::MIN));
        let (axis, half) = (depth % 3, points.len() / 2);
        points.select_nth_unstable_by(half, |a, b| a[axis].total_cmp(&b[axis]));
        let (left, right) = points.split_at_mut(half);
        let children = Box::new([Self::build(left, depth + 1), Self::build(right, depth + 1)]);
        Self::Inner { low, high, children }
    }

    /// How many points lie within `radius` of a place.
    fn near(&self, place: Point, radius: f32) -> usize {
        match self {
            Self::Leaf(points) => points
                .iter()
                .filter(|point| distance(**point, place) < radius * radius)
                .count(),
            Self::Inner { low, high, children } => {
                let closest = std::array::from_fn(|axis| place[axis].clamp(low[axis], high[axis]));
                if distance(closest, place) >= radius * radius {
                    return 0;
                }
                children.iter().map(|child| child.near(place, radius)).sum()
            }
        }
    }
}

fn distance(a: Point, b: Point) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

pub fn run(scale: usize) {
    let mut random = Random::new(34);
    let mut point = || [(); 3].map(|()| random.unit() as f32);
    let mut points: Vec<Point> = (0..100_000).map(|_| point()).collect();
    let root = Node::build(&mut points, 0);
    let mut found = 0;
    for _ in 0..150_000 * scale {
        found += root.near(point(), 0.06);
    }
    println!("{found}");
}
