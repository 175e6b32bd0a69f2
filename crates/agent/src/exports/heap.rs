//! `malloc` and its family. Runs inside malloc and signal handlers.
//!
//! The exported functions jump through a table. At first it leads to functions that look up the real ones and, while
//! that is going on, serve from a static buffer. Then it leads straight to the real functions, so that an agent which
//! is not recording costs one jump. While the heap is recorded, it leads to counting ones.

use super::caller;
use super::own_heap::{fast_own_free, fast_own_malloc};
use crate::abi::{c_int, c_void, size_t};
use crate::heap::{self, Freeing, Request};
use crate::real::heap as real;
use crate::sys::Registers;
use core::arch::naked_asm;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use wire::allocation_kind::{CALLOC, FOREIGN, MALLOC};

/// Declares the exported functions, and where each one leads at first.
macro_rules! exported {
    ($($name:ident => $table:ident, $early:path;)*) => {$(
        static $table: AtomicUsize = AtomicUsize::new(0);

        #[doc = concat!("Replaces the C library's `", stringify!($name), "`.")]
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name() {
            naked_asm!(
                ".cfi_startproc",
                "mov rax, qword ptr [rip + {table}]",
                "test rax, rax",
                "je {early}",
                "jmp rax",
                ".cfi_endproc",
                table = sym $table,
                early = sym $early,
            )
        }
    )*};
}

exported! {
    malloc => TO_MALLOC, real::early_malloc;
    calloc => TO_CALLOC, real::early_calloc;
    realloc => TO_REALLOC, real::early_realloc;
    free => TO_FREE, real::early_free;
    memalign => TO_MEMALIGN, real::early_memalign;
    aligned_alloc => TO_ALIGNED_ALLOC, real::early_memalign;
    posix_memalign => TO_POSIX_MEMALIGN, real::early_posix_memalign;
}

/// From here on the exported functions lead to the real ones.
pub(crate) fn pass_heap_calls_on() {
    let functions = real::functions();
    lead_to([
        functions.malloc,
        functions.calloc,
        functions.realloc,
        if real::has_early_blocks() {
            real::early_free as *const () as usize
        } else {
            functions.free
        },
        functions.memalign,
        functions.aligned_alloc,
        functions.posix_memalign,
    ]);
}

/// Code whose calls count as the program's own where `malloc` is all that can be watched: start, and length.
pub(super) static OWN_CODE: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(usize::MAX)];

/// States what counts as the program's own code: calls from elsewhere, from the C library or the loader, are foreign.
pub(crate) fn set_own_code(start: usize, end: usize) {
    let [own_start, own_length] = &OWN_CODE;
    own_start.store(start, Relaxed);
    own_length.store(end.wrapping_sub(start), Relaxed);
}

#[inline(always)]
fn is_own(caller: &Registers) -> bool {
    let [start, length] = &OWN_CODE;
    (caller.ip as usize).wrapping_sub(start.load(Relaxed)) < length.load(Relaxed)
}

/// From here on their calls are counted: as the program's own, or as those of C code next to an allocator that is watched.
pub(crate) fn watch_heap_calls(is_foreign: bool) {
    lead_to(if is_foreign {
        [
            foreign_malloc as *const () as usize,
            foreign_calloc as *const () as usize,
            foreign_realloc as *const () as usize,
            foreign_free as *const () as usize,
            foreign_memalign as *const () as usize,
            foreign_aligned_alloc as *const () as usize,
            foreign_posix_memalign as *const () as usize,
        ]
    } else {
        [
            own_malloc_entry(),
            own_calloc as *const () as usize,
            own_realloc as *const () as usize,
            own_free_entry(),
            own_memalign as *const () as usize,
            own_aligned_alloc as *const () as usize,
            own_posix_memalign as *const () as usize,
        ]
    });
}

/// Address of the exported `malloc`.
pub(crate) fn malloc_address() -> usize {
    malloc as *const () as usize
}

/// Those for glibc's allocator, whose blocks have their size in front of them, are assembly.
fn own_malloc_entry() -> usize {
    if heap::is_size_in_front() {
        fast_own_malloc as *const () as usize
    } else {
        own_malloc as *const () as usize
    }
}

fn own_free_entry() -> usize {
    let is_plain = heap::is_size_in_front() && !real::has_early_blocks();
    if is_plain {
        fast_own_free as *const () as usize
    } else {
        own_free as *const () as usize
    }
}

fn lead_to(functions: [usize; 7]) {
    let tables = [
        &TO_MALLOC,
        &TO_CALLOC,
        &TO_REALLOC,
        &TO_FREE,
        &TO_MEMALIGN,
        &TO_ALIGNED_ALLOC,
        &TO_POSIX_MEMALIGN,
    ];
    for (table, function) in tables.into_iter().zip(functions) {
        table.store(function, Relaxed);
    }
}

/// Declares the counting functions that return a new block, once for each side.
macro_rules! allocating {
    ($($own:ident, $foreign:ident = $real:ident($($arg:ident),*), kind $kind:ident, size $size:expr, align $align:expr;)*) => {$(
        pub(super) unsafe extern "C" fn $own($($arg: size_t),*) -> *mut c_void {
            let caller = caller!();
            let kind = if is_own(&caller) { $kind } else { FOREIGN };
            let request = Request { kind, size: $size as u64, align: $align as u64 };
            // SAFETY: forwards the caller's arguments unchanged to the real function.
            let make = || unsafe { real::$real($($arg),*) } as usize;
            core::ptr::with_exposed_provenance_mut(heap::allocate(request, caller, make))
        }

        unsafe extern "C" fn $foreign($($arg: size_t),*) -> *mut c_void {
            let request = Request { kind: FOREIGN, size: $size as u64, align: $align as u64 };
            // SAFETY: forwards the caller's arguments unchanged to the real function.
            let make = || unsafe { real::$real($($arg),*) } as usize;
            core::ptr::with_exposed_provenance_mut(heap::allocate(request, caller!(), make))
        }
    )*};
}

allocating! {
    own_malloc, foreign_malloc = malloc(size), kind MALLOC, size size, align 0;
    own_calloc, foreign_calloc = calloc(count, size), kind CALLOC, size count.wrapping_mul(size), align 0;
    own_memalign, foreign_memalign = memalign(align, size), kind MALLOC, size size, align align;
    own_aligned_alloc, foreign_aligned_alloc = aligned_alloc(align, size), kind MALLOC, size size, align align;
}

unsafe extern "C" fn own_posix_memalign(block: *mut *mut c_void, align: size_t, size: size_t) -> c_int {
    let caller = caller!();
    // SAFETY: forwards the caller's arguments unchanged.
    unsafe {
        counted_posix_memalign(
            if is_own(&caller) { MALLOC } else { FOREIGN },
            block,
            align,
            size,
            caller,
        )
    }
}

unsafe extern "C" fn foreign_posix_memalign(block: *mut *mut c_void, align: size_t, size: size_t) -> c_int {
    let caller = caller!();
    // SAFETY: forwards the caller's arguments unchanged.
    unsafe { counted_posix_memalign(FOREIGN, block, align, size, caller) }
}

#[inline(always)]
unsafe fn counted_posix_memalign(
    kind: u64,
    block: *mut *mut c_void,
    align: size_t,
    size: size_t,
    caller: Registers,
) -> c_int {
    let mut result = 0;
    let request = Request {
        kind,
        size: size as u64,
        align: align as u64,
    };
    heap::allocate(request, caller, || {
        // SAFETY: forwards the caller's arguments unchanged to the real function.
        result = unsafe { real::posix_memalign(block, align, size) };
        if result != 0 {
            return 0;
        }
        // SAFETY: on success the real function has stored the block there.
        let made = unsafe { *block };
        made as usize
    });
    result
}

pub(super) unsafe extern "C" fn own_free(block: *mut c_void) {
    if real::is_early_block(block) {
        return;
    }
    if !is_own(&caller!()) {
        // SAFETY: forwards the caller's argument unchanged.
        return unsafe { foreign_free(block) };
    }
    // SAFETY: forwards the caller's argument unchanged to the real function.
    heap::deallocate(block as usize, Freeing::Unsized, || unsafe { real::free(block) });
}

unsafe extern "C" fn foreign_free(block: *mut c_void) {
    if real::is_early_block(block) {
        return;
    }
    heap::deallocate_foreign(block as usize);
    // SAFETY: forwards the caller's argument unchanged to the real function.
    unsafe { real::free(block) }
}

unsafe extern "C" fn own_realloc(block: *mut c_void, size: size_t) -> *mut c_void {
    let caller = caller!();
    // SAFETY: forwards the caller's arguments unchanged.
    unsafe { counted_realloc(is_own(&caller), block, size, caller) }
}

unsafe extern "C" fn foreign_realloc(block: *mut c_void, size: size_t) -> *mut c_void {
    let caller = caller!();
    // SAFETY: forwards the caller's arguments unchanged.
    unsafe { counted_realloc(false, block, size, caller) }
}

#[inline(always)]
unsafe fn counted_realloc(is_own: bool, block: *mut c_void, size: size_t, caller: Registers) -> *mut c_void {
    if real::is_early_block(block) {
        return real::move_early_block(block, size);
    }
    // SAFETY: forwards the caller's arguments unchanged to the real function.
    let resize = || unsafe { real::realloc(block, size) } as usize;
    let made = if block.is_null() {
        let kind = if is_own { MALLOC } else { FOREIGN };
        heap::allocate(
            Request {
                kind,
                size: size as u64,
                align: 0,
            },
            caller,
            resize,
        )
    } else if !is_own {
        // The block may go; what becomes of it is not followed.
        heap::deallocate_foreign(block as usize);
        resize()
    } else if size == 0 {
        // glibc frees the block.
        heap::deallocate(block as usize, Freeing::Unsized, || {
            resize();
        });
        0
    } else {
        heap::reallocate(block as usize, None, size as u64, caller, resize)
    };
    core::ptr::with_exposed_provenance_mut(made)
}
