//! Moves the first instructions of a function elsewhere, to make room for a jump.

use iced_x86::{Code, Decoder, DecoderOptions, FlowControl, Instruction, OpKind};

/// Bytes of a jump with a 32-bit displacement.
const JUMP_BYTES: usize = 5;
/// Room for moved code in a patch.
const MAX_CODE_BYTES: usize = 64;

/// A 32-bit displacement in moved code, to be filled in where the code comes to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fixup {
    /// Where it stands in the code.
    pub(super) at: usize,
    /// Where its instruction ends.
    pub(super) end: usize,
    /// What it points to, as an address in the file.
    pub(super) target_svma: u64,
}

/// The first instructions of a function, ready to run elsewhere and to go on behind the jump.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MovedCode {
    /// Bytes of the original that they were.
    pub(super) n_overwritten: usize,
    /// The instructions.
    pub(super) code: Vec<u8>,
    /// Displacements in them.
    pub(super) fixups: Vec<Fixup>,
}

/// Moves as many instructions as a jump needs. None where that cannot be done safely.
pub(super) fn move_start(function: &[u8], svma: u64) -> Option<MovedCode> {
    let mut moved = MovedCode::default();
    let mut decoder = Decoder::with_ip(64, function, svma, DecoderOptions::NONE);
    let mut goes_on = true;
    while moved.n_overwritten < JUMP_BYTES {
        if !goes_on || !decoder.can_decode() {
            return None;
        }
        let instruction = decoder.decode();
        let offsets = decoder.get_constant_offsets(&instruction);
        let bytes = function.get(moved.n_overwritten..moved.n_overwritten + instruction.len())?;
        goes_on = move_instruction(&instruction, bytes, offsets.displacement_offset(), &mut moved)?;
        moved.n_overwritten += instruction.len();
    }
    if goes_on {
        moved.push_with_target(&[0xe9], svma + moved.n_overwritten as u64);
    }
    let is_entered_within = jumps_into(function, svma, svma + 1..svma + moved.n_overwritten as u64);
    let fits = moved.n_overwritten <= wire::MAX_OVERWRITTEN && moved.code.len() <= MAX_CODE_BYTES;
    (fits && !is_entered_within).then_some(moved)
}

impl MovedCode {
    /// Appends an opcode and the displacement to a target.
    fn push_with_target(&mut self, opcode: &[u8], target_svma: u64) {
        self.code.extend_from_slice(opcode);
        let at = self.code.len();
        self.code.extend_from_slice(&[0; 4]);
        self.fixups.push(Fixup {
            at,
            end: at + 4,
            target_svma,
        });
    }
}

/// Appends one instruction. True when execution goes on behind it; none when it cannot be moved.
fn move_instruction(
    instruction: &Instruction,
    bytes: &[u8],
    displacement_offset: usize,
    moved: &mut MovedCode,
) -> Option<bool> {
    let is_near = instruction.op_count() > 0 && instruction.op0_kind() == OpKind::NearBranch64;
    match instruction.flow_control() {
        FlowControl::Next | FlowControl::IndirectBranch => {
            let start = moved.code.len();
            moved.code.extend_from_slice(bytes);
            if instruction.is_ip_rel_memory_operand() {
                moved.fixups.push(Fixup {
                    at: start + displacement_offset,
                    end: start + bytes.len(),
                    target_svma: instruction.ip_rel_memory_address(),
                });
            }
            Some(instruction.flow_control() == FlowControl::Next)
        }
        FlowControl::UnconditionalBranch if is_near => {
            moved.push_with_target(&[0xe9], instruction.near_branch_target());
            Some(false)
        }
        FlowControl::ConditionalBranch if is_near && instruction.is_jcc_short_or_near() => {
            // The condition is the low half of the opcode's last byte, in the short and in the long form.
            let opcode = if instruction.is_jcc_short() {
                bytes.first()?
            } else {
                bytes.get(1)?
            };
            moved.push_with_target(&[0x0f, 0x80 | opcode & 0x0f], instruction.near_branch_target());
            Some(true)
        }
        // A call would leave a return address that no unwinder knows.
        _ => None,
    }
}

/// True when a branch in the function leads into the range.
fn jumps_into(function: &[u8], svma: u64, range: std::ops::Range<u64>) -> bool {
    Decoder::with_ip(64, function, svma, DecoderOptions::NONE)
        .iter()
        .any(|instruction| {
            let is_branch = matches!(
                instruction.flow_control(),
                FlowControl::UnconditionalBranch
                    | FlowControl::ConditionalBranch
                    | FlowControl::Call
                    | FlowControl::XbeginXabortXend
            );
            is_branch
                && instruction.op0_kind() == OpKind::NearBranch64
                && range.contains(&instruction.near_branch_target())
        })
}

/// Where a function leads that does nothing but set up and take down a frame, then jump.
pub(super) fn plain_jump_target(function: &[u8], svma: u64) -> Option<u64> {
    for instruction in &mut Decoder::with_ip(64, function, svma, DecoderOptions::NONE) {
        match instruction.code() {
            Code::Jmp_rel32_64 | Code::Jmp_rel8_64 => return Some(instruction.near_branch_target()),
            Code::Endbr64 | Code::Push_r64 | Code::Pop_r64 => {}
            Code::Mov_rm64_r64 | Code::Mov_r64_rm64 if instruction.op0_kind() == OpKind::Register => {}
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: u64 = 0x1000;

    #[track_caller]
    fn check(function: &[u8], overwritten: usize, code: &[u8], targets: &[u64]) {
        let moved = move_start(function, AT).expect("can be moved");
        assert_eq!((moved.n_overwritten, moved.code.as_slice()), (overwritten, code));
        assert_eq!(
            moved.fixups.iter().map(|fixup| fixup.target_svma).collect::<Vec<_>>(),
            targets
        );
    }

    #[test]
    fn plain_instructions_are_copied_and_followed_by_a_jump_back() {
        // push rbp · mov rbp, rsp · push rbx · ret
        let function = [0x55, 0x48, 0x89, 0xe5, 0x53, 0xc3];
        check(
            &function,
            5,
            &[0x55, 0x48, 0x89, 0xe5, 0x53, 0xe9, 0, 0, 0, 0],
            &[AT + 5],
        );
    }

    #[test]
    fn a_displacement_from_the_instruction_pointer_is_fixed_up() {
        // lock inc qword ptr [rip + 0x100] · ret
        let function = [0xf0, 0x48, 0xff, 0x05, 0x00, 0x01, 0x00, 0x00, 0xc3];
        let moved = move_start(&function, AT).unwrap();
        assert_eq!(
            moved.fixups[0],
            Fixup {
                at: 4,
                end: 8,
                target_svma: AT + 8 + 0x100
            }
        );
    }

    #[test]
    fn a_function_that_is_one_jump_needs_no_jump_back() {
        // jmp +0x20
        check(&[0xe9, 0x20, 0, 0, 0], 5, &[0xe9, 0, 0, 0, 0], &[AT + 5 + 0x20]);
    }

    #[test]
    fn short_conditional_jumps_grow_long() {
        // test rdi, rdi · je +0x10 · ret
        let function = [0x48, 0x85, 0xff, 0x74, 0x10, 0xc3];
        check(
            &function,
            5,
            &[0x48, 0x85, 0xff, 0x0f, 0x84, 0, 0, 0, 0, 0xe9, 0, 0, 0, 0],
            &[AT + 5 + 0x10, AT + 5],
        );
    }

    #[test]
    fn a_loop_back_into_the_first_bytes_is_refused() {
        // xor eax, eax · inc eax · cmp eax, edi · jne -6 · ret
        assert_eq!(
            move_start(&[0x31, 0xc0, 0xff, 0xc0, 0x39, 0xf8, 0x75, 0xfa, 0xc3], AT),
            None
        );
    }

    #[test]
    fn a_function_shorter_than_a_jump_is_refused() {
        assert_eq!(move_start(&[0x31, 0xc0, 0xc3], AT), None);
        assert_eq!(move_start(&[0xeb, 0x10], AT), None);
    }

    #[test]
    fn a_frame_and_a_jump_are_seen_through() {
        // push rbp · mov rbp, rsp · pop rbp · jmp +0x30
        let function = [0x55, 0x48, 0x89, 0xe5, 0x5d, 0xe9, 0x30, 0, 0, 0];
        assert_eq!(plain_jump_target(&function, AT), Some(AT + 10 + 0x30));
        assert_eq!(
            plain_jump_target(&[0xf0, 0x48, 0xff, 0x05, 0, 1, 0, 0, 0xe9, 0, 0, 0, 0], AT),
            None
        );
    }
}
