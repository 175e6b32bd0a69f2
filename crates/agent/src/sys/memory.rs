//! Reads of the program's own memory. Runs inside malloc and signal handlers.

use super::{kernel, local};
use crate::abi;
use core::ffi::{CStr, c_char, c_void};
use core::mem::MaybeUninit;
use core::sync::atomic::Ordering::Relaxed;
use wire::entry::MAX_FRAMES;

/// Registers at a call or an interruption.
#[derive(Clone, Copy)]
pub(crate) struct Registers {
    pub(crate) ip: u64,
    pub(crate) sp: u64,
    pub(crate) bp: u64,
}

/// The caller's registers, given the frame pointer of a function that it called.
#[inline(always)]
pub(crate) fn caller_of(frame: usize) -> Registers {
    let frame = core::ptr::with_exposed_provenance::<[u64; 2]>(frame);
    // SAFETY: the hooks pass their own frame pointer: the caller's frame pointer and the return address stand there.
    let [bp, ip] = unsafe { *frame };
    Registers {
        ip,
        sp: frame as u64 + 16,
        bp,
    }
}

/// Registers of the code that a signal interrupted.
pub(crate) fn signal_registers(context: *const c_void) -> Registers {
    let context = context.cast::<abi::ucontext_t>();
    // SAFETY: the kernel passes a valid context to a handler that was set with SA_SIGINFO.
    let registers = unsafe { &(*context).gregs };
    let [ip, sp, bp] = [abi::REG_RIP, abi::REG_RSP, abi::REG_RBP].map(|at| registers[at] as u64);
    Registers { ip, sp, bp }
}

/// Reads words of a stack, and never faults.
pub(crate) trait StackWords {
    /// The word at `address`, or none where nothing can be read.
    fn word(&mut self, address: u64) -> Option<u64>;

    /// The words at `address` and behind it: a frame's link and its return address.
    fn pair(&mut self, address: u64) -> Option<(u64, u64)>;
}

/// The calling thread's own stack, from a stack pointer upwards.
pub(crate) struct OwnStack {
    low: u64,
    high: u64,
}

impl OwnStack {
    /// None when `sp` points elsewhere: into the stack of a fiber, a signal stack, or a stack whose bounds are unknown.
    #[inline(always)]
    pub(crate) fn from(sp: u64) -> Option<Self> {
        let local = local();
        let (low, high) = (local.stack_low.load(Relaxed), local.stack_high.load(Relaxed));
        // Below `sp`, the main thread's stack need not be mapped.
        (low <= sp && sp < high).then_some(Self { low: sp, high })
    }
}

impl StackWords for OwnStack {
    #[inline(always)]
    fn word(&mut self, address: u64) -> Option<u64> {
        if address < self.low || address >= self.high || address & 7 != 0 {
            return None;
        }
        let word = core::ptr::with_exposed_provenance::<u64>(address as usize);
        // SAFETY: aligned, and between the stack pointer and the top of the thread's stack, which is all mapped.
        Some(unsafe { word.read_volatile() })
    }

    #[inline(always)]
    fn pair(&mut self, address: u64) -> Option<(u64, u64)> {
        // Both words within the bounds, by one comparison: addresses below `low` wrap around.
        if address.wrapping_sub(self.low) > self.high.wrapping_sub(self.low).saturating_sub(16) || address & 7 != 0 {
            return None;
        }
        let pair = core::ptr::with_exposed_provenance::<[u64; 2]>(address as usize);
        // SAFETY: as above.
        let [first, second] = unsafe { pair.read_volatile() };
        Some((first, second))
    }
}

/// Words copied at a time.
const COPIED_WORDS: usize = 128;

/// A stack whose bounds are unknown, read by system calls.
pub(crate) struct UnknownStack {
    copied: [u64; COPIED_WORDS],
    copied_at: u64,
    n_copied: usize,
    copies_left: u32,
}

impl UnknownStack {
    /// A reader that gives up after a dozen system calls.
    #[cold]
    pub(crate) fn new() -> Self {
        Self {
            copied: [0; COPIED_WORDS],
            copied_at: 0,
            n_copied: 0,
            copies_left: 12,
        }
    }

    fn cached_word(&self, address: u64) -> Option<u64> {
        let at = (address.checked_sub(self.copied_at)? / 8) as usize;
        self.copied.get(..self.n_copied)?.get(at).copied()
    }
}

impl StackWords for UnknownStack {
    fn word(&mut self, address: u64) -> Option<u64> {
        if address & 7 != 0 {
            return None;
        }
        if let Some(word) = self.cached_word(address) {
            return Some(word);
        }
        self.copies_left = self.copies_left.checked_sub(1)?;
        self.copied_at = address;
        self.n_copied = kernel::read_own_memory(address, &mut self.copied);
        self.cached_word(address)
    }

    fn pair(&mut self, address: u64) -> Option<(u64, u64)> {
        Some((self.word(address)?, self.word(address.checked_add(8)?)?))
    }
}

/// Return addresses of a stack, leaf first. Made without clearing its memory first.
pub(crate) struct Frames {
    frames: [MaybeUninit<u64>; MAX_FRAMES],
    n_frames: usize,
}

impl Frames {
    /// None yet.
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self {
            frames: [const { MaybeUninit::uninit() }; MAX_FRAMES],
            n_frames: 0,
        }
    }

    /// Takes the first and then the others, this many and not more than there is room for.
    pub(crate) fn fill(&mut self, n_frames: usize, first: u64, others: impl Iterator<Item = u64>) {
        let given = core::iter::once(first).chain(others).take(n_frames);
        let mut n_frames = 0;
        for (place, frame) in self.frames.iter_mut().zip(given) {
            place.write(frame);
            n_frames += 1;
        }
        self.n_frames = n_frames;
    }

    /// All of them.
    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[u64] {
        // SAFETY: `fill` has written the first `n_frames`, which are at most as many as there are.
        unsafe { core::slice::from_raw_parts(self.frames.as_ptr().cast(), self.n_frames) }
    }
}

/// Bytes that the C library's allocator set aside for a block (8 more for one with a mapping of its own).
///
/// Reads the size in front of the block, a layout that glibc has kept since version 2.3 (`malloc/malloc.c`, "chunk").
/// The flag says whether the block has a mapping of its own: `realloc` then moves pages, not bytes.
#[inline(always)]
pub(crate) fn usable_size(block: usize) -> (u64, bool) {
    let header = core::ptr::with_exposed_provenance::<u64>(block - 8);
    // SAFETY: the caller has checked that glibc's allocator made the block.
    let header = unsafe { *header };
    ((header & !7) - 8, header & 2 != 0)
}

/// The word at an address that the program passed for a result, and that its allocator has just filled in.
pub(crate) fn word_at(address: usize) -> usize {
    let place = core::ptr::with_exposed_provenance::<usize>(address);
    // SAFETY: see above.
    unsafe { place.read_unaligned() }
}

/// A C string as bytes; empty for null.
pub(crate) fn c_bytes(text: *const c_char) -> &'static [u8] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: callers pass strings of the dynamic loader or of the environment, which live as long as they are looked at.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// The value of a variable in an environment block.
pub(crate) fn find_variable(environment: *const *const c_char, name: &str) -> Option<&'static [u8]> {
    let mut entry = environment;
    loop {
        // SAFETY: the block is an array that ends with a null pointer, and the loop stops there.
        let text = unsafe { entry.read() };
        if text.is_null() {
            return None;
        }
        let value = c_bytes(text)
            .strip_prefix(name.as_bytes())
            .and_then(|rest| rest.strip_prefix(b"="));
        if value.is_some() {
            return value;
        }
        // SAFETY: not at the end of the array yet.
        entry = unsafe { entry.add(1) };
    }
}
