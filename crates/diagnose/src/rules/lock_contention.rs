//! The rule `lock-contention`.

use crate::rule::declare_rule;
use crate::{Booked, Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Line, Resource, evidence};
use profile::{Arg, Message, ThreadId, Work};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// ## What it finds
    /// A mutex or read-write lock for which threads queue: they spin and sleep until another one lets go.
    /// ## Why it is slow
    /// While one thread holds the lock the others stand still, so more threads add nothing; each hand-over also moves
    /// cache lines between processors and wakes a thread by a system call.
    /// ## Evidence
    /// Waits were counted and timed per lock address, and the processor time spent spinning was sampled. Lines that let
    /// go of the same lock and woke waiters are named too. A lock that is taken often but seldom found taken does not
    /// show.
    /// ## How to see it by hand
    /// `perf trace -s` or `strace -c -f`: `futex` calls by the thousand. `perf record --call-graph dwarf`: time in
    /// `Mutex::lock_contended`. More threads, and the run gets no faster.
    /// ## Fix and its safety
    /// In this order: hold it for less time (compute before locking, drop the guard early); give each thread its own
    /// and merge at the end; split it into shards by key; an atomic for a counter; `RwLock` where readers far
    /// outnumber writers and hold it long. Check what must stay consistent under one lock.
    /// ## When not to
    /// The data must change together: two locks in place of one bring lost updates or, taken in different orders, a
    /// deadlock. Threads that seldom meet pay twenty nanoseconds for a lock: shards gain nothing there.
    pub(super) LOCK_CONTENTION = "lock-contention", level 5, check, says [
        "lock-contention-title",
        "lock-contention-title-print",
        "lock-contention-why",
        "lock-contention-fix-shorten",
        "lock-contention-fix-split",
        "lock-contention-fix-print",
    ]
}

const LOCKING: [&str; 6] = ["lock", "read", "write", "lock_shared", "upgradable_read", "lock_arc"];
/// Sites that hold less of a lock's waiting than this are not worth a line.
const MIN_PART: f64 = 0.05;

/// Size of std's futex `RwLock`; `Mutex` and parking_lot's locks are smaller.
const LOCK_BYTES: u64 = 8;
/// A lock inside of a library call is the library's business until it costs this share of all threads' time.
const MIN_INTERNAL: f64 = 0.15;

/// What was waited at one line for one lock.
struct Queue<'a> {
    first: Booked<'a>,
    claims: Vec<EntryIdx>,
    seconds: f64,
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    // Lines by the lock that they wait for; where waits were not seen (spinning only), those of one function together.
    let mut by_lock: BTreeMap<(u64, &str, &str), BTreeMap<Line<'_>, Queue<'_>>> = BTreeMap::new();
    let addresses = lock_of_line(ctx);
    for booked in ctx
        .entries()
        .filter(|booked| matches!(booked.entry.work, Work::LockWait | Work::Lock))
    {
        let line = (booked.site.file.as_deref(), booked.site.line);
        let lock = match addresses.get(&line) {
            Some(&address) => (address, "", ""),
            None => (0, line.0.unwrap_or(""), booked.site.function.as_str()),
        };
        let queue = by_lock.entry(lock).or_default().entry(line).or_insert_with(|| Queue {
            first: booked,
            claims: Vec::new(),
            seconds: 0.0,
        });
        queue.claims.push(booked.idx);
        queue.seconds += booked.entry.cost.seconds;
    }
    out.extend(
        by_lock
            .into_values()
            .filter_map(|lines| found(ctx, lines.into_values().collect())),
    );
}

/// The lock that each line waits for most; for lines that only let go, the one whose waiters they wake most.
fn lock_of_line<'a>(ctx: &Context<'a>) -> BTreeMap<Line<'a>, u64> {
    let mut waited: BTreeMap<Line<'_>, BTreeMap<u64, u64>> = BTreeMap::new();
    for booked in ctx.entries().filter(|booked| booked.entry.work == Work::LockWait) {
        for wait in &booked.entry.cost.waits {
            let line = (booked.site.file.as_deref(), booked.site.line);
            *waited.entry(line).or_default().entry(wait.address).or_default() += wait.total_ns;
        }
    }
    let ledger = ctx.ledger();
    let mut woken: BTreeMap<Line<'_>, BTreeMap<u64, u64>> = BTreeMap::new();
    for wake in &ctx.profile().wakes {
        let Some(site) = ledger.place(wake.stack).map(|id| ledger.site(ledger.node(id).site)) else {
            continue;
        };
        let line = (site.file.as_deref(), site.line);
        *woken.entry(line).or_default().entry(wake.address).or_default() += wake.count;
    }
    let most = |locks: BTreeMap<u64, u64>| {
        let most = locks.into_iter().max_by_key(|&(_, weight)| weight);
        most.map(|(address, _)| address)
    };
    let lines = woken.into_iter().chain(waited);
    let mut locks: BTreeMap<Line<'_>, u64> = lines.filter_map(|(line, locks)| Some((line, most(locks)?))).collect();
    // A read-write lock waits on two words side by side, one for readers and one for writers.
    let addresses: BTreeSet<u64> = locks.values().copied().collect();
    for address in locks.values_mut() {
        let neighbour = addresses.range(address.saturating_sub(LOCK_BYTES - 1)..*address).next();
        *address = neighbour.copied().unwrap_or(*address);
    }
    locks
}

fn found(ctx: &Context<'_>, mut lines: Vec<Queue<'_>>) -> Option<Candidate> {
    lines.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let claims: BTreeSet<EntryIdx> = lines.iter().flat_map(|line| line.claims.iter().copied()).collect();
    let costs = || claims.iter().map(|&idx| ctx.booked(idx).entry);
    let waiting = || costs().filter(|entry| entry.work == Work::LockWait);
    let waits: u64 = waiting()
        .flat_map(|entry| &entry.cost.waits)
        .map(|wait| wait.count)
        .sum();
    let wait_s = waiting().map(|entry| entry.cost.wait_ns() as f64 / 1e9).sum::<f64>();
    let spin_s = costs().map(|entry| entry.cost.cpu_ns as f64 / 1e9).sum::<f64>();
    let slow_s: f64 = waiting().map(|entry| entry.cost.seconds).sum();
    if slow_s == 0.0 || slow_s < 0.1 * (wait_s + spin_s) {
        // Locked, but hardly ever found taken.
        return None;
    }
    let threads: BTreeSet<ThreadId> = waiting()
        .flat_map(|entry| &entry.cost.waits)
        .map(|wait| wait.thread)
        .collect();
    let total_s: f64 = lines.iter().map(|line| line.seconds).sum();
    let first = lines.first()?.first;
    if !is_locking(first.call) && ctx.ledger().share_of(total_s) < MIN_INTERNAL {
        return None;
    }
    let is_print = first.call.starts_with("print") || first.call.starts_with("eprint");
    let lock = ctx.call(first.site, &LOCKING).map(|call| call.receiver.clone());

    let mut candidate = Candidate::new(&LOCK_CONTENTION, ctx.place(first.site), claims);
    candidate.resource = Resource::Lock;
    candidate.confidence = if waits > 0 {
        Confidence::Measured
    } else {
        Confidence::Likely
    };
    candidate.speedup = Some(speedup(ctx, ctx.ledger().share_of(total_s), spin_s));
    candidate.title = match lock {
        _ if is_print => Message::new("lock-contention-title-print"),
        Some(lock) => Message::new("lock-contention-title").text("lock", lock),
        None => Message::new("lock-contention-title").text("lock", first.call),
    };
    candidate.why = Message::new("lock-contention-why").with("share", Arg::Share(ctx.ledger().share_of(total_s)));
    candidate.evidence = vec![
        evidence::waits(waits),
        evidence::wait_time(wait_s),
        evidence::spin_time(spin_s),
        evidence::threads(threads.len() as u64),
    ];
    candidate.fixes = if is_print {
        vec![Fix::advice(Message::new("lock-contention-fix-print"), Effort::Simple)]
    } else {
        vec![
            Fix::advice(Message::new("lock-contention-fix-shorten"), Effort::Simple),
            Fix::advice(Message::new("lock-contention-fix-split"), Effort::Moderate),
        ]
    };
    for line in lines[1..].iter().filter(|line| line.seconds >= MIN_PART * total_s) {
        candidate.add_also(ctx.place(line.first.site));
    }
    Some(candidate)
}

/// Whether a call takes a lock that its caller can see.
fn is_locking(call: &str) -> bool {
    let types = [
        "Mutex",
        "RwLock",
        "ReentrantLock",
        "drop MutexGuard",
        "drop RwLock",
        "Condvar",
        "LazyLock",
        "println!",
        "eprintln!",
    ];
    types.iter().any(|prefix| call.starts_with(prefix)) || call.ends_with("lock") || call.contains("Lock")
}

/// Without waiting the run is shorter by its share of all threads' time, but never shorter than its processor time
/// spread over the processors.
fn speedup(ctx: &Context<'_>, share: f64, spin_s: f64) -> f64 {
    let totals = &ctx.profile().totals;
    let n_cpus = f64::from(ctx.profile().machine.n_cpus.max(1));
    let work_s = (totals.cpu_s() - spin_s).max(0.0) / n_cpus;
    let wall_s = totals.wall_s.max(f64::MIN_POSITIVE);
    let after_s = (wall_s * (1.0 - share)).max(work_s).max(wall_s * 0.001);
    (wall_s / after_s).max(1.0)
}
