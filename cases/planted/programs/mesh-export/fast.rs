//! Exports height fields as meshes and reports their surface.

mod mesh;

use mesh::{Field, Vertex};

struct Mesh {
    vertices: Vec<Vertex>,
    indices: Vec<u32>,
}

fn build(field: &Field) -> Mesh {
    let side = field.side;
    let mut vertices = Vec::with_capacity(side * side);
    let mut indices = Vec::with_capacity((side - 1) * (side - 1) * 6);
    for y in 0..side {
        for x in 0..side {
            vertices.push(field.vertex(x, y));
            if x + 1 < side && y + 1 < side {
                add_quad(&mut indices, (y * side + x) as u32, side as u32);
            }
        }
    }
    Mesh { vertices, indices }
}

/// Two triangles.
fn add_quad(indices: &mut Vec<u32>, corner: u32, side: u32) {
    for index in [
        corner,
        corner + 1,
        corner + side,
        corner + 1,
        corner + side + 1,
        corner + side,
    ] {
        indices.push(index);
    }
}

impl Mesh {
    /// A sample of the triangles is enough for the report.
    fn surface(&self) -> f64 {
        self.indices
            .chunks_exact(3)
            .step_by(50)
            .map(|triangle| {
                let [a, b, c] = [0, 1, 2].map(|corner| self.vertices[triangle[corner] as usize].position);
                let (u, v) = (difference(b, a), difference(c, a));
                let cross = [
                    u[1] * v[2] - u[2] * v[1],
                    u[2] * v[0] - u[0] * v[2],
                    u[0] * v[1] - u[1] * v[0],
                ];
                f64::from(cross.iter().map(|part| part * part).sum::<f32>().sqrt()) * 25.0
            })
            .sum()
    }

    fn steepest(&self) -> f32 {
        self.vertices
            .iter()
            .step_by(17)
            .map(|vertex| vertex.normal[0].abs())
            .fold(0.0, f32::max)
    }

    fn texture_sum(&self) -> f32 {
        self.vertices
            .iter()
            .step_by(31)
            .map(|vertex| vertex.texture[0] * vertex.texture[1])
            .sum()
    }
}

fn difference(one: [f32; 3], other: [f32; 3]) -> [f32; 3] {
    [one[0] - other[0], one[1] - other[1], one[2] - other[2]]
}

pub fn run(scale: usize) {
    let fields = [3, 4, 5].map(|seed| Field::hills(420, seed));
    let mut surface = 0.0;
    let mut steepest = 0.0f32;
    let mut texture = 0.0;
    for round in 0..120 * scale {
        let mesh = build(&fields[round % fields.len()]);
        surface += mesh.surface();
        steepest = steepest.max(mesh.steepest());
        texture += mesh.texture_sum();
    }
    println!("surface {surface:.1}, steepest {steepest:.3}, texture {texture:.1}");
}
