//! Simulates a circuit of gates, clock by clock, from a netlist that names its nets.

use crate::random::Random;
use rustc_hash::FxHashMap;

#[derive(Clone, Copy)]
enum Function {
    And,
    Or,
    Xor,
    Nand,
}

/// A gate as the netlist has it.
struct Gate {
    function: Function,
    inputs: [String; 2],
    output: String,
}

struct Netlist {
    gates: Vec<Gate>,
    registers: Vec<(String, String)>,
}

struct Simulation<'a> {
    netlist: &'a Netlist,
    levels: FxHashMap<String, bool>, //~
    clocks: u64,
}

impl Function {
    fn apply(self, one: bool, other: bool) -> bool {
        match self {
            Self::And => one && other,
            Self::Or => one || other,
            Self::Xor => one != other,
            Self::Nand => !(one && other),
        }
    }
}

impl<'a> Simulation<'a> {
    fn new(netlist: &'a Netlist) -> Self {
        let outputs = netlist.gates.iter().map(|gate| &gate.output);
        let held = netlist.registers.iter().map(|(_, held)| held);
        Self {
            netlist,
            levels: outputs.chain(held).map(|net| (net.clone(), false)).collect(),
            clocks: 0,
        }
    }

    fn level(&self, net: &str) -> bool {
        self.levels.get(net).copied().unwrap_or(false) //~
    }

    fn drive(&mut self, net: &str, level: bool) {
        if let Some(slot) = self.levels.get_mut(net) {
            //~^
            *slot = level;
        }
    }

    fn clock(&mut self) {
        for gate in &self.netlist.gates {
            let [one, other] = &gate.inputs;
            let level = gate.function.apply(self.level(one), self.level(other)); //~
            self.drive(&gate.output, level);
        }
        for (input, held) in &self.netlist.registers {
            self.drive(held, self.level(input));
        }
        self.clocks += 1;
    }

    fn high(&self) -> usize {
        self.levels.values().filter(|level| **level).count()
    }
}

fn netlist(gates: usize, registers: usize) -> Netlist {
    let mut random = Random::new(95);
    let gate_net = |number: usize| format!("alu/stage{}/n{number}", number % 7);
    let register_net = |number: usize| format!("regs/q{number}");
    let gates: Vec<Gate> = (0..gates)
        .map(|number| {
            let input = if number == 0 || random.below(4) == 0 {
                register_net(random.below(registers))
            } else {
                gate_net(random.below(number))
            };
            Gate {
                function: random.pick(&[
                    Function::And,
                    Function::Or,
                    Function::Xor,
                    Function::Nand,
                    Function::Nand,
                ]),
                inputs: [input, register_net(random.below(registers))],
                output: gate_net(number),
            }
        })
        .collect();
    let registers =
        (0..registers).map(|number| (gates[gates.len() - 1 - number * 2].output.clone(), register_net(number)));
    Netlist {
        registers: registers.collect(),
        gates,
    }
}

pub fn run(scale: usize) {
    let netlist = netlist(400, 32);
    let (mut high, mut clocks) = (0, 0);
    for _ in 0..40 * scale {
        let mut simulation = Simulation::new(&netlist);
        high = 0;
        for _ in 0..1_000 {
            simulation.clock();
            high += simulation.high();
        }
        clocks = simulation.clocks;
    }
    println!("{clocks} clocks, {high} nets were high");
}
