//! Redirects entry points of the executable. Runs inside malloc and signal handlers.

use super::kernel;
use crate::abi::{self, c_int};
use core::ffi::c_void;

/// Where code was loaded less where its file says it goes, for the executable.
pub(crate) fn load_bias() -> u64 {
    let mut bias = 0u64;
    // SAFETY: the callback writes through `data` only while `bias` is borrowed here.
    unsafe { abi::dl_iterate_phdr(first_object, (&raw mut bias).cast()) };
    bias
}

unsafe extern "C" fn first_object(object: *mut abi::dl_phdr_info, _: usize, data: *mut c_void) -> c_int {
    // SAFETY: the dynamic loader passes a valid description.
    let address = unsafe { (*object).dlpi_addr };
    // SAFETY: `load_bias` passes the address of a `u64`.
    unsafe { *data.cast::<u64>() = address as u64 };
    1
}

const PAGE: u64 = 4096;
/// Bytes for trampolines: 32 of at most 128 bytes each.
const CODE_BYTES: u64 = 2 * PAGE;

/// Pages for code within reach of a 32-bit displacement from the executable.
pub(crate) struct CodePage {
    at: u64,
    n_used: u64,
}

impl CodePage {
    /// Looks for free addresses near `address`; none when there are none within 1 GiB, or mapping is refused.
    pub(crate) fn near(address: u64) -> Option<Self> {
        let flags = abi::MAP_PRIVATE | abi::MAP_ANONYMOUS | abi::MAP_FIXED_NOREPLACE;
        let protection = abi::PROT_READ | abi::PROT_WRITE;
        let base = address & !(PAGE - 1);
        // The heap follows the executable, so addresses below it come first; farther and farther away.
        let steps = (0..14).map(|power| (64 << 10) << power);
        let candidates = steps
            .flat_map(|step| [base.checked_sub(step), base.checked_add(step)])
            .flatten();
        candidates.filter(|&at| at >= 64 << 10).find_map(|at| {
            let mapped = kernel::map(at as usize, CODE_BYTES as usize, protection, flags, -1)? as u64;
            if mapped == at {
                return Some(Self { at, n_used: 0 });
            }
            // A kernel before 4.17 takes the address for a hint.
            kernel::unmap(mapped as usize, CODE_BYTES as usize);
            None
        })
    }

    /// Address of the next byte that `push` writes.
    pub(crate) fn next(&self) -> u64 {
        self.at + self.n_used
    }

    /// Appends code; false when the pages are full.
    pub(crate) fn push(&mut self, code: &[u8]) -> bool {
        let fits = self.n_used + code.len() as u64 <= CODE_BYTES;
        if fits {
            write(self.next(), code);
            self.n_used += code.len() as u64;
        }
        fits
    }

    /// Makes the code runnable and no longer writable; false when refused.
    pub(crate) fn seal(&self) -> bool {
        kernel::protect(self.at as usize, CODE_BYTES as usize, abi::PROT_READ | abi::PROT_EXEC)
    }

    /// Gives the pages back.
    pub(crate) fn discard(self) {
        kernel::unmap(self.at as usize, CODE_BYTES as usize);
    }
}

/// Code of the executable that is open for writing.
pub(crate) struct OpenCode {
    start: u64,
    bytes: u64,
}

impl OpenCode {
    /// Opens the pages that hold `start..end`; none when refused.
    ///
    /// They stay executable: another thread, should a constructor have started one, may be running in them.
    pub(crate) fn open(start: u64, end: u64) -> Option<Self> {
        let first = start & !(PAGE - 1);
        let bytes = end.next_multiple_of(PAGE) - first;
        let protection = abi::PROT_READ | abi::PROT_WRITE | abi::PROT_EXEC;
        kernel::protect(first as usize, bytes as usize, protection).then_some(Self { start: first, bytes })
    }

    /// Compares the code at `address`, which must lie within the range opened.
    pub(crate) fn is_equal(&self, address: u64, code: &[u8]) -> bool {
        let place = core::ptr::with_exposed_provenance::<u8>(address as usize);
        // SAFETY: the range was mapped when it was opened, and it holds `address`.
        let found = unsafe { core::slice::from_raw_parts(place, code.len()) };
        self.holds(address, code.len()) && found == code
    }

    /// Replaces code.
    pub(crate) fn replace(&self, address: u64, code: &[u8]) {
        if self.holds(address, code.len()) {
            write(address, code);
        }
    }

    /// Puts the protection of code back.
    pub(crate) fn close(self) {
        kernel::protect(
            self.start as usize,
            self.bytes as usize,
            abi::PROT_READ | abi::PROT_EXEC,
        );
    }

    fn holds(&self, address: u64, n_bytes: usize) -> bool {
        self.start <= address && address + n_bytes as u64 <= self.start + self.bytes
    }
}

fn write(address: u64, code: &[u8]) {
    let place = core::ptr::with_exposed_provenance_mut::<u8>(address as usize);
    // SAFETY: the callers above write within pages that they made writable.
    unsafe { core::ptr::copy_nonoverlapping(code.as_ptr(), place, code.len()) };
}
