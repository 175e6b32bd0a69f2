//! The records of a perf ring that matter here, with owned contents.

use super::{MISC_COMM_EXEC, Rate};
use perf_event::data::{Comm, Exit, Fork, Lost, Mmap2, RecordMetadata, Sample, Visitor};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use symbolize::{Avma, FileOffset, Mapping};

/// Markers inside a call chain (`enum perf_callchain_context`, `perf_event.h`).
const CONTEXT_KERNEL: u64 = -128_i64 as u64;
const CONTEXT_USER: u64 = -512_i64 as u64;
const CONTEXT_MAX: u64 = -4095_i64 as u64;
/// `PROT_EXEC`: other mappings hold no code.
const PROT_EXEC: u32 = 4;

/// One record, with its time on CLOCK_MONOTONIC in nanoseconds.
#[derive(Debug)]
pub(crate) struct PerfEvent {
    pub(crate) time_ns: u64,
    pub(crate) pid: u32,
    pub(crate) tid: u32,
    pub(crate) kind: PerfEventKind,
}

#[derive(Debug)]
pub(crate) enum PerfEventKind {
    Sample(PerfSample),
    Map(Mapping),
    /// A thread got a name; `is_exec`: because it became another program.
    Name {
        name: String,
        is_exec: bool,
    },
    /// `pid` and `tid` were started by this process.
    Fork {
        parent_pid: u32,
    },
    Exit,
    Lost(u64),
}

/// One CPU sample.
#[derive(Debug, Default)]
pub(crate) struct PerfSample {
    /// CPU time that it stands for.
    pub(crate) cpu_ns: u64,
    /// Kernel addresses, leaf first; empty when the sample fell into user mode.
    pub(crate) kernel: Vec<u64>,
    /// User registers; zero when the thread has no user part.
    pub(crate) ip: u64,
    pub(crate) sp: u64,
    pub(crate) bp: u64,
    /// The stack from `sp` up.
    pub(crate) dump: Vec<u8>,
    /// User frame-pointer chain, leaf first.
    pub(crate) chain: Vec<u64>,
}

/// Picks the records that matter; everything else is `None`.
pub(super) struct EventVisitor {
    pub(super) rate: Rate,
    /// Later samples stand for more time.
    pub(super) fell_at_ns: u64,
}

impl<'a> Visitor<'a> for EventVisitor {
    type Output = Option<PerfEvent>;

    fn visit_unimplemented(self, _: RecordMetadata) -> Self::Output {
        None
    }

    fn visit_sample(self, record: Sample<'a>, _: RecordMetadata) -> Self::Output {
        let (kernel, chain) = split_chain(record.callchain().unwrap_or_default());
        let registers = record
            .regs_user()
            .map(|registers| registers.regs.to_vec())
            .unwrap_or_default();
        let (bp, sp, ip) = match registers.as_slice() {
            &[bp, sp, ip] => (bp, sp, ip),
            _ => (0, 0, chain.first().copied().unwrap_or(0)),
        };
        let time_ns = record.time()?;
        let dump = record.stack_user().unwrap_or_default().to_vec();
        Some(PerfEvent {
            time_ns,
            pid: record.pid()?,
            tid: record.tid()?,
            kind: PerfEventKind::Sample(PerfSample {
                cpu_ns: self.rate.period_ns(time_ns > self.fell_at_ns),
                kernel,
                ip,
                sp,
                bp,
                dump,
                chain,
            }),
        })
    }

    fn visit_mmap2(self, record: Mmap2<'a>, metadata: RecordMetadata) -> Self::Output {
        if record.prot & PROT_EXEC == 0 {
            return None;
        }
        let (pid, tid) = (record.pid, record.tid);
        let mapping = Mapping {
            start: Avma(record.addr),
            end: Avma(record.addr.saturating_add(record.len)),
            file_offset: FileOffset(record.pgoff),
            path: PathBuf::from(OsString::from_vec(record.filename.to_vec())),
        };
        Some(PerfEvent {
            time_ns: metadata.sample_id().time()?,
            pid,
            tid,
            kind: PerfEventKind::Map(mapping),
        })
    }

    fn visit_comm(self, record: Comm<'a>, metadata: RecordMetadata) -> Self::Output {
        let name = String::from_utf8_lossy(&record.comm).into_owned();
        let is_exec = metadata.misc() & MISC_COMM_EXEC != 0;
        let time_ns = metadata.sample_id().time()?;
        Some(PerfEvent {
            time_ns,
            pid: record.pid,
            tid: record.tid,
            kind: PerfEventKind::Name { name, is_exec },
        })
    }

    fn visit_fork(self, record: Fork, _: RecordMetadata) -> Self::Output {
        let kind = PerfEventKind::Fork {
            parent_pid: record.ppid,
        };
        Some(PerfEvent {
            time_ns: record.time,
            pid: record.pid,
            tid: record.tid,
            kind,
        })
    }

    fn visit_exit(self, record: Exit, _: RecordMetadata) -> Self::Output {
        Some(PerfEvent {
            time_ns: record.time,
            pid: record.pid,
            tid: record.tid,
            kind: PerfEventKind::Exit,
        })
    }

    fn visit_lost(self, record: Lost, metadata: RecordMetadata) -> Self::Output {
        let id = metadata.sample_id();
        let kind = PerfEventKind::Lost(record.lost);
        Some(PerfEvent {
            time_ns: id.time()?,
            pid: id.pid()?,
            tid: id.tid()?,
            kind,
        })
    }
}

/// Splits a call chain at its context markers into kernel and user addresses, both leaf first.
fn split_chain(chain: &[u64]) -> (Vec<u64>, Vec<u64>) {
    let (mut kernel, mut user) = (Vec::new(), Vec::new());
    let mut context = CONTEXT_USER;
    for &address in chain {
        match address {
            CONTEXT_KERNEL | CONTEXT_USER => context = address,
            CONTEXT_MAX.. => context = 0,
            _ if context == CONTEXT_KERNEL => kernel.push(address),
            _ if context == CONTEXT_USER => user.push(address),
            _ => {}
        }
    }
    (kernel, user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_split_at_the_markers() {
        let chain = [CONTEXT_KERNEL, 10, 11, CONTEXT_USER, 20, 21];
        assert_eq!(split_chain(&chain), (vec![10, 11], vec![20, 21]));
        assert_eq!(split_chain(&[CONTEXT_USER, 20]), (vec![], vec![20]));
        assert_eq!(split_chain(&[]), (vec![], vec![]));
    }
}
