//! Captures stacks. Runs inside malloc and signal handlers.

use crate::ring::Writer;
use crate::sys::{Frames, OwnStack, Registers, StackWords, UnknownStack};
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

/// The call's return address and the frame-pointer chain above it.
#[inline(always)]
pub(crate) fn capture(registers: &Registers, frames: &mut Frames) {
    match OwnStack::from(registers.sp) {
        Some(mut stack) => frames.fill(registers.ip, walk(&mut stack, registers)),
        None => frames.fill(registers.ip, walk(&mut UnknownStack::new(), registers)),
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
    for address in walk(stack, registers).take(MAX_CHAIN) {
        writer.push(address);
        n_chain += 1;
    }
    writer.set(counts_at, stack_counts::to_word(n_dump as usize, n_chain));
}

/// Return addresses, following frame pointers towards the root as long as they make sense.
#[inline(always)]
fn walk(stack: &mut impl StackWords, registers: &Registers) -> impl Iterator<Item = u64> {
    let (mut frame, mut floor) = (registers.bp, registers.sp);
    core::iter::from_fn(move || {
        if frame < floor {
            return None;
        }
        let (next, address) = stack.pair(frame)?;
        floor = frame + 16;
        frame = next;
        // The first page is never mapped: such a word is no return address.
        (address >= 4096).then_some(address)
    })
}
