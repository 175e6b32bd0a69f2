//! CPU samples by `perf_event_open`, taken from the parent: the target is not touched.
//!
//! One software `cpu-clock` event per CPU follows the target and all that it starts (`inherit`). Every sample carries
//! the user registers and a small stack dump next to the frame-pointer chain, because a chain alone loses the caller
//! of a frameless leaf.

mod event;

pub(crate) use event::{PerfEvent, PerfEventKind, PerfSample};

use crate::machine::cpu_list;
use event::EventVisitor;
use perf_event::data::endian::Native;
use perf_event::data::parse::{ParseConfig, Parser};
use perf_event::events::Software;
use perf_event::{Builder, Clock, SampleFlag, Sampler};
use std::io;

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

/// The events of one target, one ring per CPU.
pub(crate) struct PerfSampler {
    rings: Vec<Ring>,
    /// False when the kernel lets us sample user mode only.
    pub(crate) has_kernel: bool,
    period_ns: u64,
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
    pub(crate) fn attach(pid: i32, frequency_hz: u32) -> io::Result<Self> {
        let with_kernel = open_all(pid, frequency_hz, true).map(|rings| (rings, true));
        let (rings, has_kernel) =
            with_kernel.or_else(|_| open_all(pid, frequency_hz, false).map(|rings| (rings, false)))?;
        Ok(Self {
            rings,
            has_kernel,
            period_ns: 1_000_000_000 / u64::from(frequency_hz.max(1)),
        })
    }

    /// Moves all that the kernel has written so far into `out`, in no order.
    pub(crate) fn drain(&mut self, out: &mut Vec<PerfEvent>) {
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
                    period_ns: self.period_ns,
                };
                // A record that the parser does not know is newer than this tool, and none of ours.
                if let Ok(Some(event)) = Parser::new(bytes.as_slice(), ring.config.clone()).parse_record(visitor) {
                    out.push(event);
                }
            }
        }
    }
}

fn open_all(pid: i32, frequency_hz: u32, has_kernel: bool) -> io::Result<Vec<Ring>> {
    let mut rings = Vec::new();
    for cpu in online_cpus() {
        match open(pid, cpu, frequency_hz, has_kernel) {
            Ok(ring) => rings.push(ring),
            // A CPU went offline since the list was read.
            Err(error) if error.raw_os_error() == Some(libc::ENODEV) => {}
            Err(error) => return Err(error),
        }
    }
    if rings.is_empty() {
        Err(io::Error::other("no CPU could be sampled"))
    } else {
        Ok(rings)
    }
}

fn open(pid: i32, cpu: u32, frequency_hz: u32, has_kernel: bool) -> io::Result<Ring> {
    let mut builder = Builder::new(Software::CPU_CLOCK);
    builder
        .observe_pid(pid)
        .one_cpu(cpu as usize)
        .inherit(true)
        .enabled(false)
        .enable_on_exec(true)
        .sample_frequency(u64::from(frequency_hz))
        .sample(SampleFlag::IP | SampleFlag::TID | SampleFlag::TIME | SampleFlag::CALLCHAIN)
        .sample(SampleFlag::REGS_USER | SampleFlag::STACK_USER)
        .sample_regs_user(USER_REGISTERS)
        .sample_id_all(true)
        .clockid(Clock::MONOTONIC)
        .mmap(true)
        .mmap2(true)
        .comm(true)
        .comm_exec(true)
        .task(true)
        .exclude_hv(true)
        .exclude_kernel(!has_kernel)
        .exclude_callchain_kernel(!has_kernel);
    let mut last_error = io::Error::other("no buffer");
    for (ring_bytes, dump_bytes) in BUFFERS {
        match builder.sample_stack_user(dump_bytes).build().and_then(|counter| {
            let config = counter.config().clone();
            Ok(Ring {
                sampler: counter.sampled(ring_bytes)?,
                config,
            })
        }) {
            Ok(ring) => return Ok(ring),
            Err(error) => last_error = error,
        }
    }
    Err(last_error)
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
