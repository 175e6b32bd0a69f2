//! The rule `round-trip-per-item`.

use crate::dependence::{is_about_many, is_known_beforehand};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, Effort, EntryIdx, Fix, Place, Resource, context, evidence};
use profile::{Arg, FdKind, Message, NodeId, ThreadId, WaitKind};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// ## What it finds
    /// A loop that sends a question to a server and waits for the answer in every pass: the "N+1 query" of databases,
    /// one request per item to a cache, a web service, or another process behind a socket.
    /// ## Why it is slow
    /// The program stands still for a whole round trip each time: some 30 microseconds on one machine, half a
    /// millisecond in a data centre, tens of milliseconds across the world. The server's work for a hundred items
    /// asked at once is often hardly more than for one.
    /// ## Evidence
    /// Sends and receives on sockets were counted and timed: about one answer for each question, both small, sent
    /// before it is received, under the same loop of the program. Loops whose next question follows from the last
    /// answer (paging, a crawl) are left alone, and so are servers and relays, which receive first.
    /// ## How to see it by hand
    /// `strace -f -r -e trace=sendto,recvfrom ./program` shows pairs of calls with the time between them;
    /// `redis-cli monitor` or PostgreSQL's `log_statement = all` shows the same statement again and again.
    /// ## Fix and its safety
    /// Ask once for all: `WHERE id = ANY($1)`, a join, `MGET`, a pipeline, a batch request. Where that cannot be said,
    /// send all questions before reading the first answer, or keep several under way on a few connections. Check how
    /// errors of single items are reported, and keep batches to some thousand items.
    /// ## When not to
    /// When each question depends on the answer before, when each must be committed before the next, or when the
    /// program measures latency on purpose.
    pub(super) ROUND_TRIP_PER_ITEM = "round-trip-per-item", level 6, check, says [
        "round-trip-per-item-title",
        "round-trip-per-item-why",
        "round-trip-per-item-fix-batch",
        "round-trip-per-item-fix-pipeline",
    ]
}

/// Fewer round trips are not a loop's.
const MIN_TRIPS: u64 = 50;
/// Larger questions or answers spend their time on the way, not on waiting.
const SMALL_QUESTION: u64 = 2048;
const SMALL_ANSWER: u64 = 8192;
/// Answers for each question: some servers answer in pieces.
const ANSWERS: std::ops::RangeInclusive<f64> = 0.7..=5.0;
/// A batch of ten costs hardly more than one question: Redis's own measurement of pipelines finds five to ten times.
const LOCAL_FACTOR: f64 = 8.0;

/// Socket calls of one thread at one node.
#[derive(Clone, Copy, Default)]
struct Calls {
    sent: u64,
    sent_bytes: u64,
    received: u64,
    received_bytes: u64,
    total_ns: u64,
}

impl Calls {
    fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.sent_bytes += other.sent_bytes;
        self.received += other.received;
        self.received_bytes += other.received_bytes;
        self.total_ns += other.total_ns;
    }
}

/// What goes over sockets under one loop.
#[derive(Default)]
struct Exchange {
    by_thread: BTreeMap<ThreadId, Calls>,
    /// Nodes that send and that receive, with how often.
    senders: BTreeMap<NodeId, u64>,
    receivers: BTreeMap<NodeId, u64>,
}

/// A loop, by its head, and the line in it that a node lies under.
type LoopKey = (Place, usize);

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let calls = socket_calls(ctx);
    let mut by_loop: BTreeMap<LoopKey, Exchange> = BTreeMap::new();
    for (&(node, thread), &calls) in &calls {
        for key in loops_above(ctx, node) {
            let exchange = by_loop.entry(key).or_default();
            exchange.by_thread.entry(thread).or_default().add(calls);
            if calls.sent > 0 {
                *exchange.senders.entry(node).or_default() += calls.sent;
            }
            if calls.received > 0 {
                *exchange.receivers.entry(node).or_default() += calls.received;
            }
        }
    }
    // The innermost loop that both asks and gets its answers; what it explains is not told of the loops around it.
    let mut exchanges: Vec<(LoopKey, Exchange)> = by_loop.into_iter().collect();
    exchanges.sort_by_key(|((_, depth), _)| std::cmp::Reverse(*depth));
    let mut explained: BTreeSet<NodeId> = BTreeSet::new();
    for (_, exchange) in exchanges {
        let (Some(sender), Some(receiver)) = (most(&exchange.senders), most(&exchange.receivers)) else {
            continue;
        };
        if explained.contains(&sender) || !is_question_and_answer(&exchange) {
            continue;
        }
        explained.extend(exchange.senders.keys());
        out.extend(found(ctx, &exchange, sender, receiver));
    }
}

fn most(nodes: &BTreeMap<NodeId, u64>) -> Option<NodeId> {
    nodes.iter().max_by_key(|&(_, &count)| count).map(|(&node, _)| node)
}

/// The program's calls on sockets, and its waits for them, by node and thread.
fn socket_calls(ctx: &Context<'_>) -> BTreeMap<(NodeId, ThreadId), Calls> {
    let ledger = ctx.ledger();
    let place = |stack| {
        ledger
            .place(stack)
            .filter(|&node| ledger.site(ledger.node(node).site).is_user)
    };
    let mut calls: BTreeMap<(NodeId, ThreadId), Calls> = BTreeMap::new();
    for row in ctx.profile().io.iter().filter(|row| row.fd_kind == FdKind::Socket) {
        let Some(node) = place(row.stack) else { continue };
        let count = row.count - row.errors.min(row.count);
        let calls = calls.entry((node, row.thread)).or_default();
        match row.call.as_str() {
            "write" | "writev" | "send" | "sendto" | "sendmsg" => {
                calls.sent += count;
                calls.sent_bytes += row.bytes;
            }
            "read" | "readv" | "recv" | "recvfrom" | "recvmsg" => {
                calls.received += count;
                calls.received_bytes += row.bytes;
            }
            _ => continue,
        }
        calls.total_ns += row.total_ns;
    }
    for row in ctx.profile().waits.iter().filter(|row| row.kind == WaitKind::Poll) {
        if let Some(node) = place(row.stack) {
            calls.entry((node, row.thread)).or_default().total_ns += row.total_ns;
        }
    }
    calls
}

/// The loops around a node, in its own function and in its callers', each with its distance from the root.
fn loops_above(ctx: &Context<'_>, node: NodeId) -> BTreeSet<LoopKey> {
    let path: Vec<_> = ctx.path(node).collect();
    let mut keys = BTreeSet::new();
    for (index, &(id, _, site)) in path.iter().enumerate() {
        let loops = ctx.loops_at(id);
        for (nesting, found) in loops.iter().enumerate() {
            let head = Place {
                line: found.head.line,
                column: found.head.column,
                function: String::new(),
                ..ctx.place(site)
            };
            keys.insert((head, (path.len() - index) * 16 + (loops.len() - nesting)));
        }
    }
    keys
}

fn is_question_and_answer(exchange: &Exchange) -> bool {
    let mut all = Calls::default();
    exchange.by_thread.values().for_each(|&calls| all.add(calls));
    all.sent >= MIN_TRIPS
        && ANSWERS.contains(&(all.received as f64 / all.sent as f64))
        && all.sent_bytes / all.sent <= SMALL_QUESTION
        && all.received_bytes / all.sent <= SMALL_ANSWER
}

fn found(ctx: &Context<'_>, exchange: &Exchange, sender: NodeId, receiver: NodeId) -> Option<Candidate> {
    if !asks_first(ctx, sender, receiver) {
        return None;
    }
    let repetition = ctx.repetition(sender)?;
    let asking = ctx.ledger().node(repetition.node);
    let site = ctx.ledger().site(asking.site);
    if is_serving(ctx.ledger().call_name(asking.call)) {
        return None;
    }
    let at = context::position(site);
    let syntax = ctx.syntax(site)?;
    let around = *ctx.loops_at(repetition.node).first()?;
    if is_about_many(syntax, around, at) || !is_known_beforehand(syntax, around, at) {
        return None;
    }

    let mut all = Calls::default();
    exchange.by_thread.values().for_each(|&calls| all.add(calls));
    let wall_s = ctx.profile().totals.wall_s.max(f64::MIN_POSITIVE);
    // Threads that ask side by side wait side by side.
    let longest_ns = exchange.by_thread.values().map(|calls| calls.total_ns).max()?;
    let nodes: BTreeSet<NodeId> = exchange
        .senders
        .keys()
        .chain(exchange.receivers.keys())
        .copied()
        .collect();
    let claims = ctx
        .entries()
        .filter(|booked| nodes.contains(&booked.entry.node) && !booked.entry.cost.io.is_empty());
    let claims: Vec<EntryIdx> = claims.map(|booked| booked.idx).collect();
    let mut candidate = Candidate::new(&ROUND_TRIP_PER_ITEM, repetition.asks, claims);
    candidate.resource = Resource::Io;
    candidate.share = Some((longest_ns as f64 / 1e9 / wall_s).min(1.0));
    candidate.local_factor = LOCAL_FACTOR;
    let trip_s = all.total_ns as f64 / 1e9 / all.sent as f64;
    candidate.title = Message::new("round-trip-per-item-title").with("trips", Arg::Count(all.sent));
    candidate.why = Message::new("round-trip-per-item-why").with("time", Arg::Seconds(trip_s));
    candidate.evidence = vec![
        evidence::round_trips(all.sent),
        evidence::time_per_round_trip(trip_s),
        evidence::bytes_per_question(all.sent_bytes / all.sent),
        evidence::bytes_per_answer(all.received_bytes / all.sent),
    ];
    candidate.fixes = vec![
        Fix::advice(Message::new("round-trip-per-item-fix-batch"), Effort::Moderate),
        Fix::advice(Message::new("round-trip-per-item-fix-pipeline"), Effort::Moderate),
    ];
    candidate.add_also(repetition.head);
    for node in [sender, receiver] {
        let site = ctx.ledger().site(ctx.ledger().node(node).site);
        if (&site.file, site.line) != (&Some(candidate.place.file.clone()), candidate.place.line) {
            candidate.add_also(ctx.place(site));
        }
    }
    Some(candidate)
}

/// Whether a loop sends before it receives: where the ways to both part, the one that sends stands first. A server or a
/// relay receives first.
fn asks_first(ctx: &Context<'_>, sender: NodeId, receiver: NodeId) -> bool {
    let path = |node| {
        let mut nodes: Vec<_> = ctx.path(node).map(|(id, _, site)| (id, site)).collect();
        nodes.reverse();
        nodes
    };
    let (sends, receives) = (path(sender), path(receiver));
    let parting = sends.iter().zip(&receives).find(|(a, b)| a.0 != b.0);
    parting.is_none_or(|((_, a), (_, b))| (a.line, a.column) <= (b.line, b.column))
}

/// Whether a library call that both sends and receives does so for others.
fn is_serving(call: &str) -> bool {
    let call = call.to_ascii_lowercase();
    ["serve", "accept", "respond", "handle", "copy", "relay", "forward"]
        .iter()
        .any(|word| call.contains(word))
}
