//! Runs the scripts of delivery robots: an instruction pointer, a few registers, a log of what was said.

use crate::random::Random;

#[derive(Clone)]
enum Instruction {
    Drive { axis: usize, by: i64 },
    Say { text: String, volume: u8 },
    Route { stops: Vec<(i64, i64)> },
    JumpIfFar { axis: usize, limit: i64, to: usize },
    Halt,
}

struct Script {
    name: String,
    instructions: Vec<Instruction>,
}

#[derive(Default)]
struct Robot {
    script: usize,
    pointer: usize,
    position: [i64; 2],
    spoken: u64,
    distance: i64,
}

enum State {
    Running,
    Halted,
}

struct Depot {
    scripts: Vec<Script>,
}

impl Depot {
    fn fetch(&self, robot: &Robot) -> Option<&Instruction> {
        self.scripts[robot.script].instructions.get(robot.pointer)
    }

    fn step(&self, robot: &mut Robot) -> State {
        let Some(instruction) = self.fetch(robot) else {
            return State::Halted;
        };
        robot.pointer += 1;
        match instruction {
            Instruction::Drive { axis, by } => robot.drive(*axis, *by),
            Instruction::Say { text, volume } => robot.say(text, *volume),
            Instruction::Route { stops } => {
                for &(x, y) in stops {
                    robot.drive(0, x - robot.position[0]);
                    robot.drive(1, y - robot.position[1]);
                }
            }
            Instruction::JumpIfFar { axis, limit, to } => {
                if robot.position[*axis] > *limit {
                    robot.position[*axis] = 0;
                } else {
                    robot.pointer = *to;
                }
            }
            Instruction::Halt => return State::Halted,
        }
        State::Running
    }

    fn run(&self, script: usize) -> Robot {
        let mut robot = Robot {
            script,
            ..Robot::default()
        };
        while let State::Running = self.step(&mut robot) {}
        robot
    }
}

impl Robot {
    fn say(&mut self, text: &str, volume: u8) {
        self.spoken += text.len() as u64 * u64::from(volume);
    }

    fn drive(&mut self, axis: usize, by: i64) {
        self.position[axis] += by;
        self.distance += by.abs();
    }
}

fn script(random: &mut Random, number: usize) -> Script {
    let mut instructions = Vec::new();
    for _ in 0..20 {
        instructions.push(match random.below(3) {
            0 => Instruction::Drive {
                axis: random.below(2),
                by: random.below(9) as i64 - 4,
            },
            1 => Instruction::Say {
                text: "please stand back, parcel arriving".to_owned(),
                volume: random.below(10) as u8,
            },
            _ => Instruction::Route {
                stops: (0..3)
                    .map(|_| (random.below(50) as i64, random.below(50) as i64))
                    .collect(),
            },
        });
    }
    instructions.push(Instruction::Drive { axis: 0, by: 60 });
    instructions.push(Instruction::JumpIfFar {
        axis: 0,
        limit: 40,
        to: 0,
    });
    instructions.push(Instruction::Halt);
    Script {
        name: format!("round-{number}"),
        instructions,
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(79);
    let depot = Depot {
        scripts: (0..40).map(|number| script(&mut random, number)).collect(),
    };
    let (mut distance, mut spoken, mut farthest) = (0, 0, (0, 0));
    for _ in 0..15_000 * scale {
        (distance, spoken) = (0, 0);
        for number in 0..depot.scripts.len() {
            let robot = depot.run(number);
            distance += robot.distance;
            spoken += robot.spoken;
            farthest = farthest.max((robot.distance, number));
        }
    }
    println!(
        "{distance} driven, {spoken} spoken, farthest {}",
        depot.scripts[farthest.1].name
    );
}
