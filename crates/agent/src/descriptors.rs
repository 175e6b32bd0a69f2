//! What file descriptors stand for, remembered until they are closed. Runs inside malloc and signal handlers.

use crate::{abi, sys};
use core::ffi::c_int;
use core::sync::atomic::{AtomicU8, Ordering::Relaxed};
use wire::fd_kind;

static KINDS: [AtomicU8; 4096] = [const { AtomicU8::new(fd_kind::UNKNOWN) }; 4096];

/// An [`fd_kind`].
pub(crate) fn kind_of(fd: c_int) -> u8 {
    let place = place_of(fd);
    let known = place.map_or(fd_kind::UNKNOWN, |place| place.load(Relaxed));
    if known != fd_kind::UNKNOWN {
        return known;
    }
    let Some(mode) = sys::file_mode(fd) else {
        return fd_kind::OTHER;
    };
    let kind = match mode & abi::S_IFMT {
        abi::S_IFREG => fd_kind::FILE,
        abi::S_IFIFO => fd_kind::PIPE,
        abi::S_IFSOCK => fd_kind::SOCKET,
        abi::S_IFCHR => fd_kind::CHARACTER,
        _ => fd_kind::OTHER,
    };
    if let Some(place) = place {
        place.store(kind, Relaxed);
    }
    kind
}

/// The descriptor is about to stand for something else.
pub(crate) fn forget(fd: c_int) {
    if let Some(place) = place_of(fd) {
        place.store(fd_kind::UNKNOWN, Relaxed);
    }
}

/// All descriptors from `first` to `last` are.
pub(crate) fn forget_range(first: usize, last: usize) {
    for place in KINDS.iter().take(last.saturating_add(1)).skip(first) {
        place.store(fd_kind::UNKNOWN, Relaxed);
    }
}

fn place_of(fd: c_int) -> Option<&'static AtomicU8> {
    KINDS.get(usize::try_from(fd).ok()?)
}
