//! Locks that threads wait for: who waits, who holds, what is done meanwhile, and what that suggests.

mod held;

pub(crate) use held::Held;

use crate::syntax::{CallExpr, last_field, root_name};
use crate::{Booked, Candidate, Confidence, Context, EntryIdx, Evidence, Line, Resource, Rule, evidence};
use profile::{Site, ThreadId, Work};
use std::collections::{BTreeMap, BTreeSet};

/// What takes a lock.
pub(crate) const LOCKING: [&str; 6] = ["lock", "read", "write", "lock_shared", "upgradable_read", "lock_arc"];
/// Size of std's futex `RwLock`; `Mutex` and parking_lot's locks are smaller.
const LOCK_BYTES: u64 = 8;
/// A lock inside of a library call is the library's business until it costs this share of all threads' time.
const MIN_INTERNAL: f64 = 0.15;
/// Sites that hold less of a lock's waiting than this are not worth a line.
const MIN_PART: f64 = 0.05;
/// From this part of what is done under a lock on, work that does not need it is the cause.
const MOSTLY: f64 = 0.5;
/// Work under the lock that was not measured to be this part of the waiting does not explain it.
const MIN_HELD: f64 = 0.1;
/// Waits that the work under a lock does not explain are told from this many on: fewer are those for a holder that was
/// thrown off its processor.
const MIN_WAITS: u64 = 100;
/// Such waits last for a time slice of the scheduler, some three milliseconds, or more.
const TIME_SLICE_S: f64 = 2e-3;
/// A lock of the program's own that takes this part of the processor time for itself is taken often: its waits need no
/// other reason.
const MUCH_LOCKING: f64 = 0.1;
/// From this part of a lock's sections on, readers dominate.
const MOSTLY_READING: f64 = 0.8;

/// What a lock's costs suggest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Held over work that does not need it.
    HeldLong,
    /// A mutex under which nothing is changed, mostly.
    ReadMostly,
    /// Anything else that threads queue for.
    Contended,
}

/// A lock that threads wait for.
pub(crate) struct ContendedLock<'a> {
    /// The lines that wait for it, most seconds first.
    pub(crate) lines: Vec<Queue<'a>>,
    pub(crate) pattern: Pattern,
    /// Where the lock is taken that is held longest, and what is done under it; `None` when the source does not tell.
    pub(crate) held: Option<Held>,
    waits: u64,
    wait_s: f64,
    spin_s: f64,
    total_s: f64,
    threads: usize,
    /// The function and line that woke most waiters: they held it.
    holder: Option<String>,
}

/// What was waited at one line for one lock.
pub(crate) struct Queue<'a> {
    pub(crate) first: Booked<'a>,
    claims: Vec<EntryIdx>,
    seconds: f64,
}

impl<'a> Context<'a> {
    /// The locks that threads wait for.
    pub(crate) fn contended_locks(&self) -> Vec<ContendedLock<'a>> {
        // Lines by the lock that they wait for; where waits were not seen (spinning only), those of one function together.
        let mut by_lock: BTreeMap<(u64, &str, &str), BTreeMap<Line<'_>, Queue<'_>>> = BTreeMap::new();
        let addresses = self.lock_of_line();
        let is_lock = |booked: &Booked<'_>| matches!(booked.entry.work, Work::LockWait | Work::Lock);
        for booked in self.entries().filter(is_lock) {
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
        let locks = by_lock.into_iter();
        locks
            .filter_map(|((address, ..), lines)| self.contended(address, lines.into_values().collect()))
            .collect()
    }

    /// The lock that each line waits for most; for lines that only let go, the one whose waiters they wake most.
    fn lock_of_line(&self) -> BTreeMap<Line<'a>, u64> {
        let mut waited: BTreeMap<Line<'_>, BTreeMap<u64, u64>> = BTreeMap::new();
        for booked in self.entries().filter(|booked| booked.entry.work == Work::LockWait) {
            for wait in &booked.entry.cost.waits {
                let line = (booked.site.file.as_deref(), booked.site.line);
                *waited.entry(line).or_default().entry(wait.address).or_default() += wait.total_ns;
            }
        }
        let ledger = self.ledger();
        let mut woken: BTreeMap<Line<'_>, BTreeMap<u64, u64>> = BTreeMap::new();
        for wake in &self.profile().wakes {
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

    /// A lock with its lines, when threads do wait for it.
    fn contended(&self, address: u64, mut lines: Vec<Queue<'a>>) -> Option<ContendedLock<'a>> {
        lines.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
        let claims = || lines.iter().flat_map(|line| &line.claims);
        let costs = || claims().map(|&idx| self.booked(idx).entry);
        let waiting = || costs().filter(|entry| entry.work == Work::LockWait);
        let waits = || waiting().flat_map(|entry| &entry.cost.waits);
        let wait_s = waits().map(|wait| wait.total_ns as f64 / 1e9).sum::<f64>();
        let spin_s = costs().map(|entry| entry.cost.cpu_ns as f64 / 1e9).sum::<f64>();
        let slow_s: f64 = waiting().map(|entry| entry.cost.seconds).sum();
        if slow_s == 0.0 || slow_s < 0.1 * (wait_s + spin_s) {
            // Locked, but hardly ever found taken.
            return None;
        }
        let total_s: f64 = lines.iter().map(|line| line.seconds).sum();
        let first = lines.first()?.first;
        if !is_locking(first.call) && self.ledger().share_of(total_s) < MIN_INTERNAL {
            return None;
        }
        let sections = self.sections(&lines);
        let held = self.held(&sections);
        if held.as_ref().is_some_and(|held| held.waiting_s > held.total_s) {
            // Threads that take turns in waiting for work are idle.
            return None;
        }
        let count: u64 = waits().map(|wait| wait.count).sum();
        let is_explained = held.as_ref().is_some_and(|held| held.total_s >= MIN_HELD * total_s);
        let is_brief = count >= MIN_WAITS && wait_s / (count as f64) < TIME_SLICE_S;
        let is_busy = is_locking(first.call) && spin_s >= MUCH_LOCKING * self.profile().totals.cpu_s();
        if count > 0 && !is_busy && !is_explained && !is_brief {
            return None;
        }
        let reading_s: f64 = sections
            .iter()
            .filter(|section| self.is_reading(section))
            .map(|s| s.seconds)
            .sum();
        let all_s: f64 = sections.iter().map(|section| section.seconds).sum();
        let is_mutex = lines.iter().all(|line| !line.first.call.starts_with("RwLock"));
        let is_held_long =
            |held: &Held| held.movable_s >= MOSTLY * held.total_s && held.movable_s >= MIN_HELD * total_s;
        let pattern = if held.as_ref().is_some_and(is_held_long) {
            Pattern::HeldLong
        } else if is_mutex && all_s > 0.0 && reading_s >= MOSTLY_READING * all_s {
            Pattern::ReadMostly
        } else {
            Pattern::Contended
        };
        Some(ContendedLock {
            pattern,
            held,
            waits: count,
            wait_s,
            spin_s,
            total_s,
            threads: waits().map(|wait| wait.thread).collect::<BTreeSet<ThreadId>>().len(),
            holder: self.most_waking(address),
            lines,
        })
    }

    /// Who woke most of those that waited for a lock.
    fn most_waking(&self, address: u64) -> Option<String> {
        let ledger = self.ledger();
        let mut woken: BTreeMap<(&str, &str, u32), u64> = BTreeMap::new();
        let is_it = |other: u64| address != 0 && (address..address + LOCK_BYTES).contains(&other);
        for wake in self.profile().wakes.iter().filter(|wake| is_it(wake.address)) {
            let site = ledger.place(wake.stack).map(|id| ledger.site(ledger.node(id).site));
            if let Some(site) = site.filter(|site| site.is_user) {
                let file = site.file.as_deref().unwrap_or_default();
                *woken.entry((&site.function, file, site.line)).or_default() += wake.count;
            }
        }
        let ((function, file, line), _) = woken.into_iter().max_by_key(|&(_, count)| count)?;
        let file = file.rsplit('/').next().unwrap_or(file);
        Some(format!("{function} ({file}:{line})"))
    }

    /// The declaration of a lock that is called by this expression at a site: `Server::sessions` and its type.
    fn declared_lock(&self, site: &Site, receiver: &str) -> Option<(String, String)> {
        if receiver.starts_with("self.") || receiver.contains('.') {
            let field = last_field(receiver)?;
            let mut owners = self
                .files()
                .flat_map(|file| &file.fields)
                .filter(|found| found.name == field && is_lock(&found.declared));
            let only = owners.next()?;
            let is_only = owners.next().is_none();
            return is_only.then(|| (format!("{}::{field}", only.owner), only.declared.clone()));
        }
        let name = root_name(receiver);
        let mut globals = self
            .files()
            .flat_map(|file| &file.globals)
            .filter(|found| found.name == name);
        if let Some(global) = globals.next() {
            return Some((name.to_owned(), global.declared.clone()));
        }
        let parameter = self
            .function(site)?
            .parameters
            .iter()
            .find(|(parameter, _)| parameter == name);
        parameter.map(|(_, declared)| (name.to_owned(), declared.clone()))
    }
}

impl ContendedLock<'_> {
    /// A candidate of a rule for the lock, with place, claims and evidence.
    pub(crate) fn candidate(&self, ctx: &Context<'_>, rule: &'static Rule) -> Option<Candidate> {
        let first = self.lines.first()?.first;
        let claims = self.lines.iter().flat_map(|line| line.claims.iter().copied());
        let mut candidate = Candidate::new(rule, ctx.place(first.site), claims);
        candidate.resource = Resource::Lock;
        candidate.confidence = if self.waits > 0 {
            Confidence::Measured
        } else {
            Confidence::Likely
        };
        candidate.speedup = Some(self.speedup(ctx));
        candidate.evidence = vec![
            evidence::waits(self.waits),
            evidence::wait_time(self.wait_s),
            evidence::spin_time(self.spin_s),
            evidence::threads(self.threads as u64),
        ];
        candidate.evidence.extend(self.holder.as_deref().map(evidence::held_by));
        for line in self.lines[1..]
            .iter()
            .filter(|line| line.seconds >= MIN_PART * self.total_s)
        {
            candidate.add_also(ctx.place(line.first.site));
        }
        Some(candidate)
    }

    /// What is known of the time that it was held.
    pub(crate) fn held_evidence(&self) -> Option<Evidence> {
        self.held
            .as_ref()
            .filter(|held| held.total_s > 0.0)
            .map(|held| evidence::held_time(held.total_s))
    }

    /// Share of all threads' time that goes into waiting for it.
    pub(crate) fn share(&self, ctx: &Context<'_>) -> f64 {
        ctx.ledger().share_of(self.total_s)
    }

    /// Mean time of a wait that slept, in seconds.
    pub(crate) fn mean_wait_s(&self) -> f64 {
        self.wait_s / self.waits.max(1) as f64
    }

    /// What the lock is called: by its declaration where that can be told, else as the program writes it.
    pub(crate) fn name(&self, ctx: &Context<'_>) -> String {
        let Some(first) = self.lines.first().map(|line| line.first) else {
            return String::new();
        };
        match self.receiver(ctx, &first) {
            Some(receiver) => ctx
                .declared_lock(first.site, &receiver)
                .map_or(receiver, |(name, _)| name),
            None => first.call.to_owned(),
        }
    }

    /// The type of the lock as it was declared, where that can be told.
    pub(crate) fn declared(&self, ctx: &Context<'_>) -> Option<String> {
        let first = self.lines.first()?.first;
        let receiver = self.receiver(ctx, &first)?;
        ctx.declared_lock(first.site, &receiver).map(|(_, declared)| declared)
    }

    fn receiver(&self, ctx: &Context<'_>, first: &Booked<'_>) -> Option<String> {
        let call: &CallExpr = ctx.call(first.site, &LOCKING)?;
        Some(call.receiver.clone())
    }

    /// Without waiting the run is shorter by its share of all threads' time, but never shorter than its processor time
    /// spread over the processors.
    fn speedup(&self, ctx: &Context<'_>) -> f64 {
        let totals = &ctx.profile().totals;
        let n_cpus = f64::from(ctx.profile().machine.n_cpus.max(1));
        let work_s = (totals.cpu_s() - self.spin_s).max(0.0) / n_cpus;
        let wall_s = totals.wall_s.max(f64::MIN_POSITIVE);
        let after_s = (wall_s * (1.0 - self.share(ctx))).max(work_s).max(wall_s * 0.001);
        (wall_s / after_s).max(1.0)
    }
}

fn is_lock(declared: &str) -> bool {
    declared.contains("Mutex") || declared.contains("RwLock") || declared.contains("Lock")
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
