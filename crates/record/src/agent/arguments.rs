//! Asks whether a function looks at an argument.
//!
//! A compiler that sees a function and its callers at once does not pass what the function ignores: the register then
//! holds anything. After optimization at link time, the arguments that are left may even move up.

use iced_x86::{Decoder, DecoderOptions, FlowControl, InstructionInfoFactory, OpAccess, OpKind, Register};

/// Calls followed with the argument still in its register.
const MAX_CALLS: u32 = 4;

/// True when the function at `svma`, or one that it hands the argument on to, reads `register` before it is overwritten.
/// `code_at` gives the code of a function.
pub(super) fn reads_argument<'a>(svma: u64, register: Register, code_at: &impl Fn(u64) -> Option<&'a [u8]>) -> bool {
    let mut svma = svma;
    let mut factory = InstructionInfoFactory::new();
    for _ in 0..MAX_CALLS {
        let Some(code) = code_at(svma) else {
            return true;
        };
        let mut next = None;
        for instruction in &mut Decoder::with_ip(64, code, svma, DecoderOptions::NONE) {
            let is_near = instruction.op_count() > 0 && instruction.op0_kind() == OpKind::NearBranch64;
            match instruction.flow_control() {
                FlowControl::Call | FlowControl::UnconditionalBranch if is_near => {
                    next = Some(instruction.near_branch_target());
                    break;
                }
                // Into the unknown with the argument in place: it may be read there.
                FlowControl::IndirectCall | FlowControl::IndirectBranch => return true,
                FlowControl::Return => return false,
                _ => {}
            }
            let uses = factory.info(&instruction).used_registers().iter();
            let mut accesses = uses
                .filter(|used| used.register().full_register() == register)
                .map(|used| used.access());
            match accesses.next() {
                None => {}
                Some(OpAccess::Write) => return false,
                Some(OpAccess::CondWrite | OpAccess::NoMemAccess | OpAccess::None) => {}
                Some(_) => return true,
            }
        }
        match next {
            Some(target) => svma = target,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(function: &'static [u8], register: Register, expected: bool) {
        assert_eq!(
            reads_argument(0x1000, register, &|svma| (svma == 0x1000).then_some(function)),
            expected
        );
    }

    #[test]
    fn an_argument_that_is_added_or_moved_is_read_and_one_that_is_overwritten_is_not() {
        // mov rdx, rsi · ret
        check(&[0x48, 0x89, 0xf2, 0xc3], Register::RSI, true);
        // xor esi, esi · mov rdx, rsi · ret
        check(&[0x31, 0xf6, 0x48, 0x89, 0xf2, 0xc3], Register::RSI, false);
        // ret
        check(&[0xc3], Register::RSI, false);
    }

    #[test]
    fn an_argument_is_followed_into_what_is_called() {
        // jmp +0 to a function that says: test esi, esi · ret
        let code = |svma| match svma {
            0x1000 => Some(&[0xe9, 0, 0x01, 0, 0][..]),
            0x1105 => Some(&[0x85, 0xf6, 0xc3][..]),
            _ => None,
        };
        assert!(reads_argument(0x1000, Register::RSI, &code));
        assert!(!reads_argument(0x1000, Register::RCX, &code));
    }
}
