//! The executable segments of everything that is loaded. Runs inside malloc and signal handlers.

use crate::abi;
use core::ffi::{c_int, c_void};

/// An executable segment of a loaded file.
pub(crate) struct Segment<'a> {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) file_offset: u64,
    /// Empty for the executable itself.
    pub(crate) path: &'a [u8],
}

/// Calls `visit` for each executable segment.
pub(crate) fn for_each_segment(visit: &mut dyn FnMut(Segment<'_>)) {
    let mut visit = visit;
    let data = (&raw mut visit).cast::<c_void>();
    // SAFETY: the callback gets `data` back while `visit` is still borrowed here.
    unsafe { abi::dl_iterate_phdr(on_object, data) };
}

/// First address of the executable's code, and the first one behind it.
pub(crate) fn executable_code() -> (u64, u64) {
    let (mut start, mut end) = (u64::MAX, 0);
    for_each_segment(&mut |segment| {
        if segment.path.is_empty() {
            start = start.min(segment.start);
            end = end.max(segment.end);
        }
    });
    (start.min(end), end)
}

unsafe extern "C" fn on_object(object: *mut abi::dl_phdr_info, _: usize, data: *mut c_void) -> c_int {
    let visit = data.cast::<&mut dyn FnMut(Segment<'_>)>();
    // SAFETY: `for_each_segment` passes the address of such a closure.
    let visit = unsafe { &mut *visit };
    // SAFETY: the dynamic loader passes a valid description.
    let object = unsafe { &*object };
    let path = super::c_bytes(object.dlpi_name);
    // SAFETY: the loader states address and number of the program headers of a loaded file.
    let headers = unsafe { core::slice::from_raw_parts(object.dlpi_phdr, usize::from(object.dlpi_phnum)) };
    for header in headers
        .iter()
        .filter(|header| header.p_type == abi::PT_LOAD && header.p_flags & abi::PF_X != 0)
    {
        let lead = header.p_vaddr & 4095;
        let start = (object.dlpi_addr as u64).wrapping_add(header.p_vaddr - lead);
        let end = start.wrapping_add(lead + header.p_memsz).next_multiple_of(4096);
        visit(Segment {
            start,
            end,
            file_offset: header.p_offset.wrapping_sub(lead),
            path,
        });
    }
    0
}
