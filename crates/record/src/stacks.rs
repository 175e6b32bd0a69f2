//! Unwound stacks and threads, each stored once.

use profile::{Thread, ThreadId};
use std::collections::HashMap;
use symbolize::CodeAddress;

/// Index of a [`RawStack`] in [`RawStacks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RawStackId(u32);

/// A stack of code addresses, leaf first: unwound, not yet named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct RawStack {
    pub(crate) addresses: Box<[CodeAddress]>,
    pub(crate) is_truncated: bool,
}

/// All distinct stacks of a recording.
#[derive(Debug, Default)]
pub(crate) struct RawStacks {
    stacks: Vec<RawStack>,
    ids: HashMap<RawStack, RawStackId>,
}

impl RawStacks {
    pub(crate) fn intern(&mut self, stack: RawStack) -> RawStackId {
        if let Some(&id) = self.ids.get(&stack) {
            return id;
        }
        let id = RawStackId(self.stacks.len() as u32);
        self.ids.insert(stack.clone(), id);
        self.stacks.push(stack);
        id
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (RawStackId, &RawStack)> {
        self.stacks
            .iter()
            .enumerate()
            .map(|(index, stack)| (RawStackId(index as u32), stack))
    }
}

/// All threads of a recording, in order of first appearance.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    threads: Vec<Thread>,
    ids: HashMap<(u32, u32), ThreadId>,
}

impl Threads {
    /// The thread's id; `time_s`, seconds since launch, widens the span in which it was seen.
    pub(crate) fn seen(&mut self, pid: u32, tid: u32, time_s: f64) -> ThreadId {
        let id = self.known(pid, tid);
        let thread = &mut self.threads[id.0 as usize];
        if thread.last_s == 0.0 && thread.first_s == 0.0 {
            thread.first_s = time_s;
        }
        thread.first_s = thread.first_s.min(time_s);
        thread.last_s = thread.last_s.max(time_s);
        id
    }

    pub(crate) fn name(&mut self, pid: u32, tid: u32, name: String) {
        let id = self.known(pid, tid);
        self.threads[id.0 as usize].name = name;
    }

    /// The thread's id, without a time at which it was seen.
    pub(crate) fn known(&mut self, pid: u32, tid: u32) -> ThreadId {
        *self.ids.entry((pid, tid)).or_insert_with(|| {
            self.threads.push(Thread {
                pid,
                tid,
                ..Thread::default()
            });
            ThreadId(self.threads.len() as u32 - 1)
        })
    }

    /// A new thread bears its creator's name until it gets its own.
    pub(crate) fn inherit_name(&mut self, pid: u32, tid: u32, parent_pid: u32) {
        let name = self
            .ids
            .get(&(parent_pid, parent_pid))
            .map(|parent| self.threads[parent.0 as usize].name.clone());
        self.name(pid, tid, name.unwrap_or_default());
    }

    pub(crate) fn into_threads(self) -> Vec<Thread> {
        self.threads
    }
}
