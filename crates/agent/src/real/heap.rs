//! The real `malloc` family, and a small heap for the time before it is found. Runs inside malloc and signal handlers.

use crate::abi::{self, c_int, c_void, size_t};
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Addresses of the real functions.
pub(crate) struct Functions {
    pub(crate) malloc: usize,
    pub(crate) calloc: usize,
    pub(crate) realloc: usize,
    pub(crate) free: usize,
    pub(crate) memalign: usize,
    pub(crate) aligned_alloc: usize,
    pub(crate) posix_memalign: usize,
}

/// Where the addresses stand once they are found, in the order of [`NAMES`].
pub(crate) static PLACES: [AtomicUsize; 7] = [const { AtomicUsize::new(0) }; 7];
static NAMES: [&core::ffi::CStr; 7] = [
    c"malloc",
    c"calloc",
    c"realloc",
    c"free",
    c"memalign",
    c"aligned_alloc",
    c"posix_memalign",
];
/// Place of `malloc`.
pub(crate) const MALLOC_AT: usize = 0;
/// Place of `free`.
pub(crate) const FREE_AT: usize = 3;
static IS_FOUND: AtomicBool = AtomicBool::new(false);
static IS_SEARCHING: AtomicBool = AtomicBool::new(false);

/// The real functions, looked up at the first call.
pub(crate) fn functions() -> Functions {
    find();
    let [malloc, calloc, realloc, free, memalign, aligned_alloc, posix_memalign] =
        [0, 1, 2, 3, 4, 5, 6].map(|at: usize| PLACES[at].load(Ordering::Relaxed));
    Functions {
        malloc,
        calloc,
        realloc,
        free,
        memalign,
        aligned_alloc,
        posix_memalign,
    }
}

/// False while another call of this is looking them up, on this thread or another.
fn find() -> bool {
    if IS_FOUND.load(Ordering::Acquire) {
        return true;
    }
    if IS_SEARCHING.swap(true, Ordering::AcqRel) {
        return false;
    }
    for (place, name) in PLACES.iter().zip(NAMES) {
        // SAFETY: the name is a C string.
        let function = unsafe { abi::dlsym(abi::RTLD_NEXT, name.as_ptr()) };
        place.store(function.expose_provenance(), Ordering::Relaxed);
    }
    IS_FOUND.store(true, Ordering::Release);
    true
}

/// Declares callers of the real functions. They must have been found.
macro_rules! callers {
    ($($at:literal $name:ident($($arg:ident: $type:ty),*) $(-> $result:ty)?;)*) => {$(
        /// The real function.
        #[inline(always)]
        pub(crate) unsafe fn $name($($arg: $type),*) $(-> $result)? {
            let address = PLACES[$at].load(Ordering::Relaxed);
            // SAFETY: the address is that of the function of this name and type.
            let function = unsafe {
                core::mem::transmute::<usize, unsafe extern "C" fn($($type),*) $(-> $result)?>(address)
            };
            // SAFETY: the caller upholds the function's own conditions.
            unsafe { function($($arg),*) }
        }
    )*};
}

callers! {
    0 malloc(size: size_t) -> *mut c_void;
    1 calloc(count: size_t, size: size_t) -> *mut c_void;
    2 realloc(block: *mut c_void, size: size_t) -> *mut c_void;
    3 free(block: *mut c_void);
    4 memalign(align: size_t, size: size_t) -> *mut c_void;
    5 aligned_alloc(align: size_t, size: size_t) -> *mut c_void;
    6 posix_memalign(block: *mut *mut c_void, align: size_t, size: size_t) -> c_int;
}

const EARLY_BYTES: usize = 64 << 10;

/// Blocks handed out while the real functions are being looked up. Never given back.
#[repr(C, align(64))]
struct EarlyHeap(UnsafeCell<[u8; EARLY_BYTES]>);

// SAFETY: each byte is handed out once, to one caller, by an atomic addition.
unsafe impl Sync for EarlyHeap {}

static EARLY_HEAP: EarlyHeap = EarlyHeap(UnsafeCell::new([0; EARLY_BYTES]));
static EARLY_USED: AtomicUsize = AtomicUsize::new(0);

/// Size of an early block stands in front of it.
const EARLY_HEADER: usize = 16;

fn early_block(align: usize, size: usize) -> *mut c_void {
    let align = align.max(16);
    let start = EARLY_HEAP.0.get() as usize;
    let bytes = size.saturating_add(align).saturating_add(EARLY_HEADER);
    let used = EARLY_USED.fetch_add(bytes.next_multiple_of(16), Ordering::Relaxed);
    if used.saturating_add(bytes) > EARLY_BYTES {
        return core::ptr::null_mut();
    }
    let block = (start + used + EARLY_HEADER).next_multiple_of(align);
    let header = core::ptr::with_exposed_provenance_mut::<usize>(block - EARLY_HEADER);
    // SAFETY: the bytes in front of the block belong to this call alone and are aligned.
    unsafe { header.write(size) };
    core::ptr::with_exposed_provenance_mut(block)
}

/// True for a block of the small heap.
#[inline(always)]
pub(crate) fn is_early_block(block: *mut c_void) -> bool {
    (block as usize).wrapping_sub(EARLY_HEAP.0.get() as usize) < EARLY_BYTES
}

/// True when the small heap was needed.
pub(crate) fn has_early_blocks() -> bool {
    EARLY_USED.load(Ordering::Relaxed) != 0
}

/// `realloc` of a block of the small heap.
pub(crate) fn move_early_block(block: *mut c_void, size: size_t) -> *mut c_void {
    // SAFETY: has no preconditions.
    let moved = unsafe { early_malloc(size) };
    if !moved.is_null() {
        let header = block.cast::<usize>().wrapping_sub(EARLY_HEADER / size_of::<usize>());
        // SAFETY: the size stands in front of every early block.
        let old_size = unsafe { *header };
        let (from, to) = (block.cast::<u8>(), moved.cast::<u8>());
        // SAFETY: both blocks hold that many bytes, and a new block overlaps no other.
        unsafe { core::ptr::copy_nonoverlapping(from, to, old_size.min(size)) };
    }
    moved
}

/// `malloc` until the table leads elsewhere.
pub(crate) unsafe extern "C" fn early_malloc(size: size_t) -> *mut c_void {
    if find() {
        // SAFETY: forwards the caller's argument unchanged.
        return unsafe { malloc(size) };
    }
    early_block(16, size)
}

/// `calloc` until the table leads elsewhere.
pub(crate) unsafe extern "C" fn early_calloc(count: size_t, size: size_t) -> *mut c_void {
    if find() {
        // SAFETY: forwards the caller's arguments unchanged.
        return unsafe { calloc(count, size) };
    }
    // The buffer is zero, and no part of it is handed out twice.
    early_block(16, count.saturating_mul(size))
}

/// `realloc` until the table leads elsewhere.
pub(crate) unsafe extern "C" fn early_realloc(block: *mut c_void, size: size_t) -> *mut c_void {
    if is_early_block(block) {
        return move_early_block(block, size);
    }
    if find() {
        // SAFETY: forwards the caller's arguments unchanged.
        return unsafe { realloc(block, size) };
    }
    early_block(16, size)
}

/// `free` until the table leads elsewhere.
pub(crate) unsafe extern "C" fn early_free(block: *mut c_void) {
    if !is_early_block(block) && find() {
        // SAFETY: forwards the caller's argument unchanged.
        unsafe { free(block) }
    }
}

/// `memalign` and `aligned_alloc` until the table leads elsewhere.
pub(crate) unsafe extern "C" fn early_memalign(align: size_t, size: size_t) -> *mut c_void {
    if find() {
        // SAFETY: forwards the caller's arguments unchanged.
        return unsafe { memalign(align, size) };
    }
    early_block(align, size)
}

/// `posix_memalign` until the table leads elsewhere.
pub(crate) unsafe extern "C" fn early_posix_memalign(block: *mut *mut c_void, align: size_t, size: size_t) -> c_int {
    if find() {
        // SAFETY: forwards the caller's arguments unchanged.
        return unsafe { posix_memalign(block, align, size) };
    }
    let made = early_block(align, size);
    // SAFETY: the caller passes a place for the result.
    unsafe { block.write(made) };
    if made.is_null() { 12 } else { 0 }
}
