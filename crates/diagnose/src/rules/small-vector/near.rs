//! Lays out a network of pipes: lists of all lengths, and small ones that are made once and walked all day.

struct Junction {
    neighbours: Vec<u32>,
    history: Vec<f32>,
}

fn network(count: u32) -> Vec<Junction> {
    let mut junctions: Vec<Junction> = Vec::new();
    for number in 0..count {
        let mut neighbours = Vec::new();
        for step in 1..=3 {
            neighbours.push((number * 7 + step * 911) % count);
        }
        junctions.push(Junction {
            neighbours,
            history: Vec::new(),
        });
    }
    junctions
}

/// The pressures of one hour; how many there are depends on the junction.
fn samples(number: usize, hour: usize) -> Vec<f32> {
    let count = 20 + (number * 37 + hour * 11) % 180;
    let mut samples = Vec::with_capacity(count);
    for sample in 0..count {
        samples.push(((sample * 31 + number) % 97) as f32 * 0.25);
    }
    samples
}

/// Lets the pressure of each junction follow its neighbours'.
fn settle(junctions: &[Junction], pressures: &mut [f32]) {
    for (number, junction) in junctions.iter().enumerate() {
        let mut sum = 0.0;
        for neighbour in &junction.neighbours {
            sum += pressures[*neighbour as usize];
        }
        pressures[number] = pressures[number] * 0.7 + sum * 0.1;
    }
}

pub fn run(scale: usize) {
    let mut junctions = network(12_000);
    let mut pressures = vec![1.0f32; junctions.len()];
    for hour in 0..scale * 20 {
        for (number, junction) in junctions.iter_mut().enumerate().step_by(7) {
            junction.history = samples(number, hour);
        }
        for _ in 0..80 {
            settle(&junctions, &mut pressures);
        }
    }
    let sum: f32 = junctions.iter().flat_map(|junction| &junction.history).sum();
    println!("{sum:.1} {:.6}", pressures[17]);
}
