//! A profile written down by hand: what the tests of everything that reads profiles start from.

use crate::{
    AllocationRow, CpuRow, Distribution, FdKind, Frame, FrameId, GrowthRow, IoRow, Origin, Profile, Sampler, Stack,
    StackId, Thread, ThreadId, WaitKind, WaitRow,
};

/// Nanoseconds that one sample of a sketch stands for.
const SAMPLE_NS: u64 = 1_000_000;

/// Builds a profile from stacks written as text, leaf first, one frame each:
/// `"app::dedup src/main.rs:5:17"`. Names that begin with `app` are the user's, `libc ` and `kernel ` and `dep ` mark
/// other origins, all else is the standard library.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    profile: Profile,
}

impl Sketch {
    /// An empty profile of one thread that ran for this long.
    pub fn new(wall_s: f64) -> Self {
        let mut profile = Profile::default();
        profile.totals.wall_s = wall_s;
        profile.totals.user_s = wall_s;
        profile.run.sampler = Sampler::Perf;
        profile.run.frequency_hz = 1000;
        profile.machine.n_cpus = 2;
        let mut sketch = Self { profile };
        sketch.thread(0);
        sketch
    }

    /// CPU samples of the first thread, one millisecond each.
    #[must_use]
    pub fn cpu(mut self, samples: u64, stack: &[&str]) -> Self {
        let stack = self.stack(stack);
        self.profile.totals.samples += samples;
        self.profile.cpu.push(CpuRow {
            thread: ThreadId(0),
            stack,
            samples,
            cpu_ns: samples * SAMPLE_NS,
        });
        self
    }

    /// Allocations of one size, freed after `lifetime_ns`, or kept when that is `None`.
    #[must_use]
    pub fn allocations(mut self, count: u64, bytes: u64, lifetime_ns: Option<u64>, stack: &[&str]) -> Self {
        let stack = self.stack(stack);
        self.profile.run.heap = crate::HeapMode::Exact;
        self.profile.totals.allocations += count;
        self.profile.allocations.push(AllocationRow {
            thread: ThreadId(0),
            stack,
            samples: count,
            allocations: count as f64,
            bytes: (count * bytes) as f64,
            freed: if lifetime_ns.is_some() { count as f64 } else { 0.0 },
            freed_by_other_thread: 0.0,
            size: Distribution::of([(bytes, count as f64)]),
            lifetime_ns: Distribution::of(lifetime_ns.map(|ns| (ns, count as f64))),
            grown: 0.0,
            growths_per_chain: Distribution::default(),
            final_size: Distribution::default(),
        });
        self
    }

    /// Reallocations from one size to another; all of them moved.
    #[must_use]
    pub fn growths(mut self, count: u64, old_bytes: u64, new_bytes: u64, stack: &[&str]) -> Self {
        let stack = self.stack(stack);
        self.profile.run.heap = crate::HeapMode::Exact;
        self.profile.growths.push(GrowthRow {
            thread: ThreadId(0),
            stack,
            samples: count,
            growths: count as f64,
            moves: count as f64,
            moved_bytes: (count * old_bytes) as f64,
            added_bytes: (count * (new_bytes - old_bytes)) as f64,
            old_size: Distribution::of([(old_bytes, count as f64)]),
            new_size: Distribution::of([(new_bytes, count as f64)]),
        });
        self
    }

    /// Waits of a thread on an address.
    #[must_use]
    pub fn wait(mut self, kind: WaitKind, thread: u32, address: u64, total_ms: u64, stack: &[&str]) -> Self {
        let stack = self.stack(stack);
        self.thread(thread);
        self.profile.waits.push(WaitRow {
            thread: ThreadId(thread),
            stack,
            kind,
            address,
            count: total_ms,
            total_ns: total_ms * 1_000_000,
            max_ns: 1_000_000,
        });
        self
    }

    /// I/O calls of one size on one kind of descriptor.
    #[must_use]
    pub fn io(mut self, call: &str, fd_kind: FdKind, count: u64, bytes: u64, total_ms: u64, stack: &[&str]) -> Self {
        let stack = self.stack(stack);
        self.profile.io.push(IoRow {
            thread: ThreadId(0),
            stack,
            call: call.to_owned(),
            fd_kind,
            count,
            errors: 0,
            bytes: count * bytes,
            total_ns: total_ms * 1_000_000,
            max_ns: 1_000_000,
            size: Distribution::of([(bytes, count as f64)]),
        });
        self
    }

    /// The profile.
    pub fn profile(self) -> Profile {
        self.profile
    }

    fn thread(&mut self, index: u32) {
        while self.profile.threads.len() <= index as usize {
            self.profile.threads.push(Thread::default());
        }
    }

    fn stack(&mut self, frames: &[&str]) -> StackId {
        let frames: Vec<FrameId> = frames
            .iter()
            .map(|text| self.profile.tables.intern_frame(frame(text)))
            .collect();
        self.profile.tables.intern_stack(Stack {
            frames,
            is_truncated: false,
        })
    }
}

/// A frame of its text: origin mark, function, position.
fn frame(text: &str) -> Frame {
    let (text, origin) = if let Some(rest) = text.strip_prefix("libc ") {
        (rest, Origin::System("libc.so.6".to_owned()))
    } else if let Some(rest) = text.strip_prefix("kernel ") {
        (rest, Origin::Kernel)
    } else if let Some(rest) = text.strip_prefix("dep ") {
        let name = rest
            .split("::")
            .next()
            .unwrap_or(rest)
            .trim_start_matches('<')
            .to_owned();
        (rest, Origin::Dependency { name, version: None })
    } else if text.starts_with("app") || text.starts_with("<app") {
        (text, Origin::User(Some("app".to_owned())))
    } else {
        (text, Origin::Std)
    };
    let (function, position) = match text.rsplit_once(' ') {
        Some((function, position)) if position.contains(".rs:") => (function, position),
        _ => (text, ""),
    };
    let mut parts = position.rsplitn(3, ':');
    let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
    let (column, line) = (number(), number());
    Frame {
        function: function.to_owned(),
        file: parts.next().filter(|file| !file.is_empty()).map(str::to_owned),
        line,
        column,
        origin,
        is_inlined: false,
    }
}
