//! From a stack to what it did: where the site is, what the work was, and which class its time falls into.

use super::facts::{Facts, Role};
use crate::operation_mark::{Mark, is_io};
use crate::{CallId, FrameId, TimeClass, WaitKind, Work};

/// What one stack says.
pub(super) struct Reading {
    /// Index of the first frame of the call tree, counted from the leaf.
    pub(super) site_at: usize,
    /// Whether that frame is the user's.
    pub(super) is_user: bool,
    pub(super) work: Work,
    pub(super) class: TimeClass,
}

/// Reads a stack, leaf first; `None` for one without frames.
pub(super) fn read(frames: &[FrameId], facts: &Facts) -> Option<Reading> {
    let (site_at, is_user) = site_of(frames, facts)?;
    let below = &frames[..site_at];
    let (work, class) = work_of(below, callback_frames(frames, site_at, facts), facts);
    Some(Reading {
        site_at,
        is_user,
        work,
        class,
    })
}

/// Position of the site: the first user frame that is not part of the user's own allocator; else the nearest
/// dependency; else the outermost frame of the standard library; else the root.
fn site_of(frames: &[FrameId], facts: &Facts) -> Option<(usize, bool)> {
    let position = |from: usize, role: Role| {
        frames[from..]
            .iter()
            .position(|&id| facts.frame(id).role == role)
            .map(|at| from + at)
    };
    let is_entry = |&id: &FrameId| facts.frame(id).is_allocator_entry;
    let from = frames.iter().rposition(is_entry).map_or(0, |at| at + 1);
    if let Some(at) = position(from, Role::User) {
        return Some((at, true));
    }
    let outermost_std = || frames.iter().rposition(|&id| facts.frame(id).role == Role::Std);
    let at = position(from, Role::Dependency).or_else(outermost_std);
    Some((at.or(frames.len().checked_sub(1))?, false))
}

/// The site and the library frames directly above it, which called it back.
fn callback_frames<'a>(frames: &'a [FrameId], site_at: usize, facts: &Facts) -> &'a [FrameId] {
    let next_user = frames[site_at + 1..]
        .iter()
        .position(|&id| facts.frame(id).role == Role::User)
        .unwrap_or(0);
    &frames[site_at..site_at + 1 + next_user]
}

/// The library call adjacent to the frame at `at`, on the side of the leaf, down to the next frame of the tree.
pub(super) fn call_below(frames: &[FrameId], at: usize, facts: &Facts) -> Option<CallId> {
    frames[..at]
        .iter()
        .rev()
        .map(|&id| facts.frame(id))
        .take_while(|fact| fact.role != Role::User)
        .find_map(|fact| fact.call)
}

fn work_of(below: &[FrameId], above: &[FrameId], facts: &Facts) -> (Work, TimeClass) {
    let kernel = below
        .iter()
        .take_while(|&&id| facts.frame(id).role == Role::Kernel)
        .count();
    let marks = || below.iter().filter_map(|&id| facts.frame(id).mark.as_ref());
    let kernel_marks = || below[..kernel].iter().filter_map(|&id| facts.frame(id).mark.as_ref());
    let library_marks = || below[kernel..].iter().filter_map(|&id| facts.frame(id).mark.as_ref());

    if let Some(allocator) = marks().rfind(|mark| is_allocator(mark)) {
        let work = match allocator {
            Mark::Free => Work::Free,
            Mark::Grow => Work::Grow,
            _ => Work::Alloc,
        };
        return (work, TimeClass::Allocate);
    }
    // The outermost kernel frame says how the kernel was entered.
    let entered_by = kernel_marks().next_back();
    if kernel > 0 && entered_by != Some(&Mark::Interrupt) {
        return kernel_work(entered_by.or_else(|| library_marks().next()), library_marks());
    }
    if let Some(call @ Mark::Syscall(_)) = library_marks().next() {
        return kernel_work(Some(call), library_marks());
    }
    if library_marks().any(|mark| *mark == Mark::LockSlow) && !library_marks().any(|mark| *mark == Mark::Channel) {
        return (Work::LockWait, TimeClass::LockWait);
    }
    if let Some(inherited) = library_marks().find_map(strong_work) {
        return inherited;
    }
    let callback = || {
        let own = above.iter().filter_map(|&id| facts.frame(id).mark.as_ref());
        own.rev().find_map(strong_work)
    };
    let nearest = library_marks().find_map(weak_work);
    match nearest {
        Some(found @ (_, TimeClass::Copy | TimeClass::Drop)) => found,
        other => callback().or(other).unwrap_or((Work::Own, TimeClass::Compute)),
    }
}

fn is_allocator(mark: &Mark) -> bool {
    matches!(mark, Mark::Alloc | Mark::Free | Mark::Grow)
}

/// Marks that claim everything under them.
fn strong_work(mark: &Mark) -> Option<(Work, TimeClass)> {
    match mark {
        Mark::Hash(name) => Some((Work::Hash((*name).to_owned()), TimeClass::Hash)),
        Mark::Sort => Some((Work::Sort, TimeClass::Sort)),
        Mark::Format => Some((Work::Format, TimeClass::Format)),
        _ => None,
    }
}

/// Marks that claim what nothing stronger claims, the innermost first.
fn weak_work(mark: &Mark) -> Option<(Work, TimeClass)> {
    match mark {
        Mark::Copy => Some((Work::Copy, TimeClass::Copy)),
        Mark::Fill => Some((Work::Fill, TimeClass::Copy)),
        Mark::Drop => Some((Work::Drop, TimeClass::Drop)),
        Mark::Compare => Some((Work::Compare, TimeClass::Compute)),
        Mark::Scan => Some((Work::Scan, TimeClass::Compute)),
        Mark::Lock => Some((Work::Lock, TimeClass::Compute)),
        _ => None,
    }
}

fn kernel_work<'a>(called: Option<&'a Mark>, mut library: impl Iterator<Item = &'a Mark>) -> (Work, TimeClass) {
    match called {
        Some(Mark::PageFault) => (Work::PageFault, TimeClass::Kernel),
        Some(Mark::Syscall("futex")) | Some(Mark::LockSlow | Mark::Lock) => {
            let waited_for = library.find(|mark| matches!(mark, Mark::LockSlow | Mark::Lock | Mark::Idle));
            match waited_for {
                Some(Mark::LockSlow | Mark::Lock) => (Work::LockWait, TimeClass::LockWait),
                _ => (Work::Syscall("futex".to_owned()), TimeClass::Kernel),
            }
        }
        Some(Mark::Syscall(name)) if is_io(name) => (Work::Syscall((*name).to_owned()), TimeClass::Io),
        Some(Mark::Syscall(name)) => (Work::Syscall((*name).to_owned()), TimeClass::Kernel),
        Some(Mark::Sleep) => (Work::Syscall("sleep".to_owned()), TimeClass::Kernel),
        Some(Mark::Poll) => (Work::Syscall("poll".to_owned()), TimeClass::Kernel),
        _ => (Work::Syscall("other".to_owned()), TimeClass::Kernel),
    }
}

/// What a wait was for. The kind tells, except for a futex: there the innermost frame that names a lock, a condition
/// variable, a park … decides. A futex that none of them names is no lock of the kinds we know: idle.
pub(super) fn wait_work(kind: WaitKind, frames: &[FrameId], site_at: usize, facts: &Facts) -> (Work, TimeClass) {
    match kind {
        WaitKind::PthreadMutex | WaitKind::PthreadRwLock => (Work::LockWait, TimeClass::LockWait),
        WaitKind::PthreadCondition | WaitKind::Join => (Work::Idle, TimeClass::Other),
        WaitKind::Sleep => (Work::Sleep, TimeClass::Sleep),
        WaitKind::Poll | WaitKind::Child => (Work::Poll, TimeClass::Other),
        WaitKind::Futex => {
            let decisive = |mark: &&Mark| matches!(mark, Mark::LockSlow | Mark::Lock | Mark::Idle);
            let marks = frames[..site_at].iter().filter_map(|&id| facts.frame(id).mark.as_ref());
            if marks.clone().any(|mark| *mark == Mark::Channel) {
                return (Work::Idle, TimeClass::Other);
            }
            match { marks }.find(decisive) {
                Some(Mark::LockSlow | Mark::Lock) => (Work::LockWait, TimeClass::LockWait),
                _ => (Work::Idle, TimeClass::Other),
            }
        }
    }
}
