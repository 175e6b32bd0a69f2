//! The program's atomic operations, carried out with at least the order that it asked for.
//!
//! On x86-64 loads of any order are the same instruction, and so are read-modify-writes; only a store differs.

use crate::slow;
use core::arch::asm;
use core::ffi::c_int;
use core::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering, compiler_fence, fence};
use wire::trace::access::{ATOMIC_READ, ATOMIC_READ_WRITE, ATOMIC_WRITE};

/// `memory_order_seq_cst` as LLVM's pass passes it.
const SEQUENTIALLY_CONSISTENT: c_int = 5;

macro_rules! atomic {
    ($module:ident, $atomic:ty, $value:ty, $passed:ty, $log2:literal) => {
        pub(crate) mod $module {
            use super::*;

            fn place<'a>(address: *mut $value) -> &'a $atomic {
                // SAFETY: the program is about to use the aligned address atomically itself.
                unsafe { <$atomic>::from_ptr(address) }
            }

            pub(crate) extern "C" fn load(address: *mut $value, _: c_int, site: u64) -> $value {
                slow::atomic(address as u64, ATOMIC_READ, $log2, site);
                place(address).load(Ordering::SeqCst)
            }

            pub(crate) extern "C" fn store(address: *mut $value, value: $passed, order: c_int, site: u64) {
                let value = value as $value;
                slow::atomic(address as u64, ATOMIC_WRITE, $log2, site);
                if order == SEQUENTIALLY_CONSISTENT {
                    place(address).store(value, Ordering::SeqCst);
                } else {
                    place(address).store(value, Ordering::Release);
                }
            }

            atomic!(@change exchange, $value, $passed, $log2, |place, value| place.swap(value, Ordering::SeqCst));
            atomic!(@change fetch_add, $value, $passed, $log2, |place, value| place.fetch_add(value, Ordering::SeqCst));
            atomic!(@change fetch_sub, $value, $passed, $log2, |place, value| place.fetch_sub(value, Ordering::SeqCst));
            atomic!(@change fetch_and, $value, $passed, $log2, |place, value| place.fetch_and(value, Ordering::SeqCst));
            atomic!(@change fetch_or, $value, $passed, $log2, |place, value| place.fetch_or(value, Ordering::SeqCst));
            atomic!(@change fetch_xor, $value, $passed, $log2, |place, value| place.fetch_xor(value, Ordering::SeqCst));
            atomic!(@change fetch_nand, $value, $passed, $log2, |place, value| place.fetch_nand(value, Ordering::SeqCst));

            /// Returns the old value.
            pub(crate) extern "C" fn compare_exchange_val(
                address: *mut $value,
                expected: $passed,
                value: $passed,
                _: c_int,
                _: c_int,
                site: u64,
            ) -> $value {
                let (expected, value) = (expected as $value, value as $value);
                slow::atomic(address as u64, ATOMIC_READ_WRITE, $log2, site);
                place(address)
                    .compare_exchange(expected, value, Ordering::SeqCst, Ordering::SeqCst)
                    .unwrap_or_else(|old| old)
            }

            /// Returns whether it was done, and stores the old value where it was not.
            pub(crate) extern "C" fn compare_exchange(
                address: *mut $value,
                expected: *mut $value,
                value: $passed,
                success: c_int,
                failure: c_int,
                site: u64,
            ) -> c_int {
                // SAFETY: the program passes a place that it owns.
                let wanted = unsafe { *expected };
                let old = compare_exchange_val(address, <$passed>::from(wanted), value, success, failure, site);
                // SAFETY: as above.
                unsafe { *expected = old };
                c_int::from(old == wanted)
            }
        }
    };
    (@change $name:ident, $value:ty, $passed:ty, $log2:literal, |$place:ident, $new:ident| $change:expr) => {
        pub(crate) extern "C" fn $name(address: *mut $value, $new: $passed, _: c_int, site: u64) -> $value {
            slow::atomic(address as u64, ATOMIC_READ_WRITE, $log2, site);
            let $new = $new as $value;
            let $place = place(address);
            $change
        }
    };
}

// Callers need not extend what is shorter than a register's half.
atomic!(bits8, AtomicU8, u8, u32, 0);
atomic!(bits16, AtomicU16, u16, u32, 1);
atomic!(bits32, AtomicU32, u32, u32, 2);
atomic!(bits64, AtomicU64, u64, u64, 3);

/// 128 bits, by `cmpxchg16b`: the pass asks for them only where the program was built for processors that have it.
pub(crate) mod bits128 {
    use super::*;

    const LOG2: u64 = 4;

    /// Replaces `expected` by `value`; the old value either way.
    fn exchange_if_equal(address: *mut u128, expected: u128, value: u128) -> u128 {
        let (mut low, mut high) = (expected as u64, (expected >> 64) as u64);
        // SAFETY: the program is about to use the aligned address atomically itself; rbx, which holds the new value's
        // lower half, is put back.
        unsafe {
            asm!(
                "xchg {new_low}, rbx",
                "lock cmpxchg16b [{address}]",
                "mov rbx, {new_low}",
                new_low = inout(reg) value as u64 => _,
                address = in(reg) address,
                in("rcx") (value >> 64) as u64,
                inout("rax") low, inout("rdx") high,
                options(nostack),
            );
        }
        u128::from(low) | u128::from(high) << 64
    }

    fn change(address: *mut u128, change: impl Fn(u128) -> u128) -> u128 {
        let mut seen = exchange_if_equal(address, 0, 0);
        loop {
            let old = exchange_if_equal(address, seen, change(seen));
            if old == seen {
                return old;
            }
            seen = old;
        }
    }

    pub(crate) extern "C" fn load(address: *mut u128, _: c_int, site: u64) -> u128 {
        slow::atomic(address as u64, ATOMIC_READ, LOG2, site);
        exchange_if_equal(address, 0, 0)
    }

    pub(crate) extern "C" fn store(address: *mut u128, value: u128, _: c_int, site: u64) {
        slow::atomic(address as u64, ATOMIC_WRITE, LOG2, site);
        change(address, |_| value);
    }

    macro_rules! changes {
        ($($name:ident: |$old:ident, $value:ident| $change:expr;)*) => {$(
            pub(crate) extern "C" fn $name(address: *mut u128, $value: u128, _: c_int, site: u64) -> u128 {
                slow::atomic(address as u64, ATOMIC_READ_WRITE, LOG2, site);
                change(address, |$old| $change)
            }
        )*};
    }

    changes! {
        exchange: |_old, value| value;
        fetch_add: |old, value| old.wrapping_add(value);
        fetch_sub: |old, value| old.wrapping_sub(value);
        fetch_and: |old, value| old & value;
        fetch_or: |old, value| old | value;
        fetch_xor: |old, value| old ^ value;
        fetch_nand: |old, value| !(old & value);
    }

    /// The order's place in the arguments holds the site: there is no register left.
    pub(crate) extern "C" fn compare_exchange_val(address: *mut u128, expected: u128, value: u128, site: u64) -> u128 {
        slow::atomic(address as u64, ATOMIC_READ_WRITE, LOG2, site);
        exchange_if_equal(address, expected, value)
    }

    pub(crate) extern "C" fn compare_exchange(
        address: *mut u128,
        expected: *mut u128,
        value: u128,
        _: c_int,
        site: u64,
    ) -> c_int {
        // SAFETY: the program passes a place that it owns.
        let wanted = unsafe { *expected };
        slow::atomic(address as u64, ATOMIC_READ_WRITE, LOG2, site);
        let old = exchange_if_equal(address, wanted, value);
        // SAFETY: as above.
        unsafe { *expected = old };
        c_int::from(old == wanted)
    }
}

/// A fence between threads, of the strongest order.
pub(crate) extern "C" fn thread_fence(_: c_int) {
    fence(Ordering::SeqCst);
}

/// A fence between a thread and its signal handlers.
pub(crate) extern "C" fn signal_fence(_: c_int) {
    compiler_fence(Ordering::SeqCst);
}
