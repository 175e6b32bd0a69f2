//! Loading of libraries at run time. Runs inside malloc and signal handlers.
//!
//! The dynamic loader looks at its return address to learn who calls, and searches that library's own paths. So these
//! are jumps: the caller stays the caller.

use crate::hooks::loader;
use crate::real;
use core::arch::naked_asm;
use core::ffi::CStr;

/// Declares functions that are noted, then jumped to.
macro_rules! noted {
    ($($name:ident, $prepare:ident, $text:literal;)*) => {$(
        #[doc = concat!("Replaces the C library's `", stringify!($name), "`.")]
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name() {
            naked_asm!(
                ".cfi_startproc",
                "push rdi",
                ".cfi_adjust_cfa_offset 8",
                "push rsi",
                ".cfi_adjust_cfa_offset 8",
                "push rdx",
                ".cfi_adjust_cfa_offset 8",
                "call {prepare}",
                "pop rdx",
                ".cfi_adjust_cfa_offset -8",
                "pop rsi",
                ".cfi_adjust_cfa_offset -8",
                "pop rdi",
                ".cfi_adjust_cfa_offset -8",
                "jmp rax",
                ".cfi_endproc",
                prepare = sym $prepare,
            )
        }

        extern "C" fn $prepare() -> usize {
            const NAME: &CStr = $text;
            loader::note_dlopen();
            real::address_behind(NAME)
        }
    )*};
}

noted! {
    dlopen, before_dlopen, c"dlopen";
    dlmopen, before_dlmopen, c"dlmopen";
}
