//! A particle system: each frame an emitter spawns a few sparks.

use hecs::World;
use std::env;

struct Position([f32; 3]);

struct Velocity([f32; 3]);

struct Life(u32);

fn main() {
    let frames = env::args().nth(1).map_or(6_000, |n| n.parse().expect("a number of frames"));
    let mut world = World::new();
    for frame in 0..frames {
        let sparks = (0..8).map(|i| spark(frame, i));
        world.spawn_batch(sparks);
    }
    let mut energy = 0.0_f64;
    let mut alive = 0;
    for (_, (position, velocity, life)) in &mut world.query::<(&Position, &Velocity, &Life)>() {
        energy += f64::from(velocity.0.iter().map(|v| v * v).sum::<f32>() + position.0[2]);
        alive += u32::from(life.0 > 10);
    }
    println!("{} sparks, {alive} alive, energy {energy:.3}", world.len());
}

fn spark(frame: u32, i: u32) -> (Position, Velocity, Life) {
    let angle = (frame * 8 + i) as f32 * 0.1;
    (Position([0.0, 0.0, 1.0]), Velocity([angle.cos(), angle.sin(), 0.5]), Life(frame % 60))
}
