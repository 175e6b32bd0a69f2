//! What the callbacks do when their dozen instructions do not suffice.

use crate::caches::pass_over;
use crate::model::{self, Access};
use crate::records::add;
use crate::thread::{self, Thread};
use crate::{start, sys};
use core::sync::atomic::AtomicU64;
use core::sync::atomic::Ordering::Relaxed;
use wire::trace::{LINE_BYTES, N_CALLER_FRAMES, access, object};

/// Bits of the kind of access in what the callbacks pass; log2 of the size lies above.
const KIND_BITS: u32 = 8;

/// The thread has no slot yet, or the site lies outside of the executable's code: nothing was counted.
pub(crate) extern "C" fn uncounted(address: u64, kind: u64, site: u64) {
    let Some(thread) = thread::current() else { return };
    count(thread, kind, site);
    let is_read = matches!(kind & ((1 << KIND_BITS) - 1), access::READ | access::ATOMIC_READ);
    let (line, offset) = (address / LINE_BYTES, address % LINE_BYTES);
    let is_in_one_line = offset + (1 << (kind >> KIND_BITS)) <= LINE_BYTES;
    if is_in_one_line && pass_over(&thread.hot.recent, line, !is_read, thread.hot.time.load(Relaxed)) {
        return;
    }
    model(thread, address, kind, site);
}

/// The site was counted for the first time.
pub(crate) extern "C" fn first_use(address: u64, kind: u64, site: u64) {
    let Some(thread) = thread::current() else { return };
    add_site(thread, kind, site);
    model(thread, address, kind, site);
}

/// The line is none of the recent ones. `thread` is the caller's.
pub(crate) extern "C" fn not_recent(address: u64, kind: u64, site: u64, thread: &'static Thread) {
    // The callbacks that end here read or write plainly.
    let access = Access::new(site, kind & 0xff != access::WRITE, kind & 0xff != access::READ, false);
    model::access(thread, address, 1 << (kind >> KIND_BITS), access);
}

#[inline(never)]
fn model(thread: &'static Thread, address: u64, kind: u64, site: u64) {
    let n_bytes = 1 << (kind >> KIND_BITS);
    if let Some(access) = access_of(kind & ((1 << KIND_BITS) - 1), site) {
        model::access(thread, address, n_bytes, access);
    }
}

/// None for the entry of a function.
#[inline(always)]
fn access_of(kind: u64, site: u64) -> Option<Access> {
    let is_atomic = kind >= access::ATOMIC_READ;
    let plain = if is_atomic { kind - access::ATOMIC_READ } else { kind };
    let is_access = plain <= access::READ_WRITE;
    is_access.then(|| Access::new(site, plain != access::WRITE, plain != access::READ, is_atomic))
}

/// Counts a use of a site.
#[inline(always)]
fn count(thread: &'static Thread, kind: u64, site: u64) {
    match place(thread, site) {
        Some(place) => {
            let counts = sys::row_at::<AtomicU64>(thread.hot.counts.load(Relaxed) as usize + place * 8);
            let before = counts.load(Relaxed);
            counts.store(before.wrapping_sub(1), Relaxed);
            if before == 0 {
                add_site(thread, kind, site);
            }
        }
        None => count_far(thread, kind, site),
    }
}

#[cold]
fn count_far(thread: &'static Thread, kind: u64, site: u64) {
    if let Some(record) = far_record(thread, site) {
        if record.accesses.load(Relaxed) == 0 {
            start::note_module_of(site);
        }
        record.kind.store(kind, Relaxed);
        add(&record.accesses, 1);
    }
}

#[cold]
#[inline(never)]
fn add_site(thread: &'static Thread, kind: u64, site: u64) {
    // This library's own frames come first: the site's is the one behind its address.
    let mut frames = [0; N_CALLER_FRAMES + 4];
    let n_frames = sys::frames_above(&mut frames);
    let frames = frames.get(..n_frames).unwrap_or(&[]);
    let callers = frames.iter().position(|&frame| frame == site).map_or(0, |at| at + 1);
    thread
        .records
        .add_site(site, kind, frames.get(callers..).unwrap_or(&[]));
}

fn far_record(thread: &'static Thread, site: u64) -> Option<&'static wire::trace::MissRecord> {
    if thread.is_busy.swap(1, Relaxed) != 0 {
        return None;
    }
    let record = thread.records.record(site, object::NONE);
    thread.is_busy.store(0, Relaxed);
    record
}

/// Number of the place of a call in the executable's code; none elsewhere.
#[inline(always)]
fn place(thread: &Thread, site: u64) -> Option<usize> {
    let offset = site.wrapping_sub(thread.hot.text_start.load(Relaxed));
    (offset < thread.hot.text_bytes.load(Relaxed)).then_some(offset as usize / 4)
}

/// An atomic operation of `1 << log2` bytes.
#[inline]
pub(crate) fn atomic(address: u64, kind: u64, log2: u64, site: u64) {
    uncounted(address, kind | log2 << KIND_BITS, site);
}

/// A copy or fill. `from` is `None` for a fill.
#[inline(always)]
pub(crate) fn copy(to: u64, from: Option<u64>, n_bytes: u64, site: u64) {
    let Some(thread) = thread::current() else { return };
    let kind = if from.is_some() { access::COPY } else { access::FILL };
    count(thread, kind, site);
    match place(thread, site).and_then(|place| thread.bytes.get(place)) {
        Some(bytes) => add(bytes, n_bytes),
        None => add_far_bytes(thread, site, n_bytes),
    }
    touch_copied(thread, to, from, n_bytes, site);
}

/// The model's part of a copy or fill.
#[inline(always)]
pub(crate) fn touch_copied(thread: &'static Thread, to: u64, from: Option<u64>, n_bytes: u64, site: u64) {
    let access = |reads: bool| Access::new(site, reads, !reads, false);
    if let Some(from) = from {
        model::range(thread, from, n_bytes, access(true));
    }
    model::range(thread, to, n_bytes, access(false));
}

#[cold]
fn add_far_bytes(thread: &'static Thread, site: u64, n_bytes: u64) {
    if let Some(record) = far_record(thread, site) {
        add(&record.bytes, n_bytes);
    }
}
