//! Renders spheres over a plane with shadows and prints how bright the picture is.

use std::ops::{Add, Mul, Sub};

#[derive(Clone, Copy)]
struct Vector {
    x: f32,
    y: f32,
    z: f32,
}

#[derive(Clone, Copy)]
struct Ray {
    origin: Vector,
    direction: Vector,
}

struct Sphere {
    center: Vector,
    radius: f32,
    brightness: f32,
}

struct Hit {
    distance: f32,
    point: Vector,
    normal: Vector,
    brightness: f32,
}

struct Scene {
    spheres: Vec<Sphere>,
    light: Vector,
}

impl Add for Vector {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        vector(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl Sub for Vector {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        vector(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Mul<f32> for Vector {
    type Output = Self;

    fn mul(self, factor: f32) -> Self {
        vector(self.x * factor, self.y * factor, self.z * factor)
    }
}

fn vector(x: f32, y: f32, z: f32) -> Vector {
    Vector { x, y, z }
}

impl Vector {
    fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    fn unit(self) -> Self {
        self * (1.0 / self.dot(self).sqrt())
    }
}

impl Ray {
    fn at(self, distance: f32) -> Vector {
        self.origin + self.direction * distance
    }
}

impl Sphere {
    fn distance(&self, ray: Ray) -> Option<f32> {
        let offset = ray.origin - self.center;
        let half = offset.dot(ray.direction);
        let discriminant = half * half - offset.dot(offset) + self.radius * self.radius;
        let distance = -half - discriminant.max(0.0).sqrt();
        (discriminant > 0.0 && distance > 1e-3).then_some(distance)
    }
}

impl Scene {
    fn spiral(count: usize) -> Self {
        let spheres = (0..count)
            .map(|index| {
                let turn = index as f32 * 0.7;
                Sphere {
                    center: vector(turn.cos() * 2.0, turn.sin() * 2.0, 6.0 + index as f32 * 0.3),
                    radius: 0.5,
                    brightness: 0.4 + 0.05 * (index % 12) as f32,
                }
            })
            .collect();
        let light = vector(5.0, 8.0, -3.0);
        Self { spheres, light }
    }

    fn first_hit(&self, ray: Ray) -> Option<Hit> {
        self.spheres
            .iter()
            .filter_map(|sphere| sphere.distance(ray).map(|distance| (distance, sphere)))
            .min_by(|one, other| one.0.total_cmp(&other.0))
            .map(|(distance, sphere)| {
                let point = ray.at(distance);
                Hit {
                    distance,
                    point,
                    normal: (point - sphere.center).unit(),
                    brightness: sphere.brightness,
                }
            })
    }

    fn brightness(&self, ray: Ray) -> f32 {
        let Some(hit) = self.first_hit(ray) else { return 0.1 };
        let to_light = (self.light - hit.point).unit();
        let shadow = Ray {
            origin: hit.point,
            direction: to_light,
        };
        let lit = if self.first_hit(shadow).is_some() {
            0.0
        } else {
            hit.normal.dot(to_light).max(0.0)
        };
        hit.brightness * (0.2 + lit) / (1.0 + hit.distance * 0.02)
    }
}

fn main() {
    let scale: usize = std::env::args().nth(1).and_then(|scale| scale.parse().ok()).unwrap_or(1);
    let scene = Scene::spiral(24);
    let (width, height) = (960, 10_000 * scale);
    let mut brightness = vec![0.0f32; width];
    for row in 0..height {
        for (column, sum) in brightness.iter_mut().enumerate() {
            let direction = vector(
                (column as f32 / width as f32 - 0.5) * 1.6,
                (row as f32 / height as f32 - 0.5) * 1.2,
                1.0,
            );
            let ray = Ray {
                origin: vector(0.0, 0.0, 0.0),
                direction: direction.unit(),
            };
            *sum += scene.brightness(ray);
        }
    }
    let total: f32 = brightness.iter().sum();
    println!("mean brightness {:.3}", total / (width * height) as f32);
}
