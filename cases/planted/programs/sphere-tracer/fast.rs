//! Casts rays into a field of spheres and shades what they hit.

use crate::random::Random;

type Vector = [f64; 3];

fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

struct Ray {
    origin: Vector,
    direction: Vector,
}

impl Ray {
    fn at(&self, distance: f64) -> Vector {
        std::array::from_fn(|axis| self.origin[axis] + distance * self.direction[axis])
    }
}

struct Hit {
    distance: f64,
    normal: Vector,
    shade: f64,
}

trait Surface {
    fn hit(&self, ray: &Ray) -> Option<Hit>;
}

struct Sphere {
    centre: Vector,
    radius: f64,
    shade: f64,
}

impl Surface for Sphere {
    fn hit(&self, ray: &Ray) -> Option<Hit> {
        let offset: Vector = std::array::from_fn(|axis| ray.origin[axis] - self.centre[axis]);
        let half = dot(offset, ray.direction);
        let rest = half * half - dot(offset, offset) + self.radius * self.radius;
        let distance = -half - rest.max(0.0).sqrt();
        (rest > 0.0 && distance > 1e-9).then(|| {
            let point = ray.at(distance);
            let normal = std::array::from_fn(|axis| (point[axis] - self.centre[axis]) / self.radius);
            Hit {
                distance,
                normal,
                shade: self.shade,
            }
        })
    }
}

struct Scene {
    surfaces: Vec<Box<dyn Surface>>,
    sun: Vector,
}

impl Scene {
    fn brightness(&self, ray: &Ray) -> f64 {
        self.surfaces
            .iter()
            .filter_map(|surface| surface.hit(ray))
            .min_by(|a, b| a.distance.total_cmp(&b.distance))
            .map_or(0.05, |hit| hit.shade * dot(hit.normal, self.sun).max(0.1))
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(25);
    let surfaces = (0..60)
        .map(|_| {
            let centre = [
                random.unit() * 4.0 - 2.0,
                random.unit() * 4.0 - 2.0,
                4.0 + random.unit() * 4.0,
            ];
            let sphere = Sphere {
                centre,
                radius: 1.0 + random.unit(),
                shade: 0.3 + 0.7 * random.unit(),
            };
            Box::new(sphere) as Box<dyn Surface>
        })
        .collect();
    let scene = Scene {
        surfaces,
        sun: [0.0, 0.6, -0.8],
    };
    let size = 500;
    for _ in 0..6 * scale {
        let mut sum = 0.0;
        for pixel in 0..size * size {
            let (x, y) = (
                (pixel % size) as f64 / size as f64 - 0.5,
                (pixel / size) as f64 / size as f64 - 0.5,
            );
            let length = (x * x + y * y + 1.0).sqrt();
            sum += scene.brightness(&Ray {
                origin: [0.0; 3],
                direction: [x / length, y / length, 1.0 / length],
            });
        }
        println!("{:.6}", sum / (size * size) as f64);
    }
}
