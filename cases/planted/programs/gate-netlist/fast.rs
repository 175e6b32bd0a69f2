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

type Net = usize;

struct Wired {
    function: Function,
    inputs: [Net; 2],
    output: Net,
}

struct Simulation {
    gates: Vec<Wired>,
    registers: Vec<(Net, Net)>,
    levels: Vec<bool>,
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

impl Simulation {
    fn new(netlist: &Netlist) -> Self {
        let outputs = netlist.gates.iter().map(|gate| gate.output.as_str());
        let held = netlist.registers.iter().map(|(_, held)| held.as_str());
        let nets: FxHashMap<&str, Net> = outputs.chain(held).enumerate().map(|(net, name)| (name, net)).collect();
        let net = |name: &String| nets[name.as_str()];
        let wired = |gate: &Gate| Wired {
            function: gate.function,
            inputs: gate.inputs.each_ref().map(net),
            output: net(&gate.output),
        };
        Self {
            gates: netlist.gates.iter().map(wired).collect(),
            registers: netlist
                .registers
                .iter()
                .map(|(input, held)| (net(input), net(held)))
                .collect(),
            levels: vec![false; nets.len()],
            clocks: 0,
        }
    }

    fn clock(&mut self) {
        for gate in &self.gates {
            let [one, other] = gate.inputs;
            self.levels[gate.output] = gate.function.apply(self.levels[one], self.levels[other]);
        }
        for &(input, held) in &self.registers {
            self.levels[held] = self.levels[input];
        }
        self.clocks += 1;
    }

    fn high(&self) -> usize {
        self.levels.iter().filter(|level| **level).count()
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
