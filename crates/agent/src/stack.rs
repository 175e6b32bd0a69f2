//! Captures stacks. Runs inside malloc and signal handlers.

use crate::ring::Writer;
use crate::sys::{Frames, OwnStack, Registers, StackWords, UnknownStack};
use wire::entry::MAX_FRAMES;
use wire::{STACK_HEADER_WORDS, hash_term, stack_counts};

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

/// A stack by the sum that its hash begins with: nearly all stacks are known already, and need not be written down.
pub(crate) struct Summed<'r> {
    registers: &'r Registers,
    pub(crate) n_frames: usize,
    pub(crate) hash_sum: u64,
}

impl<'r> Summed<'r> {
    /// The call's return address and the frame-pointer chain above it.
    #[inline(always)]
    pub(crate) fn of(registers: &'r Registers) -> Self {
        let (n_frames, hash_sum) = match OwnStack::from(registers.sp) {
            Some(mut stack) => sum(registers.ip, walk(&mut stack, registers)),
            None => sum(registers.ip, walk(&mut UnknownStack::new(), registers)),
        };
        Self {
            registers,
            n_frames,
            hash_sum,
        }
    }

    /// Writes the frames down.
    pub(crate) fn fill(&self, frames: &mut Frames) {
        let Self {
            registers, n_frames, ..
        } = self;
        match OwnStack::from(registers.sp) {
            Some(mut stack) => frames.fill(*n_frames, registers.ip, walk(&mut stack, registers)),
            None => frames.fill(*n_frames, registers.ip, walk(&mut UnknownStack::new(), registers)),
        }
    }
}

#[inline(always)]
fn sum(first: u64, others: impl Iterator<Item = u64>) -> (usize, u64) {
    let (mut n_frames, mut hash_sum) = (1, hash_term(0, first));
    for frame in others.take(MAX_FRAMES - 1) {
        hash_sum = hash_sum.wrapping_add(hash_term(n_frames, frame));
        n_frames += 1;
    }
    (n_frames, hash_sum)
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
