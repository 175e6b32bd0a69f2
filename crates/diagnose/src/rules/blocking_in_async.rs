//! The rule `blocking-in-async`.

mod awaited;

use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Line, Resource, evidence};
use profile::{Arg, FdKind, Frame, Message, NodeId, Origin, StackId, ThreadId, WaitKind, Work};
use std::collections::{BTreeMap, BTreeSet, HashMap};

declare_rule! {
    /// ## What it finds
    /// Async code that blocks the thread which runs it: `std::thread::sleep`, file I/O, `std::net`, a wait for a lock, a
    /// channel or a child process, in a task of tokio, async-std or smol.
    /// ## Why it is slow
    /// A runtime runs thousands of tasks on a few threads, and relies on each giving the thread back within some ten
    /// microseconds. While one blocks, all others of its thread stand still, timers and accepted connections included.
    /// ## Evidence
    /// The blocking calls were counted and timed. Their stacks show that a worker of the runtime was polling a task, and
    /// not a thread for blocking work (`spawn_blocking`, `block_in_place`, the crate `blocking`). Told when a call takes a
    /// tenth of a millisecond in the mean, or a millisecond at worst.
    /// ## How to see it by hand
    /// `tokio-console` marks tasks that are busy for long without yielding. `strace -f -T` of the worker threads
    /// (`tokio-rt-worker`, `tokio-runtime-w`): `clock_nanosleep`, `read`, `fsync`, `futex` that take long.
    /// ## Fix and its safety
    /// `tokio::time::sleep(…).await` for a sleep, `tokio::net` for sockets, `tokio::sync` for locks that are held across
    /// `.await` and for channels, `tokio::task::spawn_blocking` for file I/O and everything else. What moves to another
    /// thread must own its data; and limit how many such calls run at once.
    /// ## When not to
    /// A runtime of one task, the time before the first task starts, file reads of some microseconds from the page cache:
    /// handing them to another thread costs more than they take.
    pub(super) BLOCKING_IN_ASYNC = "blocking-in-async", level 6, check, says [
        "blocking-in-async-title-sleep",
        "blocking-in-async-title-file",
        "blocking-in-async-title-socket",
        "blocking-in-async-title-lock",
        "blocking-in-async-title-other",
        "blocking-in-async-why",
        "blocking-in-async-fix-sleep",
        "blocking-in-async-fix-file",
        "blocking-in-async-fix-socket",
        "blocking-in-async-fix-lock",
        "blocking-in-async-fix-other",
    ]
}

/// Ryhl, "Async: What is blocking?" (2020): not more than 10 to 100 microseconds between two `.await`.
const LONG_MEAN_NS: u64 = 100_000;
/// Likewise for the longest of calls that are short in the mean.
const LONG_MAX_NS: u64 = 1_000_000;
/// Fewer calls are the program's start.
const MIN_CALLS: u64 = 8;

/// What a task blocks in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Blocking {
    Sleep,
    File,
    Socket,
    Lock,
    Other,
}

/// The blocking calls of one line.
#[derive(Default)]
struct Blocked {
    calls: u64,
    total_ns: u64,
    longest_ns: u64,
    by_thread: BTreeMap<ThreadId, u64>,
    nodes: BTreeMap<NodeId, u64>,
}

impl Blocked {
    fn add(&mut self, node: NodeId, thread: ThreadId, calls: u64, total_ns: u64, max_ns: u64) {
        self.calls += calls;
        self.total_ns += total_ns;
        self.longest_ns = self.longest_ns.max(max_ns);
        *self.by_thread.entry(thread).or_default() += total_ns;
        *self.nodes.entry(node).or_default() += total_ns;
    }

    fn is_long(&self) -> bool {
        let mean_ns = self.total_ns / self.calls.max(1);
        self.calls >= MIN_CALLS
            && (mean_ns >= LONG_MEAN_NS || self.longest_ns >= LONG_MAX_NS && mean_ns >= LONG_MEAN_NS / 10)
    }
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut lines: BTreeMap<(Line<'_>, Blocking), Blocked> = BTreeMap::new();
    let mut known: HashMap<StackId, bool> = HashMap::new();
    let mut place = |stack: StackId| {
        let ledger = ctx.ledger();
        let node = ledger.place(stack)?;
        let site = ledger.site(ledger.node(node).site);
        let is_blocking = site.is_user && *known.entry(stack).or_insert_with(|| blocks_worker(ctx, stack, node));
        is_blocking.then_some((node, (site.file.as_deref(), site.line)))
    };
    for row in &ctx.profile().waits {
        if let Some((node, line)) = place(row.stack) {
            let kind = match row.kind {
                WaitKind::Sleep => Blocking::Sleep,
                WaitKind::Futex | WaitKind::PthreadMutex | WaitKind::PthreadRwLock => Blocking::Lock,
                WaitKind::PthreadCondition | WaitKind::Join | WaitKind::Poll | WaitKind::Child => Blocking::Other,
            };
            let blocked = lines.entry((line, kind)).or_default();
            blocked.add(node, row.thread, row.count, row.total_ns, row.max_ns);
        }
    }
    for row in &ctx.profile().io {
        if let Some((node, line)) = place(row.stack) {
            let kind = match row.fd_kind {
                FdKind::Socket | FdKind::Pipe | FdKind::Character => Blocking::Socket,
                FdKind::File | FdKind::Other => Blocking::File,
            };
            let blocked = lines.entry((line, kind)).or_default();
            blocked.add(node, row.thread, row.count, row.total_ns, row.max_ns);
        }
    }
    let long = lines.into_iter().filter(|(_, blocked)| blocked.is_long());
    out.extend(long.filter_map(|((_, kind), blocked)| found(ctx, kind, &blocked)));
}

fn found(ctx: &Context<'_>, kind: Blocking, blocked: &Blocked) -> Option<Candidate> {
    let ledger = ctx.ledger();
    let (&node, _) = blocked.nodes.iter().max_by_key(|&(_, &total_ns)| total_ns)?;
    let site = ledger.site(ledger.node(node).site);
    let is_of_kind = |work: &Work| match kind {
        Blocking::Sleep => *work == Work::Sleep,
        Blocking::File | Blocking::Socket => matches!(work, Work::Syscall(_)),
        Blocking::Lock => matches!(work, Work::LockWait | Work::Idle),
        Blocking::Other => matches!(work, Work::Idle | Work::Poll),
    };
    let claims = ctx
        .entries()
        .filter(|booked| blocked.nodes.contains_key(&booked.entry.node) && is_of_kind(&booked.entry.work));
    let claims: BTreeSet<EntryIdx> = claims.map(|booked| booked.idx).collect();
    let mut candidate = Candidate::new(&BLOCKING_IN_ASYNC, ctx.place(site), claims);
    let totals = &ctx.profile().totals;
    let wall_s = totals.wall_s.max(f64::MIN_POSITIVE);
    // Workers block side by side: the worst of them tells how long the run stood still.
    let longest_ns = blocked.by_thread.values().copied().max()?;
    let share = (longest_ns as f64 / 1e9 / wall_s).min(1.0);
    let n_cpus = f64::from(ctx.profile().machine.n_cpus.max(1));
    let after_s = (wall_s * (1.0 - share)).max(totals.cpu_s() / n_cpus).max(wall_s * 0.01);
    candidate.share = Some(share);
    candidate.speedup = Some((wall_s / after_s).max(1.0));
    candidate.resource = if kind == Blocking::Lock {
        Resource::Lock
    } else {
        Resource::Io
    };
    // Several workers that block at one line run several tasks; with one, there may be no other task that waits.
    candidate.confidence = if blocked.by_thread.len() > 1 {
        Confidence::Measured
    } else {
        Confidence::Possible
    };
    let (title, fix) = match kind {
        Blocking::Sleep => ("blocking-in-async-title-sleep", "blocking-in-async-fix-sleep"),
        Blocking::File => ("blocking-in-async-title-file", "blocking-in-async-fix-file"),
        Blocking::Socket => ("blocking-in-async-title-socket", "blocking-in-async-fix-socket"),
        Blocking::Lock => ("blocking-in-async-title-lock", "blocking-in-async-fix-lock"),
        Blocking::Other => ("blocking-in-async-title-other", "blocking-in-async-fix-other"),
    };
    let mean_s = blocked.total_ns as f64 / 1e9 / blocked.calls as f64;
    candidate.title = Message::new(title).with("calls", Arg::Count(blocked.calls));
    candidate.why = Message::new("blocking-in-async-why")
        .with("time", Arg::Seconds(mean_s))
        .with("threads", Arg::Count(blocked.by_thread.len() as u64));
    candidate.evidence = vec![
        evidence::calls(blocked.calls),
        evidence::blocked_time(blocked.total_ns as f64 / 1e9),
        evidence::longest(blocked.longest_ns as f64 / 1e9),
        evidence::threads(blocked.by_thread.len() as u64),
    ];
    let advice = |key, effort| Fix::advice(Message::new(key), effort);
    let machine = || {
        let mut editor = ctx.editor(site.file.as_deref()?)?;
        awaited::awaited(&mut editor, ctx.syntax(site)?, ctx.call(site, &[])?)?;
        editor.into_fix(Message::new(fix), Effort::Simple)
    };
    candidate.fixes = vec![machine().unwrap_or_else(|| advice(fix, Effort::Simple))];
    if kind != Blocking::Other && kind != Blocking::File {
        candidate
            .fixes
            .push(advice("blocking-in-async-fix-other", Effort::Moderate));
    }
    // The nearest async function around a helper that blocks: there the `.await` goes.
    let is_async = |function: &str| function.ends_with("{closure}");
    if !is_async(&site.function)
        && let Some((_, _, asking)) = ctx.path(node).skip(1).find(|(_, _, above)| is_async(&above.function))
    {
        candidate.add_also(ctx.place(asking));
    }
    Some(candidate)
}

/// Whether a stack shows a worker of an async runtime that polls a task of the user's, which has called something that
/// blocks: above the site the runtime's worker comes before any thread for blocking work, below it is no runtime.
fn blocks_worker(ctx: &Context<'_>, stack: StackId, node: NodeId) -> bool {
    let frames: Vec<&Frame> = ctx.profile().tables.frames_of(stack).map(|(_, frame)| frame).collect();
    let site = ctx.ledger().site(ctx.ledger().node(node).site);
    let is_site = |frame: &&Frame| {
        matches!(frame.origin, Origin::User(_) | Origin::Dependency { .. })
            && (frame.line, frame.column) == (site.line, site.column)
            && frame.file == site.file
    };
    let Some(site_at) = frames.iter().position(is_site) else {
        return false;
    };
    let is_own_wait = frames[..site_at].iter().any(|frame| is_runtime(frame));
    !is_own_wait
        && frames[site_at..]
            .iter()
            .find_map(|frame| runs_task(&frame.function))
            .unwrap_or(false)
}

fn is_runtime(frame: &Frame) -> bool {
    const RUNTIMES: [&str; 9] = [
        "tokio",
        "mio",
        "async-std",
        "smol",
        "async-io",
        "async-executor",
        "async-global-executor",
        "futures-executor",
        "polling",
    ];
    matches!(&frame.origin, Origin::Dependency { name, .. } if RUNTIMES.contains(&name.as_str()))
}

/// Whether a frame is a runtime's worker that runs tasks (true), or a thread that may block (false).
fn runs_task(function: &str) -> Option<bool> {
    const MAY_BLOCK: [&str; 8] = [
        "BlockingTask",
        "block_in_place",
        "tokio::runtime::blocking::pool",
        "blocking::unblock",
        "blocking::Executor",
        "CachedParkThread",
        "futures_executor::local_pool",
        "async_io::driver::block_on",
    ];
    const WORKERS: [&str; 7] = [
        "tokio::runtime::scheduler::multi_thread",
        "tokio::runtime::scheduler::current_thread",
        "tokio::task::local::LocalSet",
        "async_executor::",
        "async_global_executor::",
        "futures_executor::thread_pool",
        "futures_executor::ThreadPool",
    ];
    if MAY_BLOCK.iter().any(|name| function.contains(name)) {
        return Some(false);
    }
    WORKERS.iter().any(|name| function.contains(name)).then_some(true)
}
