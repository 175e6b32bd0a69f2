//! The calling thread's stack: its bounds and the frames on it.

use crate::abi;
use core::arch::asm;

/// Frames of one function are not larger; a greater step is a register that holds something else.
const MAX_FRAME_BYTES: u64 = 1 << 20;
/// Larger stacks are taken for something else.
const MAX_STACK_BYTES: u64 = 1 << 36;

/// The calling thread's stack pointer.
#[inline(always)]
pub(crate) fn stack_pointer() -> u64 {
    let pointer: u64;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, rsp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

#[inline(always)]
fn frame_pointer() -> u64 {
    let pointer: u64;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, rbp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

/// First address above the stack that is in use: the main thread's end where the loader says, that of others below their
/// thread control block, which the C library puts on top of it. None on a stack of another kind.
#[inline]
pub(crate) fn stack_end() -> Option<u64> {
    let here = stack_pointer();
    let is_end = |end: u64| end > here && end - here < MAX_STACK_BYTES;
    let control_block: u64;
    // SAFETY: the thread pointer's first word is its own address (the System V ABI's thread-local storage, variant 2).
    unsafe { asm!("mov {}, fs:[0]", out(reg) control_block, options(readonly, nostack, preserves_flags, pure)) };
    // SAFETY: a variable of the loader's, set before any library is initialised.
    let main_end = unsafe { abi::__libc_stack_end } as u64;
    // A control block above a main thread's stack pointer would have to lie beyond the end of that stack.
    match (is_end(main_end), is_end(control_block)) {
        (true, false) => Some(main_end),
        (true, true) if main_end < control_block => Some(main_end),
        (_, true) => Some(control_block),
        (false, false) => None,
    }
}

/// True for addresses of the main thread's stack, as far as it commonly grows.
pub(crate) fn is_on_main_stack(address: u64) -> bool {
    const USUAL_BYTES: u64 = 8 << 20;
    // SAFETY: a variable of the loader's, set before any library is initialised.
    let end = unsafe { abi::__libc_stack_end } as u64;
    (end.saturating_sub(USUAL_BYTES)..end).contains(&address)
}

/// Return addresses above the caller, which is an exported function with a frame of its own; how many were found.
#[inline(always)]
pub(crate) fn frames_above(out: &mut [u64]) -> usize {
    frames_from(frame_pointer(), out)
}

#[inline]
fn frames_from(frame: u64, out: &mut [u64]) -> usize {
    let Some(end) = stack_end() else {
        return match out.first_mut() {
            Some(first) => {
                *first = word_at(frame + 8);
                1
            }
            None => 0,
        };
    };
    let mut frame = frame;
    let mut n = 0;
    for place in out {
        *place = word_at(frame + 8);
        n += 1;
        let next = word_at(frame);
        let is_frame = next > frame && next - frame < MAX_FRAME_BYTES && next.is_multiple_of(8) && next + 16 <= end;
        if !is_frame {
            break;
        }
        frame = next;
    }
    n
}

#[inline(always)]
fn word_at(address: u64) -> u64 {
    // SAFETY: the address lies in the used part of the calling thread's stack: between a frame of this library's own and
    // the stack's end.
    unsafe { *core::ptr::with_exposed_provenance::<u64>(address as usize) }
}
