//! The callbacks that LLVM's ThreadSanitizer pass puts before each access (`ThreadSanitizer.cpp`, LLVM 22).
//!
//! The call site, which is the return address, is counted in a table with one word for each place of a call; counting
//! downwards sets the carry flag at the first use. Then a table of recent lines decides whether the model has to run. Nothing is saved: all registers in use belong to the callee.
//!
//! Offsets are those of [`Hot`](crate::thread::Hot).

use crate::{atomics, copies, slow};
use core::arch::naked_asm;
use core::mem::offset_of;
use wire::trace::access::{ENTRY, READ, READ_WRITE, WRITE};

use crate::caches::{N_RECENT, Recent};
use crate::thread::Hot;

const _: () = assert!(offset_of!(Hot, counts) == 0);
const _: () = assert!(offset_of!(Hot, text_start) == 8);
const _: () = assert!(offset_of!(Hot, text_bytes) == 16);
const _: () = assert!(offset_of!(Hot, time) == 24);
const _: () = assert!(offset_of!(Hot, bytes) == 32);
const _: () = assert!(N_RECENT == 4096 && size_of::<Recent>() == 16 && offset_of!(Recent, key) == 0);
const _: () = assert!(offset_of!(Hot, recent) == 64);

/// Counts the site; leaves for `3` (the thread or the site has no table) and `4` (first use).
macro_rules! count {
    () => {
        concat!(
            "mov rax, qword ptr [rip + whyslow_trace_local@GOTTPOFF]\n",
            "mov rcx, qword ptr [rsp]\n",
            "mov rax, qword ptr fs:[rax]\n",
            "test rax, rax\n",
            "jz 3f\n",
            "sub rcx, qword ptr [rax + 8]\n",
            "mov rdx, qword ptr [rax]\n",
            "cmp rcx, qword ptr [rax + 16]\n",
            "jae 3f\n",
            // Places are words of eight bytes for each four bytes of code.
            "and rcx, -4\n",
            "sub qword ptr [rdx + rcx * 2], 1\n",
            "jc 4f\n",
        )
    };
}

/// Finds the recent line of the same lowest bits and leaves the difference of the addresses in `rcx`.
macro_rules! difference {
    () => {
        concat!(
            "mov edx, edi\n",
            "shr edx, 2\n",
            "and edx, 4095 * 16\n",
            "mov rcx, qword ptr [rax + rdx + 64]\n",
            "xor rcx, rdi\n",
        )
    };
}

/// Notes the time of the line's use.
macro_rules! note_time {
    () => {
        concat!(
            "mov ecx, dword ptr [rax + 24]\n",
            "mov rdx, qword ptr [rax + rdx + 72]\n",
            "mov dword ptr [rdx], ecx\n",
            "ret\n",
        )
    };
}

/// Compares with the recent line; for a write, it must be writable, too.
macro_rules! recent {
    (read) => {
        // The highest bit, which says whether it may be written to, goes.
        concat!(
            difference!(),
            "add rcx, rcx\n",
            "cmp rcx, 127\n",
            "ja 5f\n",
            note_time!()
        )
    };
    (write) => {
        concat!(difference!(), "cmp rcx, 63\n", "ja 5f\n", note_time!())
    };
}

/// Leaves for `5` when an access of `{size}` bytes lies in two lines.
macro_rules! in_one_line {
    () => {
        concat!("mov ecx, edi\n", "and ecx, 63\n", "cmp ecx, 64 - {size}\n", "ja 5f\n",)
    };
}

macro_rules! leave {
    () => {
        concat!(
            "3: mov esi, {kind}\n",
            "mov rdx, qword ptr [rsp]\n",
            "jmp {uncounted}\n",
            "4: mov esi, {kind}\n",
            "mov rdx, qword ptr [rsp]\n",
            "jmp {first_use}\n",
            "5: mov esi, {kind}\n",
            "mov rdx, qword ptr [rsp]\n",
            "mov rcx, rax\n",
            "jmp {not_recent}\n",
            // The section of the function, and so its first instruction, begins where a line of the cache does.
            ".p2align 6\n",
        )
    };
}

macro_rules! aligned {
    ($($name:ident $direction:ident $kind:ident $log2:literal)*) => {$(
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name() {
            naked_asm!(
                count!(), recent!($direction), leave!(),
                kind = const $kind | $log2 << 8,
                uncounted = sym slow::uncounted,
                first_use = sym slow::first_use,
                not_recent = sym slow::not_recent,
            )
        }
    )*};
}

macro_rules! unaligned {
    ($($name:ident $direction:ident $kind:ident $log2:literal)*) => {$(
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name() {
            naked_asm!(
                count!(), in_one_line!(), recent!($direction), leave!(),
                size = const 1 << $log2,
                kind = const $kind | $log2 << 8,
                uncounted = sym slow::uncounted,
                first_use = sym slow::first_use,
                not_recent = sym slow::not_recent,
            )
        }
    )*};
}

aligned! {
    __tsan_read1 read READ 0
    __tsan_read2 read READ 1
    __tsan_read4 read READ 2
    __tsan_read8 read READ 3
    __tsan_read16 read READ 4
    __tsan_write1 write WRITE 0
    __tsan_write2 write WRITE 1
    __tsan_write4 write WRITE 2
    __tsan_write8 write WRITE 3
    __tsan_write16 write WRITE 4
    __tsan_read_write1 write READ_WRITE 0
    __tsan_read_write2 write READ_WRITE 1
    __tsan_read_write4 write READ_WRITE 2
    __tsan_read_write8 write READ_WRITE 3
    __tsan_read_write16 write READ_WRITE 4
    __tsan_volatile_read1 read READ 0
    __tsan_volatile_read2 read READ 1
    __tsan_volatile_read4 read READ 2
    __tsan_volatile_read8 read READ 3
    __tsan_volatile_read16 read READ 4
    __tsan_volatile_write1 write WRITE 0
    __tsan_volatile_write2 write WRITE 1
    __tsan_volatile_write4 write WRITE 2
    __tsan_volatile_write8 write WRITE 3
    __tsan_volatile_write16 write WRITE 4
    __tsan_vptr_read read READ 3
    __tsan_vptr_update write WRITE 3
}

unaligned! {
    __tsan_unaligned_read1 read READ 0
    __tsan_unaligned_read2 read READ 1
    __tsan_unaligned_read4 read READ 2
    __tsan_unaligned_read8 read READ 3
    __tsan_unaligned_read16 read READ 4
    __tsan_unaligned_write1 write WRITE 0
    __tsan_unaligned_write2 write WRITE 1
    __tsan_unaligned_write4 write WRITE 2
    __tsan_unaligned_write8 write WRITE 3
    __tsan_unaligned_write16 write WRITE 4
    __tsan_unaligned_read_write1 write READ_WRITE 0
    __tsan_unaligned_read_write2 write READ_WRITE 1
    __tsan_unaligned_read_write4 write READ_WRITE 2
    __tsan_unaligned_read_write8 write READ_WRITE 3
    __tsan_unaligned_read_write16 write READ_WRITE 4
    __tsan_unaligned_volatile_read1 read READ 0
    __tsan_unaligned_volatile_read2 read READ 1
    __tsan_unaligned_volatile_read4 read READ 2
    __tsan_unaligned_volatile_read8 read READ 3
    __tsan_unaligned_volatile_read16 read READ 4
    __tsan_unaligned_volatile_write1 write WRITE 0
    __tsan_unaligned_volatile_write2 write WRITE 1
    __tsan_unaligned_volatile_write4 write WRITE 2
    __tsan_unaligned_volatile_write8 write WRITE 3
    __tsan_unaligned_volatile_write16 write WRITE 4
}

/// A function begins.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn __tsan_func_entry() {
    naked_asm!(
        count!(),
        "ret",
        leave!(),
        kind = const ENTRY,
        uncounted = sym slow::uncounted,
        first_use = sym slow::first_use,
        not_recent = sym slow::not_recent,
    )
}

/// Counts a copy or fill and its bytes, all arguments kept; leaves for `3`, as if it had not been counted, where that is not so simple.
macro_rules! count_bytes {
    () => {
        concat!(
            "mov rax, qword ptr [rip + whyslow_trace_local@GOTTPOFF]\n",
            "mov rcx, qword ptr [rsp]\n",
            "mov rax, qword ptr fs:[rax]\n",
            "test rax, rax\n",
            "jz 3f\n",
            "sub rcx, qword ptr [rax + 8]\n",
            "mov r8, qword ptr [rax]\n",
            "cmp rcx, qword ptr [rax + 16]\n",
            "jae 3f\n",
            "and rcx, -4\n",
            "mov r9, qword ptr [rax + 32]\n",
            "sub qword ptr [r8 + rcx * 2], 1\n",
            "jc 4f\n",
            "add qword ptr [r9 + rcx * 2], rdx\n",
        )
    };
}

/// Leaves for `5` unless the `rdx` bytes at the address lie in one line; leaves the place of the recent line in `$place`.
macro_rules! one_recent_line {
    ($address:literal, $low:literal, $place:literal, $($same:literal),*) => {
        concat!(
            "mov r10d, ", $low, "\n",
            "and r10d, 63\n",
            "lea r10, [r10 + rdx - 1]\n",
            "cmp r10, 63\n",
            "ja 5f\n",
            "mov ", $place, "d, ", $low, "\n",
            "shr ", $place, "d, 2\n",
            "and ", $place, "d, 4095 * 16\n",
            "mov r10, qword ptr [rax + ", $place, " + 64]\n",
            "xor r10, ", $address, "\n",
            $($same, "\n",)*
            "ja 5f\n",
        )
    };
}

macro_rules! copies {
    ($($name:ident $target:ident $moved:ident;)*) => {$(
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name() {
            naked_asm!(
                count_bytes!(),
                one_recent_line!("rsi", "esi", "r8", "add r10, r10", "cmp r10, 127"),
                one_recent_line!("rdi", "edi", "r9", "cmp r10, 63"),
                "mov ecx, dword ptr [rax + 24]",
                "mov r8, qword ptr [rax + r8 + 72]",
                "mov dword ptr [r8], ecx",
                "mov r9, qword ptr [rax + r9 + 72]",
                "mov dword ptr [r9], ecx",
                concat!("jmp qword ptr [rip + ", stringify!($target), "@GOTPCREL]"),
                "4: add qword ptr [r8 + rcx * 2], 1",
                "3: mov rcx, qword ptr [rsp]",
                "jmp {whole}",
                "5: mov rcx, qword ptr [rsp]",
                "mov r8, rax",
                "jmp {counted}",
                ".p2align 6",
                whole = sym copies::$target,
                counted = sym copies::$moved,
            )
        }
    )*};
}

copies! {
    __tsan_memcpy memcpy counted_memcpy;
    __tsan_memmove memmove counted_memmove;
}

/// A fill.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn __tsan_memset() {
    naked_asm!(
        count_bytes!(),
        one_recent_line!("rdi", "edi", "r9", "cmp r10, 63"),
        "mov ecx, dword ptr [rax + 24]",
        "mov r9, qword ptr [rax + r9 + 72]",
        "mov dword ptr [r9], ecx",
        "jmp qword ptr [rip + memset@GOTPCREL]",
        "4: add qword ptr [r8 + rcx * 2], 1",
        "3: mov rcx, qword ptr [rsp]",
        "jmp {whole}",
        "5: mov rcx, qword ptr [rsp]",
        "mov r8, rax",
        "jmp {counted}",
        ".p2align 6",
        whole = sym copies::memset,
        counted = sym copies::counted_memset,
    )
}

/// Callbacks that ask for nothing.
macro_rules! nothing {
    ($($name:ident)*) => {$(
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name() {
            naked_asm!("ret")
        }
    )*};
}

nothing! { __tsan_func_exit __tsan_init __tsan_ignore_thread_begin __tsan_ignore_thread_end }

/// Passes the call on with the return address in a further register.
macro_rules! with_site {
    ($($name:ident $register:literal $target:path;)*) => {$(
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name() {
            naked_asm!(
                concat!("mov ", $register, ", qword ptr [rsp]"),
                "jmp {target}",
                target = sym $target,
            )
        }
    )*};
}

with_site! {
    __tsan_atomic_thread_fence "rsi" atomics::thread_fence;
    __tsan_atomic_signal_fence "rsi" atomics::signal_fence;
}

with_site! {
    __tsan_atomic8_load "rdx" atomics::bits8::load;
    __tsan_atomic8_store "rcx" atomics::bits8::store;
    __tsan_atomic8_exchange "rcx" atomics::bits8::exchange;
    __tsan_atomic8_fetch_add "rcx" atomics::bits8::fetch_add;
    __tsan_atomic8_fetch_sub "rcx" atomics::bits8::fetch_sub;
    __tsan_atomic8_fetch_and "rcx" atomics::bits8::fetch_and;
    __tsan_atomic8_fetch_or "rcx" atomics::bits8::fetch_or;
    __tsan_atomic8_fetch_xor "rcx" atomics::bits8::fetch_xor;
    __tsan_atomic8_fetch_nand "rcx" atomics::bits8::fetch_nand;
    __tsan_atomic8_compare_exchange_val "r9" atomics::bits8::compare_exchange_val;
    __tsan_atomic8_compare_exchange_strong "r9" atomics::bits8::compare_exchange;
    __tsan_atomic8_compare_exchange_weak "r9" atomics::bits8::compare_exchange;
    __tsan_atomic16_load "rdx" atomics::bits16::load;
    __tsan_atomic16_store "rcx" atomics::bits16::store;
    __tsan_atomic16_exchange "rcx" atomics::bits16::exchange;
    __tsan_atomic16_fetch_add "rcx" atomics::bits16::fetch_add;
    __tsan_atomic16_fetch_sub "rcx" atomics::bits16::fetch_sub;
    __tsan_atomic16_fetch_and "rcx" atomics::bits16::fetch_and;
    __tsan_atomic16_fetch_or "rcx" atomics::bits16::fetch_or;
    __tsan_atomic16_fetch_xor "rcx" atomics::bits16::fetch_xor;
    __tsan_atomic16_fetch_nand "rcx" atomics::bits16::fetch_nand;
    __tsan_atomic16_compare_exchange_val "r9" atomics::bits16::compare_exchange_val;
    __tsan_atomic16_compare_exchange_strong "r9" atomics::bits16::compare_exchange;
    __tsan_atomic16_compare_exchange_weak "r9" atomics::bits16::compare_exchange;
    __tsan_atomic32_load "rdx" atomics::bits32::load;
    __tsan_atomic32_store "rcx" atomics::bits32::store;
    __tsan_atomic32_exchange "rcx" atomics::bits32::exchange;
    __tsan_atomic32_fetch_add "rcx" atomics::bits32::fetch_add;
    __tsan_atomic32_fetch_sub "rcx" atomics::bits32::fetch_sub;
    __tsan_atomic32_fetch_and "rcx" atomics::bits32::fetch_and;
    __tsan_atomic32_fetch_or "rcx" atomics::bits32::fetch_or;
    __tsan_atomic32_fetch_xor "rcx" atomics::bits32::fetch_xor;
    __tsan_atomic32_fetch_nand "rcx" atomics::bits32::fetch_nand;
    __tsan_atomic32_compare_exchange_val "r9" atomics::bits32::compare_exchange_val;
    __tsan_atomic32_compare_exchange_strong "r9" atomics::bits32::compare_exchange;
    __tsan_atomic32_compare_exchange_weak "r9" atomics::bits32::compare_exchange;
    __tsan_atomic64_load "rdx" atomics::bits64::load;
    __tsan_atomic64_store "rcx" atomics::bits64::store;
    __tsan_atomic64_exchange "rcx" atomics::bits64::exchange;
    __tsan_atomic64_fetch_add "rcx" atomics::bits64::fetch_add;
    __tsan_atomic64_fetch_sub "rcx" atomics::bits64::fetch_sub;
    __tsan_atomic64_fetch_and "rcx" atomics::bits64::fetch_and;
    __tsan_atomic64_fetch_or "rcx" atomics::bits64::fetch_or;
    __tsan_atomic64_fetch_xor "rcx" atomics::bits64::fetch_xor;
    __tsan_atomic64_fetch_nand "rcx" atomics::bits64::fetch_nand;
    __tsan_atomic64_compare_exchange_val "r9" atomics::bits64::compare_exchange_val;
    __tsan_atomic64_compare_exchange_strong "r9" atomics::bits64::compare_exchange;
    __tsan_atomic64_compare_exchange_weak "r9" atomics::bits64::compare_exchange;
    __tsan_atomic128_load "rdx" atomics::bits128::load;
    __tsan_atomic128_store "r8" atomics::bits128::store;
    __tsan_atomic128_exchange "r8" atomics::bits128::exchange;
    __tsan_atomic128_fetch_add "r8" atomics::bits128::fetch_add;
    __tsan_atomic128_fetch_sub "r8" atomics::bits128::fetch_sub;
    __tsan_atomic128_fetch_and "r8" atomics::bits128::fetch_and;
    __tsan_atomic128_fetch_or "r8" atomics::bits128::fetch_or;
    __tsan_atomic128_fetch_xor "r8" atomics::bits128::fetch_xor;
    __tsan_atomic128_fetch_nand "r8" atomics::bits128::fetch_nand;
    __tsan_atomic128_compare_exchange_val "r9" atomics::bits128::compare_exchange_val;
    __tsan_atomic128_compare_exchange_strong "r9" atomics::bits128::compare_exchange;
    __tsan_atomic128_compare_exchange_weak "r9" atomics::bits128::compare_exchange;
}
