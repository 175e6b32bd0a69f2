//! An icosphere: each triangle is split into four until the sphere is smooth enough.

use std::collections::HashMap;
use std::hash::Hash;

type Point = [f64; 3];

/// Results that were computed before.
struct Memo<K, V> {
    known: HashMap<K, V>, //~
}

impl<K: Hash + Eq, V: Copy> Memo<K, V> {
    fn with_capacity(results: usize) -> Self {
        Self {
            known: HashMap::with_capacity(results), //~
        }
    }

    fn get(&mut self, key: K, make: impl FnOnce() -> V) -> V {
        *self.known.entry(key).or_insert_with(make) //~
    }
}

struct Mesh {
    points: Vec<Point>,
    faces: Vec<[u32; 3]>,
}

fn unit(p: Point) -> Point {
    let length = p.iter().map(|v| v * v).sum::<f64>().sqrt();
    p.map(|v| v / length)
}

impl Mesh {
    fn octahedron() -> Self {
        let points = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]];
        let faces = [
            [0, 2, 4],
            [2, 1, 4],
            [1, 3, 4],
            [3, 0, 4],
            [2, 0, 5],
            [1, 2, 5],
            [3, 1, 5],
            [0, 3, 5],
        ];
        Self {
            points: points.map(|p| p.map(f64::from)).to_vec(),
            faces: faces.to_vec(),
        }
    }

    fn refine(&mut self) {
        let edges = self.faces.len() * 3 / 2;
        let mut middles = Memo::with_capacity(edges);
        let mut faces = Vec::with_capacity(self.faces.len() * 4);
        let points = &mut self.points;
        points.reserve(edges);
        let mut middle = |a: u32, b: u32| {
            middles.get((a.min(b), a.max(b)), || {
                //~^
                let (p, q) = (points[a as usize], points[b as usize]);
                points.push(unit([p[0] + q[0], p[1] + q[1], p[2] + q[2]]));
                points.len() as u32 - 1
            })
        };
        for &[a, b, c] in &self.faces {
            let (ab, bc, ca) = (middle(a, b), middle(b, c), middle(c, a));
            faces.extend([[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]]);
        }
        self.faces = faces;
    }

    fn area(&self) -> f64 {
        let corner = |number: u32| self.points[number as usize];
        let triangle = |&[a, b, c]: &[u32; 3]| {
            let (a, b, c) = (corner(a), corner(b), corner(c));
            let (u, v) = (
                [b[0] - a[0], b[1] - a[1], b[2] - a[2]],
                [c[0] - a[0], c[1] - a[1], c[2] - a[2]],
            );
            let n = [
                u[1] * v[2] - u[2] * v[1],
                u[2] * v[0] - u[0] * v[2],
                u[0] * v[1] - u[1] * v[0],
            ];
            n.iter().map(|w| w * w).sum::<f64>().sqrt() / 2.0
        };
        self.faces.iter().map(triangle).sum()
    }
}

pub fn run(scale: usize) {
    for _ in 0..10 * scale {
        let mut mesh = Mesh::octahedron();
        for _ in 0..8 {
            mesh.refine();
        }
        assert!((mesh.area() - 4.0 * std::f64::consts::PI).abs() < 0.01);
        assert_eq!(mesh.points.len(), 4 * (1 << 16) + 2);
    }
    println!("done");
}
