//! How to find the caller of the function around an address, and doing so.

use crate::address::Avma;
use gimli::{
    CfaRule, EhFrame, EndianSlice, Evaluation, EvaluationResult, LittleEndian, Location, Register, RegisterRule,
    UnwindExpression, UnwindTableRow, Value, X86_64,
};

/// The longest expression known (a signal frame's) has five operations, the linker's for a PLT has eight.
const MAX_EXPRESSION_STEPS: u32 = 64;

/// What unwind tables are read from.
pub(crate) type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// The registers that are followed from frame to frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registers {
    pub(crate) ip: Avma,
    pub(crate) sp: Avma,
    pub(crate) bp: Avma,
}

/// How to find the caller of the function around an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Nothing is known.
    Unknown,
    /// This function has no caller.
    Root,
    /// By offsets from registers: nearly all code.
    Offsets(Offsets),
    /// Anything else: to be looked up and computed each time.
    Computed,
}

/// The canonical frame address (CFA) is a register plus an offset, and the rest lies at offsets from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offsets {
    pub(crate) cfa_base: Base,
    cfa_offset: i64,
    return_offset: i64,
    caller_bp: CallerBp,
}

/// The register that a frame is found from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Sp,
    Bp,
}

/// Where the caller's frame pointer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallerBp {
    /// Still in the register.
    Same,
    /// In memory, at this offset from the CFA.
    Saved(i64),
}

/// One step towards the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The caller's registers. `is_interrupted`: it did not call but was interrupted by a signal.
    Caller { registers: Registers, is_interrupted: bool },
    /// There is no caller.
    Root,
    /// The table or the memory at hand does not tell.
    Lost,
}

/// The rule that a row of the table states.
pub(crate) fn rule_of_row(row: &UnwindTableRow<usize>) -> Rule {
    let return_offset = match row.register(X86_64::RA) {
        None | Some(RegisterRule::Undefined) => return Rule::Root,
        Some(RegisterRule::Offset(offset)) => offset,
        Some(_) => return Rule::Computed,
    };
    let caller_bp = match row.register(X86_64::RBP) {
        None | Some(RegisterRule::Undefined | RegisterRule::SameValue) => CallerBp::Same,
        Some(RegisterRule::Offset(offset)) => CallerBp::Saved(offset),
        Some(_) => return Rule::Computed,
    };
    let (cfa_base, cfa_offset) = match *row.cfa() {
        CfaRule::RegisterAndOffset { register, offset } if register == X86_64::RSP => (Base::Sp, offset),
        CfaRule::RegisterAndOffset { register, offset } if register == X86_64::RBP => (Base::Bp, offset),
        CfaRule::RegisterAndOffset { .. } => return Rule::Unknown,
        CfaRule::Expression(_) => return Rule::Computed,
    };
    Rule::Offsets(Offsets {
        cfa_base,
        cfa_offset,
        return_offset,
        caller_bp,
    })
}

/// Steps to the caller by a rule of offsets. `read` reads a word of the stack.
pub(crate) fn step_by_offsets(
    offsets: &Offsets,
    registers: Registers,
    read: &impl Fn(Avma) -> Option<u64>,
) -> Option<Step> {
    let base = match offsets.cfa_base {
        Base::Sp => registers.sp,
        Base::Bp => registers.bp,
    };
    let cfa = offset(base, offsets.cfa_offset)?;
    let ip = Avma(read(offset(cfa, offsets.return_offset)?)?);
    let bp = match offsets.caller_bp {
        CallerBp::Same => registers.bp,
        CallerBp::Saved(at) => {
            let at = offset(cfa, at)?;
            match read(at) {
                Some(bp) => Avma(bp),
                // In an epilogue the table may still name the slot below the stack pointer from which the register was
                // popped a moment ago.
                None if at < registers.sp => registers.bp,
                None => return None,
            }
        }
    };
    Some(Step::Caller {
        registers: Registers { ip, sp: cfa, bp },
        is_interrupted: false,
    })
}

/// Steps to the caller as a row of the table states, whatever it states.
pub(crate) fn step_by_row(
    row: &UnwindTableRow<usize>,
    section: &EhFrame<Slice<'_>>,
    is_signal: bool,
    registers: Registers,
    read: &impl Fn(Avma) -> Option<u64>,
) -> Option<Step> {
    let evaluate = |expression: &UnwindExpression<usize>, cfa| evaluate(expression, section, registers, cfa, read);
    let cfa = match row.cfa() {
        CfaRule::RegisterAndOffset {
            register,
            offset: distance,
        } => offset(Avma(value_of(*register, registers)?), *distance)?,
        CfaRule::Expression(expression) => evaluate(expression, None)?,
    };
    let caller_value = |register: Register| match row.register(register) {
        None | Some(RegisterRule::Undefined | RegisterRule::SameValue) => value_of(register, registers),
        Some(RegisterRule::Offset(distance)) => read(offset(cfa, distance)?),
        Some(RegisterRule::ValOffset(distance)) => Some(offset(cfa, distance)?.0),
        Some(RegisterRule::Register(other)) => value_of(other, registers),
        Some(RegisterRule::Expression(expression)) => read(evaluate(&expression, Some(cfa))?),
        Some(RegisterRule::ValExpression(expression)) => Some(evaluate(&expression, Some(cfa))?.0),
        Some(_) => None,
    };
    Some(Step::Caller {
        registers: Registers {
            ip: Avma(caller_value(X86_64::RA)?),
            sp: cfa,
            bp: Avma(caller_value(X86_64::RBP)?),
        },
        is_interrupted: is_signal,
    })
}

/// Computes an expression. `cfa` starts on its stack, where the rule says so.
fn evaluate(
    expression: &UnwindExpression<usize>,
    section: &EhFrame<Slice<'_>>,
    registers: Registers,
    cfa: Option<Avma>,
    read: &impl Fn(Avma) -> Option<u64>,
) -> Option<Avma> {
    let encoding = gimli::Encoding {
        address_size: 8,
        format: gimli::Format::Dwarf32,
        version: 4,
    };
    let mut evaluation = Evaluation::new(expression.get(section).ok()?.0, encoding);
    evaluation.set_max_iterations(MAX_EXPRESSION_STEPS);
    if let Some(cfa) = cfa {
        evaluation.set_initial_value(cfa.0);
    }
    let mut result = evaluation.evaluate().ok()?;
    loop {
        result = match result {
            EvaluationResult::Complete => break,
            EvaluationResult::RequiresRegister { register, .. } => {
                let value = value_of(register, registers)?;
                evaluation.resume_with_register(Value::Generic(value)).ok()?
            }
            EvaluationResult::RequiresMemory { address, size: 8, .. } => {
                let value = read(Avma(address))?;
                evaluation.resume_with_memory(Value::Generic(value)).ok()?
            }
            _ => return None,
        };
    }
    match evaluation.as_result().last()?.location {
        Location::Address { address } => Some(Avma(address)),
        _ => None,
    }
}

fn value_of(register: Register, registers: Registers) -> Option<u64> {
    match register {
        X86_64::RSP => Some(registers.sp.0),
        X86_64::RBP => Some(registers.bp.0),
        X86_64::RA => Some(registers.ip.0),
        _ => None,
    }
}

fn offset(base: Avma, distance: i64) -> Option<Avma> {
    base.0.checked_add_signed(distance).map(Avma)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_expression_is_cut_off() {
        // DW_OP_skip back to itself.
        let mut section = EhFrame::new(&[0x2f, 0xfd, 0xff], LittleEndian);
        section.set_address_size(8);
        let expression = UnwindExpression { offset: 0, length: 3 };
        let registers = Registers {
            ip: Avma(1),
            sp: Avma(2),
            bp: Avma(3),
        };
        assert_eq!(evaluate(&expression, &section, registers, None, &|_| None), None);
    }
}
