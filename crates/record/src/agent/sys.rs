//! The recorder's side of the arena's memory.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use wire::{Geometry, Header, Slot, TrackedBlock};

/// A memory file that the program maps as well.
pub(super) struct Arena {
    base: NonNull<u8>,
    /// Kept here: the program could change the words in the header.
    geometry: Geometry,
    file: OwnedFd,
}

impl Arena {
    /// Makes a memory file of this geometry and fills in the words that the agent checks.
    ///
    /// `is_reserved`: take all of its memory now, so that no later access can fail for want of it.
    pub(super) fn create(geometry: Geometry, nonce: u64, is_reserved: bool) -> io::Result<Self> {
        let bytes = geometry.total_bytes();
        // SAFETY: the name is a C string.
        let fd = unsafe { libc::memfd_create(c"whyslow".as_ptr(), libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor was just made and belongs to nobody else.
        let file = unsafe { OwnedFd::from_raw_fd(fd) };
        // SAFETY: takes a descriptor and a number.
        check(unsafe { libc::ftruncate(fd, bytes as libc::off_t) })?;
        // The program maps the whole file; nobody may cut off what it touches.
        let seals = libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_SEAL;
        // SAFETY: takes a descriptor and numbers.
        check(unsafe { libc::fcntl(fd, libc::F_ADD_SEALS, seals) })?;
        if is_reserved {
            // SAFETY: takes a descriptor and numbers.
            check(unsafe { libc::fallocate(fd, 0, 0, bytes as libc::off_t) })?;
        }
        let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED);
        // SAFETY: maps a file at an address of the kernel's choice.
        let base = unsafe { libc::mmap(std::ptr::null_mut(), bytes as usize, protection, flags, fd, 0) };
        if base == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let base = NonNull::new(base.cast()).ok_or_else(|| io::Error::other("mapped at address zero"))?;
        let arena = Self { base, geometry, file };
        let header = arena.header();
        header.set_geometry(geometry);
        header.version.store(wire::VERSION, Ordering::Relaxed);
        header.nonce.store(nonce, Ordering::Relaxed);
        header.magic.store(wire::MAGIC, Ordering::Release);
        Ok(arena)
    }

    /// Number of the memory file in this process.
    pub(super) fn fd(&self) -> RawFd {
        self.file.as_raw_fd()
    }

    /// The first part.
    pub(super) fn header(&self) -> &Header {
        // SAFETY: the mapping is page-aligned, larger than a header, and a header holds atomics only.
        unsafe { self.base.cast::<Header>().as_ref() }
    }

    /// One slot for each thread.
    pub(super) fn slots(&self) -> &[Slot] {
        self.part(self.geometry.slots_at(), self.geometry.n_slots)
    }

    /// The ring of events of a slot.
    pub(super) fn ring(&self, slot_idx: usize) -> &[AtomicU64] {
        let n_words = self.geometry.ring_words;
        self.part(
            self.geometry.rings_at() + slot_idx as u64 % self.geometry.n_slots * n_words * 8,
            n_words,
        )
    }

    /// The ring of CPU samples of a slot.
    pub(super) fn cpu_ring(&self, slot_idx: usize) -> &[AtomicU64] {
        let n_words = self.geometry.cpu_ring_words;
        self.part(
            self.geometry.cpu_rings_at() + slot_idx as u64 % self.geometry.n_slots * n_words * 8,
            n_words,
        )
    }

    /// Keys of the tracked blocks.
    pub(super) fn tracked_keys(&self) -> &[AtomicU64] {
        self.part(self.geometry.tracked_keys_at(), self.geometry.n_tracked)
    }

    /// The tracked blocks.
    pub(super) fn tracked(&self) -> &[TrackedBlock] {
        self.part(self.geometry.tracked_at(), self.geometry.n_tracked)
    }

    /// Places of the aggregates in the pool.
    pub(super) fn index(&self) -> &[AtomicU32] {
        self.part(self.geometry.index_at(), self.geometry.n_index)
    }

    /// The aggregates.
    pub(super) fn pool(&self) -> &[AtomicU64] {
        self.part(self.geometry.pool_at(), self.geometry.pool_words)
    }

    /// `n` values of a type made of atomics, at an offset that the geometry computed.
    fn part<T>(&self, offset: u64, n: u64) -> &[T] {
        assert!(offset + n * size_of::<T>() as u64 <= self.geometry.total_bytes());
        // SAFETY: within the mapping, see above.
        let first = unsafe { self.base.add(offset as usize) };
        // SAFETY: within the mapping, aligned to 64 bytes, and every bit pattern is a valid atomic.
        unsafe { std::slice::from_raw_parts(first.cast().as_ptr(), n as usize) }
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own, and no reference into it outlives the value.
        unsafe { libc::munmap(self.base.as_ptr().cast(), self.geometry.total_bytes() as usize) };
    }
}

fn check(result: libc::c_int) -> io::Result<()> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// True when the program's address space is limited.
pub(super) fn has_address_limit() -> bool {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limit` is valid for a write.
    let is_known = unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) } == 0;
    is_known && limit.rlim_cur != libc::RLIM_INFINITY
}

/// CLOCK_MONOTONIC.
pub(super) fn now_ns() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for a write.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}
