//! CPU samples by `perf_event_open`, taken from the parent: the target is not touched.
//!
//! One software `cpu-clock` event per CPU follows the target and all that it starts (`inherit`). Every sample carries
//! the user registers and a small stack dump next to the frame-pointer chain, because a chain alone loses the caller
//! of a frameless leaf.
//!
//! Half of what recording costs is the interrupt itself, and a share of 10 % is known to within a point after the first
//! thousands of samples. So a second event, which writes to the same ring, adds to the rate until then and is closed;
//! each later sample stands for more time.

mod event;

pub(crate) use event::{PerfEvent, PerfEventKind, PerfSample};

use crate::machine::cpu_list;
use event::EventVisitor;
use perf_event::data::endian::Native;
use perf_event::data::parse::{ParseConfig, Parser};
use perf_event::events::Software;
use perf_event::{Builder, Clock, Counter, SampleFlag, Sampler};
use std::io;
use std::os::fd::AsRawFd;

/// Bits of `sample_regs_user` (`arch/x86/include/uapi/asm/perf_regs.h`): BP, SP, IP.
const USER_REGISTERS: u64 = 1 << 6 | 1 << 7 | 1 << 8;
/// Ring of each CPU and stack dump of each sample, both in bytes: a quarter of a second of samples with privileges; what
/// `perf_event_mlock_kb` (516) admits without; what remains when another tool took most of that.
///
/// libc's `malloc` uses the frame pointer for other things, so the chain of a sample in it ends there and the dump must
/// reach the next function that keeps one: of a parser's samples 1 KiB left 40 % without a root, 4 KiB 13 %, nearly all
/// of which earlier stacks complete; 16 KiB cost the target 2 %.
const BUFFERS: [(usize, u32); 3] = [(1 << 20, 4 << 10), (512 << 10, 4 << 10), (128 << 10, 1 << 10)];
/// `PERF_RECORD_MISC_COMM_EXEC` (`perf_event.h`).
const MISC_COMM_EXEC: u16 = 1 << 13;

/// After this many samples the rate falls: twice the standard error of a share of 10 % is then 1.9 points.
const FULL_RATE_SAMPLES: u64 = 1_000;

/// How often samples are taken, in Hz of CPU time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// At the beginning.
    pub(crate) first_hz: u32,
    /// After [`FULL_RATE_SAMPLES`]; `None`: the same.
    pub(crate) later_hz: Option<u32>,
}

impl Rate {
    /// One sample's CPU time, at the beginning or later, in nanoseconds.
    fn period_ns(self, is_later: bool) -> u64 {
        let hz = self.later_hz.filter(|_| is_later).unwrap_or(self.first_hz);
        1_000_000_000 / u64::from(hz.max(1))
    }
}

/// The events of one target, one ring per CPU.
pub(crate) struct PerfSampler {
    rings: Vec<Ring>,
    /// What adds to the rate at the beginning.
    extra: Vec<Counter>,
    rate: Rate,
    n_samples: u64,
    /// When the rate fell, on CLOCK_MONOTONIC.
    fell_at_ns: Option<u64>,
    /// False when the kernel lets us sample user mode only.
    pub(crate) has_kernel: bool,
}

struct Ring {
    sampler: Sampler,
    config: ParseConfig<Native>,
}

impl PerfSampler {
    /// Attaches to `pid`, which has not yet called `exec`: sampling begins when it does.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub(crate) fn attach(pid: i32, rate: Rate) -> io::Result<Self> {
        let attached = Self::attach_at(pid, rate, true).or_else(|_| Self::attach_at(pid, rate, false));
        // Where two events cannot share a ring, one must do.
        let one = Rate { later_hz: None, ..rate };
        attached
            .or_else(|_| Self::attach_at(pid, one, true))
            .or_else(|_| Self::attach_at(pid, one, false))
    }

    fn attach_at(pid: i32, rate: Rate, has_kernel: bool) -> io::Result<Self> {
        let (rings, extra) = open_all(pid, rate, has_kernel)?;
        Ok(Self {
            rings,
            extra,
            rate,
            n_samples: 0,
            fell_at_ns: None,
            has_kernel,
        })
    }

    /// Moves all that the kernel has written so far into `out`, in no order. Lowers the rate when there is enough.
    pub(crate) fn drain(&mut self, out: &mut Vec<PerfEvent>) {
        let already = out.len();
        self.read_rings(out);
        let is_sample = |event: &&PerfEvent| matches!(event.kind, PerfEventKind::Sample(_));
        self.n_samples += out[already..].iter().filter(is_sample).count() as u64;
        if self.n_samples >= FULL_RATE_SAMPLES && !self.extra.is_empty() {
            self.fell_at_ns = Some(crate::sys::monotonic_ns());
            self.extra.clear();
        }
    }

    fn read_rings(&mut self, out: &mut Vec<PerfEvent>) {
        let mut bytes = Vec::new();
        for ring in &mut self.rings {
            while let Some(record) = ring.sampler.next_record() {
                bytes.clear();
                bytes.extend_from_slice(&record.ty().to_ne_bytes());
                bytes.extend_from_slice(&record.misc().to_ne_bytes());
                let Ok(size) = u16::try_from(record.len() + 8) else {
                    continue;
                };
                bytes.extend_from_slice(&size.to_ne_bytes());
                for part in record.data() {
                    bytes.extend_from_slice(part);
                }
                drop(record);
                let visitor = EventVisitor {
                    rate: self.rate,
                    fell_at_ns: self.fell_at_ns.unwrap_or(u64::MAX),
                };
                // A record that the parser does not know is newer than this tool, and none of ours.
                if let Ok(Some(event)) = Parser::new(bytes.as_slice(), ring.config.clone()).parse_record(visitor) {
                    out.push(event);
                }
            }
        }
    }
}

fn open_all(pid: i32, rate: Rate, has_kernel: bool) -> io::Result<(Vec<Ring>, Vec<Counter>)> {
    let (mut rings, mut extra) = (Vec::new(), Vec::new());
    for cpu in online_cpus() {
        let target = Target { pid, cpu, has_kernel };
        match open(target, rate.later_hz.unwrap_or(rate.first_hz)) {
            Ok((ring, dump_bytes)) => {
                if let Some(later_hz) = rate.later_hz {
                    let added_hz = rate.first_hz.saturating_sub(later_hz).max(1);
                    extra.push(open_extra(target, added_hz, dump_bytes, &ring)?);
                }
                rings.push(ring);
            }
            // A CPU went offline since the list was read.
            Err(error) if error.raw_os_error() == Some(libc::ENODEV) => {}
            Err(error) => return Err(error),
        }
    }
    if rings.is_empty() {
        Err(io::Error::other("no CPU could be sampled"))
    } else {
        Ok((rings, extra))
    }
}

/// What an event is to sample.
#[derive(Clone, Copy)]
struct Target {
    pid: i32,
    cpu: u32,
    has_kernel: bool,
}

/// An event with a ring of its own, and the bytes of stack that it copies.
fn open(target: Target, frequency_hz: u32) -> io::Result<(Ring, u32)> {
    let mut builder = sampling(target, frequency_hz);
    builder.mmap(true).mmap2(true).comm(true).comm_exec(true).task(true);
    let mut last_error = io::Error::other("no buffer");
    for (ring_bytes, dump_bytes) in BUFFERS {
        match builder.sample_stack_user(dump_bytes).build().and_then(|counter| {
            let config = counter.config().clone();
            Ok(Ring {
                sampler: counter.sampled(ring_bytes)?,
                config,
            })
        }) {
            Ok(ring) => return Ok((ring, dump_bytes)),
            Err(error) => last_error = error,
        }
    }
    Err(last_error)
}

/// An event that writes its samples to the ring of another one.
fn open_extra(target: Target, frequency_hz: u32, dump_bytes: u32, ring: &Ring) -> io::Result<Counter> {
    let counter = sampling(target, frequency_hz).sample_stack_user(dump_bytes).build()?;
    crate::sys::write_to_ring_of(counter.as_raw_fd(), ring.sampler.as_raw_fd())?;
    Ok(counter)
}

/// What the samples of all events hold: the layout of a record follows from it.
fn sampling(target: Target, frequency_hz: u32) -> Builder<'static> {
    let mut builder = Builder::new(Software::CPU_CLOCK);
    builder
        .observe_pid(target.pid)
        .one_cpu(target.cpu as usize)
        .inherit(true)
        .enabled(false)
        .enable_on_exec(true)
        .sample_frequency(u64::from(frequency_hz))
        .sample(SampleFlag::IP | SampleFlag::TID | SampleFlag::TIME | SampleFlag::CALLCHAIN)
        .sample(SampleFlag::REGS_USER | SampleFlag::STACK_USER)
        .sample_regs_user(USER_REGISTERS)
        .sample_id_all(true)
        .clockid(Clock::MONOTONIC)
        .exclude_hv(true)
        .exclude_kernel(!target.has_kernel)
        .exclude_callchain_kernel(!target.has_kernel);
    builder
}

/// CPUs from `/sys/devices/system/cpu/online`, a list such as `0-3,8`.
fn online_cpus() -> Vec<u32> {
    let text = std::fs::read_to_string("/sys/devices/system/cpu/online").unwrap_or_default();
    let cpus = cpu_list(&text);
    if cpus.is_empty() {
        (0..std::thread::available_parallelism().map_or(1, |n| n.get() as u32)).collect()
    } else {
        cpus
    }
}
