//! Integrates the orbits of a few moons and prints one line for each at the end.

struct Moon {
    name: &'static str,
    position: [f64; 2],
    velocity: [f64; 2],
}

fn moons() -> Vec<Moon> {
    [("Io", 1.0), ("Europa", 1.6), ("Ganymede", 2.5), ("Callisto", 4.5)]
        .into_iter()
        .map(|(name, radius): (_, f64)| Moon {
            name,
            position: [radius, 0.0],
            velocity: [0.0, (1.0 / radius).sqrt()],
        })
        .collect()
}

fn step(moon: &mut Moon, seconds: f64) {
    let [x, y] = moon.position;
    let pull = -1.0 / (x * x + y * y).powi(3).sqrt();
    for axis in 0..2 {
        moon.velocity[axis] += moon.position[axis] * pull * seconds;
        moon.position[axis] += moon.velocity[axis] * seconds;
    }
}

/// One text for each moon: a handful of `format!` calls in a loop that runs four times.
fn summary(moons: &[Moon]) -> Vec<String> {
    let mut lines = Vec::with_capacity(moons.len());
    for moon in moons {
        lines.push(format!(
            "{:>9} {:>10.6} {:>10.6}",
            moon.name, moon.position[0], moon.position[1]
        ));
    }
    lines
}

pub fn run(scale: usize) {
    let mut moons = moons();
    for moon in &mut moons {
        for _ in 0..scale * 400_000 {
            step(moon, 0.000_1);
        }
    }
    for line in summary(&moons) {
        println!("{line}");
    }
}
