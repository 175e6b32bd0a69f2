//! Captures stacks. Runs inside malloc and signal handlers.

use crate::ring::Writer;
use crate::sys::{OwnStack, Registers, StackWords, UnknownStack};
use wire::{STACK_HEADER_WORDS, stack_counts};

/// Return addresses kept of one sample.
const MAX_CHAIN: usize = 256;
/// Words of stack kept of one sample at most.
pub(crate) const MAX_DUMP_WORDS: usize = 512;

/// Words that a record's stack needs at most.
pub(crate) const fn max_words(dump_words: usize) -> usize {
    STACK_HEADER_WORDS + dump_words + MAX_CHAIN
}

/// Appends registers, the memory above the stack pointer, and the frame-pointer chain to a record.
pub(crate) fn write(writer: &mut Writer<'_>, registers: &Registers, dump_words: usize) {
    match OwnStack::from(registers.sp) {
        Some(mut stack) => write_from(&mut stack, writer, registers, dump_words),
        None => write_from(&mut UnknownStack::new(), writer, registers, dump_words),
    }
}

/// Puts the call's return address and the frame-pointer chain above it into `frames`; returns how many there are.
#[inline]
pub(crate) fn capture(registers: &Registers, frames: &mut [u64]) -> usize {
    match OwnStack::from(registers.sp) {
        Some(mut stack) => capture_from(&mut stack, registers, frames),
        None => capture_from(&mut UnknownStack::new(), registers, frames),
    }
}

fn write_from(stack: &mut impl StackWords, writer: &mut Writer<'_>, registers: &Registers, dump_words: usize) {
    writer.extend(&[registers.ip, registers.sp, registers.bp]);
    let counts_at = writer.place();
    writer.push(0);
    let dump_words = dump_words.min(MAX_DUMP_WORDS) as u64;
    let mut n_dump = 0;
    while n_dump < dump_words {
        let Some(word) = stack.word(registers.sp + n_dump * 8) else {
            break;
        };
        writer.push(word);
        n_dump += 1;
    }
    let mut n_chain = 0;
    walk(stack, registers, |address| {
        writer.push(address);
        n_chain += 1;
        n_chain < MAX_CHAIN
    });
    writer.set(counts_at, stack_counts::to_word(n_dump as usize, n_chain));
}

#[inline(always)]
fn capture_from(stack: &mut impl StackWords, registers: &Registers, frames: &mut [u64]) -> usize {
    let Some((first, rest)) = frames.split_first_mut() else {
        return 0;
    };
    *first = registers.ip;
    let mut n_frames = 0;
    walk(stack, registers, |address| {
        let Some(frame) = rest.get_mut(n_frames) else {
            return false;
        };
        *frame = address;
        n_frames += 1;
        true
    });
    n_frames + 1
}

/// Follows frame pointers towards the root as long as they make sense, and `visit` wants more.
#[inline(always)]
fn walk(stack: &mut impl StackWords, registers: &Registers, mut visit: impl FnMut(u64) -> bool) {
    let (mut frame, mut floor) = (registers.bp, registers.sp);
    while frame >= floor {
        let (Some(next), Some(address)) = (stack.word(frame), stack.word(frame + 8)) else {
            return;
        };
        // The first page is never mapped: such a word is no return address.
        if address < 4096 || !visit(address) {
            return;
        }
        floor = frame + 16;
        frame = next;
    }
}
