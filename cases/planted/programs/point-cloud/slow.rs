//! Fits a scanned point cloud: bounds, centroid, and the points near to a moving probe.

use crate::random::Random;

#[derive(Clone)]
struct Point {
    x: f32,
    y: f32,
    z: f32,
    intensity: f32,
}

struct Cloud {
    points: Vec<Box<Point>>, //~
}

impl Point {
    fn scanned(random: &mut Random) -> Self {
        Self {
            x: random.unit() as f32 * 50.0,
            y: random.unit() as f32 * 50.0,
            z: random.unit() as f32 * 5.0,
            intensity: random.unit() as f32,
        }
    }

    fn distance_squared(&self, other: &Self) -> f32 {
        let (dx, dy, dz) = (self.x - other.x, self.y - other.y, self.z - other.z);
        dx * dx + dy * dy + dz * dz
    }
}

impl Cloud {
    /// The sensor delivers stripes, the cloud wants them mixed, so that each part represents the whole.
    fn scanned(count: usize, random: &mut Random) -> Self {
        let mut points: Vec<Box<Point>> = (0..count).map(|_| Box::new(Point::scanned(random))).collect(); //~
        for index in (1..points.len()).rev() {
            points.swap(index, random.below(index + 1));
        }
        Self { points }
    }

    fn centroid(&self) -> Point {
        let count = self.points.len() as f32;
        let zero = Point {
            x: 0.0,
            y: 0.0,
            z: 0.0,
            intensity: 0.0,
        };
        self.points.iter().fold(zero, |sum, point| Point {
            x: sum.x + point.x / count,
            y: sum.y + point.y / count,
            z: sum.z + point.z / count,
            intensity: sum.intensity + point.intensity / count,
        })
    }

    fn near(&self, probe: &Point, radius: f32) -> usize {
        self.points
            .iter()
            .filter(|point| point.distance_squared(probe) < radius * radius) //~
            .count() //~
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(173);
    let mut found = 0;
    let mut brightness = 0.0;
    for _ in 0..26 * scale {
        let cloud = Cloud::scanned(200_000, &mut random);
        let mut probe = cloud.centroid();
        brightness += probe.intensity;
        for step in 0..20 {
            found += cloud.near(&probe, 4.0);
            probe.x += step as f32 * 0.1;
        }
    }
    println!("{found} points near, brightness {brightness:.2}");
}
