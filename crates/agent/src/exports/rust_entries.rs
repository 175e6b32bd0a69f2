//! Hooks for entry points of allocators that are part of the executable. Runs inside malloc and signal handlers.
//!
//! The entry points are overwritten with a jump to a trampoline, which loads the address of the original code into r11
//! and jumps here. The four hooks for Rust's own entry points are assembly: they are called up to twenty million times
//! a second. They add to five counters and go on to the allocator; everything else is left to the slow path.

use super::fast_path::{call_original, count_alloc, count_dealloc, load_slot, slow_path};
use crate::heap::{self, FILTER, FILTER_WORD_MASK, Freeing, Request};
use crate::sys::{self, call, caller_of};
use core::arch::naked_asm;
use core::mem::offset_of;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use wire::allocation_kind::{ALLOC, ALLOC_ZEROED, CALLOC, MALLOC};
use wire::{CALL_WEIGHT, LIVE_FLUSH_BYTES, Slot, role};

static DIRECT_MALLOC: AtomicUsize = AtomicUsize::new(0);
static DIRECT_CALLOC: AtomicUsize = AtomicUsize::new(0);
static DIRECT_FREE: AtomicUsize = AtomicUsize::new(0);

/// States the functions that the system allocator's entry points end up in, so that the hooks can go there directly.
pub(crate) fn set_direct_functions(malloc: usize, calloc: usize, free: usize) {
    DIRECT_MALLOC.store(malloc, Relaxed);
    DIRECT_CALLOC.store(calloc, Relaxed);
    DIRECT_FREE.store(free, Relaxed);
}

/// The hook for an entry point. `is_direct`: it does nothing but call `malloc` and its family.
pub(crate) fn hook_for_role(role: u32, is_direct: bool) -> Option<usize> {
    let hook: *const () = match (role, is_direct) {
        (role::RUST_ALLOC, true) => direct_alloc as *const (),
        (role::RUST_ALLOC, false) => counted_alloc as *const (),
        (role::RUST_ALLOC_ZEROED, true) => direct_alloc_zeroed as *const (),
        (role::RUST_ALLOC_ZEROED, false) => counted_alloc_zeroed as *const (),
        (role::RUST_DEALLOC, true) => direct_dealloc as *const (),
        (role::RUST_DEALLOC, false) => counted_dealloc as *const (),
        (role::RUST_REALLOC, _) => rust_realloc as *const (),
        (role::MALLOC, _) => static_malloc as *const (),
        (role::MALLOC_ALIGNED, _) => static_malloc_aligned as *const (),
        (role::ALIGNED_ALLOC, _) => static_aligned_alloc as *const (),
        (role::CALLOC, _) => static_calloc as *const (),
        (role::REALLOC, _) => static_realloc as *const (),
        (role::FREE, _) => static_free as *const (),
        (role::FREE_SIZED, _) => static_free_sized as *const (),
        (role::POSIX_MEMALIGN, _) => static_posix_memalign as *const (),
        _ => return None,
    };
    Some(hook as usize)
}

/// With the system allocator, small alignments end in `malloc` as in `std::sys::alloc::unix`; others go the long way.
macro_rules! direct_alloc {
    ($name:ident, $slow:ident, $last:literal, $direct:ident) => {
        #[unsafe(naked)]
        unsafe extern "C" fn $name() {
            naked_asm!(
                ".cfi_startproc",
                load_slot!(),
                "cmp rsi, 16",
                "ja 3f",
                "cmp rsi, rdi",
                "ja 3f",
                count_alloc!(),
                $last,
                "jmp qword ptr [rip + {direct}]",
                slow_path!(),
                ".cfi_endproc",
                weight = const CALL_WEIGHT,
                countdown = const offset_of!(Slot, countdown),
                live = const offset_of!(Slot, live),
                allocations = const offset_of!(Slot, allocations),
                allocated_bytes = const offset_of!(Slot, allocated_bytes),
                direct = sym $direct,
                slow = sym $slow,
            )
        }
    };
}

direct_alloc!(direct_alloc, slow_alloc, "", DIRECT_MALLOC);
direct_alloc!(direct_alloc_zeroed, slow_alloc_zeroed, "mov esi, 1", DIRECT_CALLOC);

/// With an allocator of the program's own, the original is called: `malloc` calls below it are not counted again.
macro_rules! counted_alloc {
    ($name:ident, $slow:ident) => {
        #[unsafe(naked)]
        unsafe extern "C" fn $name() {
            naked_asm!(
                ".cfi_startproc",
                load_slot!(),
                count_alloc!(),
                call_original!(),
                slow_path!(),
                ".cfi_endproc",
                weight = const CALL_WEIGHT,
                countdown = const offset_of!(Slot, countdown),
                live = const offset_of!(Slot, live),
                allocations = const offset_of!(Slot, allocations),
                allocated_bytes = const offset_of!(Slot, allocated_bytes),
                depth = const offset_of!(Slot, allocator_depth),
                slow = sym $slow,
            )
        }
    };
}

counted_alloc!(counted_alloc, slow_alloc);
counted_alloc!(counted_alloc_zeroed, slow_alloc_zeroed);

#[unsafe(naked)]
unsafe extern "C" fn direct_dealloc() {
    naked_asm!(
        ".cfi_startproc",
        load_slot!(),
        count_dealloc!(),
        "jmp qword ptr [rip + {direct}]",
        slow_path!(),
        ".cfi_endproc",
        live = const offset_of!(Slot, live),
        live_max = const offset_of!(Slot, live_max),
        frees = const offset_of!(Slot, frees),
        freed_bytes = const offset_of!(Slot, freed_bytes),
        lowest = const -2 * LIVE_FLUSH_BYTES,
        filter = sym FILTER,
        filter_mask = const FILTER_WORD_MASK,
        direct = sym DIRECT_FREE,
        slow = sym slow_dealloc,
    )
}

#[unsafe(naked)]
unsafe extern "C" fn counted_dealloc() {
    naked_asm!(
        ".cfi_startproc",
        load_slot!(),
        count_dealloc!(),
        call_original!(),
        slow_path!(),
        ".cfi_endproc",
        live = const offset_of!(Slot, live),
        live_max = const offset_of!(Slot, live_max),
        frees = const offset_of!(Slot, frees),
        freed_bytes = const offset_of!(Slot, freed_bytes),
        lowest = const -2 * LIVE_FLUSH_BYTES,
        filter = sym FILTER,
        filter_mask = const FILTER_WORD_MASK,
        depth = const offset_of!(Slot, allocator_depth),
        slow = sym slow_dealloc,
    )
}

/// Hooks without a fast path.
macro_rules! slow_only {
    ($($name:ident => $slow:ident;)*) => {$(
        #[unsafe(naked)]
        unsafe extern "C" fn $name() {
            naked_asm!(".cfi_startproc", slow_path!(), ".cfi_endproc", slow = sym $slow)
        }
    )*};
}

slow_only! {
    rust_realloc => slow_rust_realloc;
    static_malloc => slow_malloc;
    static_malloc_aligned => slow_malloc_aligned;
    static_aligned_alloc => slow_aligned_alloc;
    static_calloc => slow_calloc;
    static_realloc => slow_realloc;
    static_free => slow_free;
    static_free_sized => slow_free_sized;
    static_posix_memalign => slow_posix_memalign;
}

/// Declares the slow paths that return a new block.
macro_rules! slow_allocating {
    ($($name:ident($a:ident, $b:ident), kind $kind:ident, size $size:expr, align $align:expr;)*) => {$(
        extern "C" fn $name($a: usize, $b: usize, c: usize, d: usize, original: usize, frame: usize) -> usize {
            let request = Request { kind: $kind, size: $size as u64, align: $align as u64 };
            heap::allocate(request, caller_of(frame), || call(original, [$a, $b, c, d]))
        }
    )*};
}

slow_allocating! {
    slow_alloc(size, align), kind ALLOC, size size, align align;
    slow_alloc_zeroed(size, align), kind ALLOC_ZEROED, size size, align align;
    slow_malloc(size, flags), kind MALLOC, size size, align 0;
    slow_malloc_aligned(size, align), kind MALLOC, size size, align align;
    slow_aligned_alloc(align, size), kind MALLOC, size size, align align;
    slow_calloc(count, size), kind CALLOC, size count.wrapping_mul(size), align 0;
}

extern "C" fn slow_dealloc(block: usize, size: usize, align: usize, d: usize, original: usize, _: usize) -> usize {
    heap::deallocate(block, Freeing::Rust(size as u64), || {
        call(original, [block, size, align, d]);
    });
    0
}

extern "C" fn slow_free(block: usize, b: usize, c: usize, d: usize, original: usize, _: usize) -> usize {
    let mut result = 0;
    heap::deallocate(block, Freeing::Unsized, || result = call(original, [block, b, c, d]));
    result
}

extern "C" fn slow_free_sized(block: usize, size: usize, c: usize, d: usize, original: usize, _: usize) -> usize {
    heap::deallocate(block, Freeing::Sized(size as u64), || {
        call(original, [block, size, c, d]);
    });
    0
}

extern "C" fn slow_rust_realloc(
    block: usize,
    old_size: usize,
    align: usize,
    new_size: usize,
    original: usize,
    frame: usize,
) -> usize {
    let resize = || call(original, [block, old_size, align, new_size]);
    heap::reallocate(block, Some(old_size as u64), new_size as u64, caller_of(frame), resize)
}

extern "C" fn slow_realloc(block: usize, size: usize, c: usize, d: usize, original: usize, frame: usize) -> usize {
    let resize = || call(original, [block, size, c, d]);
    if block == 0 {
        let request = Request {
            kind: MALLOC,
            size: size as u64,
            align: 0,
        };
        return heap::allocate(request, caller_of(frame), resize);
    }
    heap::reallocate(block, None, size as u64, caller_of(frame), resize)
}

extern "C" fn slow_posix_memalign(
    place: usize,
    align: usize,
    size: usize,
    d: usize,
    original: usize,
    frame: usize,
) -> usize {
    let request = Request {
        kind: MALLOC,
        size: size as u64,
        align: align as u64,
    };
    let mut result = 0;
    heap::allocate(request, caller_of(frame), || {
        result = call(original, [place, align, size, d]);
        if result as u32 == 0 { sys::word_at(place) } else { 0 }
    });
    result
}
