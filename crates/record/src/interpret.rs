//! Interprets raw events while the target runs: unwinds each stack at once and keeps sums, so that memory stays bounded
//! and little is left to do when the target ends.

use crate::perf::{PerfEvent, PerfEventKind, PerfSample};
use crate::stacks::{RawStack, RawStackId, RawStacks, Threads};
use profile::ThreadId;
use std::collections::HashMap;
use std::time::Duration;
use symbolize::{AddressKind, AddressSpace, Avma, CodeAddress, Mapping, Modules, Pid, UserStack};

/// CPU samples of one thread at one stack.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CpuSum {
    pub(crate) samples: u64,
    pub(crate) cpu_ns: u64,
}

/// What a recording has seen so far.
#[derive(Default)]
pub(crate) struct Interpreter {
    pub(crate) modules: Modules,
    pub(crate) stacks: RawStacks,
    pub(crate) threads: Threads,
    pub(crate) cpu: HashMap<(ThreadId, RawStackId), CpuSum>,
    pub(crate) n_samples: u64,
    pub(crate) n_lost: u64,
    processes: HashMap<u32, AddressSpace>,
    /// Events that another CPU's ring may still precede.
    pending: Vec<PerfEvent>,
    start_ns: u64,
    target_pid: u32,
    exec_ns: Option<u64>,
    /// When the last thread of the target so far ended.
    exit_ns: Option<u64>,
    unwound: Vec<CodeAddress>,
}

impl Interpreter {
    /// `start_ns`: CLOCK_MONOTONIC at launch.
    pub(crate) fn new(target_pid: u32, start_ns: u64) -> Self {
        Self {
            target_pid,
            start_ns,
            ..Self::default()
        }
    }

    /// Takes events in any order and interprets those before `until_ns`, in order of time.
    ///
    /// Each CPU has a ring of its own, so a mapping may be read after a sample that needs it. Whatever happened before
    /// the rings were read was in them; later events wait for the next call.
    pub(crate) fn perf_events(&mut self, events: &mut Vec<PerfEvent>, until_ns: u64) {
        self.pending.append(events);
        self.pending.sort_by_key(|event| event.time_ns);
        let n_due = self.pending.partition_point(|event| event.time_ns < until_ns);
        let due: Vec<PerfEvent> = self.pending.drain(..n_due).collect();
        for event in due {
            self.perf_event(event);
        }
    }

    fn perf_event(&mut self, event: PerfEvent) {
        let PerfEvent {
            time_ns,
            pid,
            tid,
            kind,
        } = event;
        match kind {
            PerfEventKind::Sample(sample) => self.perf_sample(time_ns, pid, tid, &sample),
            PerfEventKind::Map(mapping) => self.map(pid, mapping),
            PerfEventKind::Name { name, is_exec } => {
                self.threads.name(pid, tid, name);
                if is_exec {
                    self.processes.remove(&pid);
                    if pid == self.target_pid {
                        self.exec_ns.get_or_insert(time_ns);
                    }
                }
            }
            PerfEventKind::Fork { parent_pid } => {
                if parent_pid != pid
                    && let Some(parent) = self.processes.get(&parent_pid)
                {
                    let child = parent.fork(Some(Pid(pid)));
                    self.processes.insert(pid, child);
                }
                self.threads.inherit_name(pid, tid, parent_pid);
            }
            PerfEventKind::Exit if pid == self.target_pid => self.exit_ns = Some(time_ns),
            PerfEventKind::Exit => {}
            PerfEventKind::Lost(n) => self.n_lost += n,
        }
    }

    /// From `exec` to the end of the target's last thread, where perf told both: this process may notice the end late.
    pub(crate) fn wall(&self) -> Option<Duration> {
        Some(Duration::from_nanos(self.exit_ns?.checked_sub(self.exec_ns?)?))
    }

    pub(crate) fn map(&mut self, pid: u32, mapping: Mapping) {
        let space = self
            .processes
            .entry(pid)
            .or_insert_with(|| AddressSpace::new(Some(Pid(pid))));
        space.map(&mut self.modules, mapping);
    }

    fn perf_sample(&mut self, time_ns: u64, pid: u32, tid: u32, sample: &PerfSample) {
        let thread = self.seen(pid, tid, time_ns);
        let kernel = sample.kernel.iter().enumerate().map(|(depth, &address)| {
            let kind = if depth == 0 {
                AddressKind::Instruction
            } else {
                AddressKind::Return
            };
            CodeAddress::kernel(Avma(address), kind)
        });
        let kernel: Vec<CodeAddress> = kernel.collect();
        let PerfSample {
            ip,
            sp,
            bp,
            dump,
            chain,
            ..
        } = sample;
        let user = UserStack {
            ip: Avma(*ip),
            sp: Avma(*sp),
            bp: Avma(*bp),
            dump,
            chain,
        };
        let stack = self.unwind(pid, &user, AddressKind::Instruction, kernel);
        self.cpu_sample(thread, stack, sample.cpu_ns);
    }

    pub(crate) fn cpu_sample(&mut self, thread: ThreadId, stack: RawStackId, cpu_ns: u64) {
        let sum = self.cpu.entry((thread, stack)).or_default();
        sum.samples += 1;
        sum.cpu_ns += cpu_ns;
        self.n_samples += 1;
    }

    /// Unwinds a user stack under the kernel addresses that stand on it. `leaf` tells what `user.ip` is: where the
    /// thread was, or where a hooked call returns to.
    pub(crate) fn unwind(
        &mut self,
        pid: u32,
        user: &UserStack<'_>,
        leaf: AddressKind,
        mut kernel: Vec<CodeAddress>,
    ) -> RawStackId {
        self.unwound.clear();
        let mut is_truncated = false;
        // A kernel thread, or a task that has no user part yet, has no user registers.
        if user.ip != Avma(0) {
            let space = self
                .processes
                .entry(pid)
                .or_insert_with(|| AddressSpace::new(Some(Pid(pid))));
            is_truncated = space.unwind(&self.modules, user, &mut self.unwound);
            if let Some(first) = self.unwound.first_mut() {
                first.kind = leaf;
            }
        }
        kernel.append(&mut self.unwound);
        self.stacks.intern(RawStack {
            addresses: kernel.into_boxed_slice(),
            is_truncated,
        })
    }

    /// The thread's id; `time_ns` is when it was seen.
    pub(crate) fn seen(&mut self, pid: u32, tid: u32, time_ns: u64) -> ThreadId {
        self.threads
            .seen(pid, tid, time_ns.saturating_sub(self.start_ns) as f64 / 1e9)
    }
}
