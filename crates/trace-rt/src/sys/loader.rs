//! The dynamic loader, the thread library, and the end of the process.

use crate::abi::{self, c_int, c_uint, c_void};
use core::ffi::CStr;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A mapped part of a file that holds code.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) file_offset: u64,
    /// Difference of addresses in the process and in the file.
    pub(crate) bias: u64,
    /// Path as the loader has it; empty for the executable.
    pub(crate) path: &'static [u8],
}

/// Ends the process with SIGABRT.
pub(crate) fn abort() -> ! {
    // SAFETY: has no preconditions.
    unsafe { abi::abort() }
}

/// Calls `visit` for all code of the executable (first) and of the libraries.
pub(crate) fn for_each_code_segment(visit: &mut dyn FnMut(Segment)) {
    let mut visit: &mut dyn FnMut(Segment) = visit;
    // SAFETY: the callback gets back the pointer to `visit`, which outlives the call.
    unsafe { abi::dl_iterate_phdr(on_module, (&raw mut visit).cast()) };
}

unsafe extern "C" fn on_module(module: *mut abi::DlPhdrInfo, _: usize, visit: *mut c_void) -> c_int {
    // SAFETY: the loader passes a valid description.
    let module = unsafe { &*module };
    // SAFETY: `for_each_code_segment` passed this pointer.
    let visit = unsafe { &mut *visit.cast::<&mut dyn FnMut(Segment)>() };
    // SAFETY: the loader's count and address of the program headers, which stay mapped.
    let headers = unsafe { core::slice::from_raw_parts(module.dlpi_phdr, usize::from(module.dlpi_phnum)) };
    let path = if module.dlpi_name.is_null() {
        &[]
    } else {
        // SAFETY: a C string of the loader's; libraries of the program are seldom unloaded while they are looked at.
        unsafe { CStr::from_ptr(module.dlpi_name) }.to_bytes()
    };
    for header in headers {
        if header.p_type == abi::PT_LOAD && header.p_flags & abi::PF_X != 0 {
            let start = (module.dlpi_addr as u64).wrapping_add(header.p_vaddr);
            visit(Segment {
                start,
                end: start + header.p_memsz,
                file_offset: header.p_offset,
                bias: module.dlpi_addr as u64,
                path,
            });
        }
    }
    0
}

/// Address of the function of that name which comes behind this library's; 0: none.
pub(crate) fn next_function(name: &CStr) -> usize {
    // SAFETY: the name is a C string.
    unsafe { abi::dlsym(abi::RTLD_NEXT, name.as_ptr()) as usize }
}

static THREAD_END_KEY: AtomicU32 = AtomicU32::new(u32::MAX);

/// Makes the key whose destructor tells of the end of a thread.
pub(crate) fn thread_end_key(destructor: extern "C" fn(*mut c_void)) {
    let mut key: c_uint = 0;
    // SAFETY: `key` is valid for a write, the destructor lives as long as this library, which is never unloaded.
    if unsafe { abi::pthread_key_create(&raw mut key, destructor) } == 0 {
        THREAD_END_KEY.store(key, Relaxed);
    }
}

/// Has the destructor called when the calling thread ends.
pub(crate) fn watch_thread_end() {
    let key = THREAD_END_KEY.load(Relaxed);
    if key != u32::MAX {
        // SAFETY: the key was made by `thread_end_key`; the value is a mark, never read through.
        unsafe { abi::pthread_setspecific(key, core::ptr::without_provenance(1)) };
    }
}

/// Has the function called in the child of each `fork`.
pub(crate) fn on_fork(child: extern "C" fn()) {
    // SAFETY: the function lives as long as this library, which is never unloaded.
    unsafe { abi::pthread_atfork(None, None, Some(child)) };
}
