//! Entry points of the executable to redirect, as analysed by the recorder.

use core::sync::atomic::{AtomicU8, AtomicU32, AtomicU64};

/// What an entry point does, and so which hook it is redirected to: values of [`Patch::role`].
pub mod role {
    /// `__rust_alloc(size, align)`.
    pub const RUST_ALLOC: u32 = 1;
    /// `__rust_dealloc(block, size, align)`.
    pub const RUST_DEALLOC: u32 = 2;
    /// `__rust_realloc(block, old_size, align, new_size)`.
    pub const RUST_REALLOC: u32 = 3;
    /// `__rust_alloc_zeroed(size, align)`.
    pub const RUST_ALLOC_ZEROED: u32 = 4;
    /// `malloc(size)`; other arguments, if any, do not matter for counting.
    pub const MALLOC: u32 = 5;
    /// `malloc_aligned(size, align)`.
    pub const MALLOC_ALIGNED: u32 = 6;
    /// `aligned_alloc(align, size)`.
    pub const ALIGNED_ALLOC: u32 = 7;
    /// `calloc(count, size)`.
    pub const CALLOC: u32 = 8;
    /// `realloc(block, new_size)`; further arguments are passed on.
    pub const REALLOC: u32 = 9;
    /// `free(block)`; further arguments are passed on.
    pub const FREE: u32 = 10;
    /// `usable_size(block)`: called, not redirected.
    pub const USABLE_SIZE: u32 = 11;
    /// `posix_memalign(&block, align, size)`.
    pub const POSIX_MEMALIGN: u32 = 12;
    /// `free(block, size)` of an allocator that has no function to tell sizes; further arguments are passed on.
    pub const FREE_SIZED: u32 = 13;
}

/// Bytes overwritten at most: a five-byte jump and the rest of an instruction.
pub const MAX_OVERWRITTEN: usize = 20;

/// The entry points to redirect.
#[repr(C)]
#[derive(Debug)]
pub struct Patches {
    /// Device of the executable that they were found in.
    pub device: AtomicU64,
    /// Its inode.
    pub inode: AtomicU64,
    /// How many there are.
    pub n_patches: AtomicU32,
    /// 1: `__rust_alloc` does nothing but call `malloc`, so a hook may call it directly.
    pub is_system_allocator: AtomicU32,
    /// The entry points.
    pub patches: [Patch; 32],
}

/// One entry point.
#[repr(C)]
#[derive(Debug)]
pub struct Patch {
    /// A [`role`].
    pub role: AtomicU32,
    /// Bytes replaced by the jump: whole instructions, five bytes or more.
    pub n_overwritten: AtomicU32,
    /// Address of the entry point as stated in the file.
    pub svma: AtomicU64,
    /// The bytes that must stand there.
    pub expected: [AtomicU8; MAX_OVERWRITTEN],
    /// The same instructions, to run elsewhere; displacements are filled in by the fixups.
    pub code: [AtomicU8; 64],
    /// Bytes of `code`.
    pub n_code: AtomicU32,
    /// Number of fixups.
    pub n_fixups: AtomicU32,
    /// Displacements to fill in.
    pub fixups: [Fixup; 8],
}

/// A 32-bit displacement in relocated code.
#[repr(C)]
#[derive(Debug)]
pub struct Fixup {
    /// Where it stands in the code.
    pub at: AtomicU32,
    /// Where the instruction that holds it ends: displacements count from there.
    pub end: AtomicU32,
    /// What it points to, as an address stated in the file.
    pub target_svma: AtomicU64,
}
