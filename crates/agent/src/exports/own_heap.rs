//! Fast paths of `malloc` and `free` for programs in which nothing else can be watched, as after optimization at link
//! time. Runs inside malloc and signal handlers.
//!
//! Only with glibc's allocator, which keeps the size of a block in front of it.

use super::fast_path::{count_dealloc, load_slot, only_own};
use super::heap::{OWN_CODE, own_free, own_malloc};
use crate::heap::{self, FILTER, FILTER_WORD_MASK};
use crate::real::heap::{FREE_AT, MALLOC_AT, PLACES};
use crate::sys;
use core::arch::naked_asm;
use core::mem::offset_of;
use wire::{CALL_WEIGHT, LIVE_FLUSH_BYTES, Slot};

#[unsafe(naked)]
pub(super) unsafe extern "C" fn fast_own_malloc() {
    naked_asm!(
        ".cfi_startproc",
        load_slot!(),
        only_own!(),
        "lea rcx, [rdi + {weight}]",
        "mov rdx, qword ptr [rax + {countdown}]",
        "sub rdx, rcx",
        "js 3f",
        "mov qword ptr [rax + {countdown}], rdx",
        "add qword ptr [rax + {allocations}], 1",
        "add qword ptr [rax + {allocated_bytes}], rdi",
        "push rax",
        ".cfi_adjust_cfa_offset 8",
        "call qword ptr [rip + {real} + {malloc_at}]",
        "pop rcx",
        ".cfi_adjust_cfa_offset -8",
        "test rax, rax",
        "je 2f",
        "mov rdx, qword ptr [rax - 8]",
        "and rdx, -8",
        "sub rdx, 8",
        "add rdx, qword ptr [rcx + {live}]",
        "mov qword ptr [rcx + {live}], rdx",
        "jns 4f",
        "2:",
        "ret",
        "4:",
        "push rax",
        ".cfi_adjust_cfa_offset 8",
        "mov rdi, rcx",
        "call {flush}",
        "pop rax",
        ".cfi_adjust_cfa_offset -8",
        "ret",
        "3:",
        "jmp {slow}",
        ".cfi_endproc",
        own_code = sym OWN_CODE,
        weight = const CALL_WEIGHT,
        countdown = const offset_of!(Slot, countdown),
        live = const offset_of!(Slot, live),
        allocations = const offset_of!(Slot, allocations),
        allocated_bytes = const offset_of!(Slot, allocated_bytes),
        real = sym PLACES,
        malloc_at = const MALLOC_AT * 8,
        flush = sym flush,
        slow = sym own_malloc,
    )
}

extern "C" fn flush(slot: usize) {
    if let (Some(arena), Some(slot)) = (sys::arena(), sys::slot_at(slot)) {
        heap::flush_live(arena, slot);
    }
}

#[unsafe(naked)]
pub(super) unsafe extern "C" fn fast_own_free() {
    naked_asm!(
        ".cfi_startproc",
        load_slot!(),
        "test rdi, rdi",
        "je 3f",
        only_own!(),
        "mov rsi, qword ptr [rdi - 8]",
        "and rsi, -8",
        "sub rsi, 8",
        count_dealloc!(),
        "jmp qword ptr [rip + {real} + {free_at}]",
        "3:",
        "jmp {slow}",
        ".cfi_endproc",
        own_code = sym OWN_CODE,
        live = const offset_of!(Slot, live),
        live_max = const offset_of!(Slot, live_max),
        frees = const offset_of!(Slot, frees),
        freed_bytes = const offset_of!(Slot, freed_bytes),
        lowest = const -2 * LIVE_FLUSH_BYTES,
        filter = sym FILTER,
        filter_mask = const FILTER_WORD_MASK,
        real = sym PLACES,
        free_at = const FREE_AT * 8,
        slow = sym own_free,
    )
}
