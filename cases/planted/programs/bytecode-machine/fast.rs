//! Runs small programs on a register machine: a prime sieve by trial division and a collatz search.

#[derive(Clone, Copy)]
enum Op {
    Set(u8, i64),
    Copy(u8, u8),
    Add(u8, u8),
    Multiply(u8, u8),
    Remainder(u8, u8, u8),
    Halve(u8),
    JumpIfZero(u8, u16),
    JumpIfLess(u8, u8, u16),
    Jump(u16),
    Emit(u8),
    Stop,
}

struct Machine<'a> {
    code: &'a [Op],
    registers: [i64; 16],
    emitted: Vec<i64>,
    executed: u64,
}

impl<'a> Machine<'a> {
    fn new(code: &'a [Op]) -> Self {
        Self {
            code,
            registers: [0; 16],
            emitted: Vec::new(),
            executed: 0,
        }
    }

    fn register(&mut self, register: u8) -> &mut i64 {
        &mut self.registers[usize::from(register & 15)]
    }

    fn run(&mut self) {
        let mut next = 0;
        loop {
            let op = self.code[next];
            next += 1;
            self.executed += 1;
            match op {
                Op::Set(to, value) => *self.register(to) = value,
                Op::Copy(to, from) => *self.register(to) = *self.register(from),
                Op::Add(to, from) => *self.register(to) += *self.register(from),
                Op::Multiply(to, from) => *self.register(to) *= *self.register(from),
                Op::Remainder(to, from, by) => *self.register(to) = *self.register(from) % *self.register(by),
                Op::Halve(to) => *self.register(to) /= 2,
                Op::JumpIfZero(register, to) => {
                    if *self.register(register) == 0 {
                        next = usize::from(to);
                    }
                }
                Op::JumpIfLess(one, other, to) => {
                    if *self.register(one) < *self.register(other) {
                        next = usize::from(to);
                    }
                }
                Op::Jump(to) => next = usize::from(to),
                Op::Emit(register) => {
                    let value = *self.register(register);
                    self.emitted.push(value);
                }
                Op::Stop => return,
            }
        }
    }
}

/// Emits the longest collatz chain of all starts below a limit.
fn collatz(limit: i64) -> Vec<Op> {
    vec![
        Op::Set(0, 1),     // start
        Op::Set(1, limit), // limit
        Op::Set(2, 1),     // one
        Op::Set(3, 2),     // two
        Op::Set(4, 3),     // three
        Op::Set(9, 0),     // longest
        Op::Copy(5, 0),    // 6: value
        Op::Set(6, 0),     // steps
        Op::JumpIfLess(5, 3, 17),
        Op::Remainder(7, 5, 3),
        Op::JumpIfZero(7, 14),
        Op::Multiply(5, 4),
        Op::Add(5, 2),
        Op::Jump(15),
        Op::Halve(5),
        Op::Add(6, 2),
        Op::Jump(8),
        Op::JumpIfLess(6, 9, 20), // 17
        Op::Copy(9, 6),
        Op::Copy(10, 0),
        Op::Add(0, 2), // 20
        Op::JumpIfLess(0, 1, 6),
        Op::Emit(9),
        Op::Emit(10),
        Op::Stop,
    ]
}

pub fn run(scale: usize) {
    let code = collatz(320_000 * scale as i64);
    let mut machine = Machine::new(&code);
    machine.run();
    println!("{:?} after {} instructions", machine.emitted, machine.executed);
}
