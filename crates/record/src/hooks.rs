//! What the agent tells from inside the target: heap, waits, I/O, and CPU samples where perf is refused.

use crate::agent::{Agent, AgentConfig, AgentEvent, Aggregate, AggregateKind, HeapRecording, RawStack};
use crate::assemble::Named;
use crate::heap::Heap;
use crate::interpret::Interpreter;
use crate::recorder::{Launch, Options};
use profile::{Arg, HeapMode, IoRow, Message, Profile, ThreadId, WaitRow, WakeRow};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;
use symbolize::{AddressKind, Avma, FileOffset, Mapping, UserStack};

/// The agent of one run, if it could be prepared.
pub(crate) struct Hooks {
    agent: Option<Agent>,
    heap: Heap,
    mode: HeapMode,
    has_perf: bool,
}

impl Hooks {
    /// Prepares the agent; when it cannot be had, `notes` says why and the run goes on without it.
    pub(crate) fn prepare(launch: &Launch, options: &Options, has_perf: bool, notes: &mut Vec<Message>) -> Self {
        let config = AgentConfig {
            heap: match options.heap {
                HeapMode::Off => HeapRecording::Off,
                HeapMode::Sampled => HeapRecording::Sampled,
                HeapMode::Exact => HeapRecording::Exact,
            },
            has_waits: options.has_locks,
            has_io: options.has_io,
            timer_hz: (!has_perf).then_some(options.frequency_hz),
            ..AgentConfig::default()
        };
        let agent = Agent::create(&config, &launch.executable).map_err(|error| {
            notes.push(Message::new("note-agent-unavailable").text("reason", error.to_string()));
        });
        Self {
            agent: agent.ok(),
            heap: Heap::default(),
            mode: options.heap,
            has_perf,
        }
    }

    pub(crate) fn environment(&self) -> Vec<(OsString, OsString)> {
        self.agent.as_ref().map(Agent::environment).unwrap_or_default()
    }

    /// Path of the agent's library.
    pub(crate) fn library(&self) -> Option<PathBuf> {
        self.agent.as_ref().map(|agent| agent.library().to_owned())
    }

    /// True once a process of the target has loaded the agent.
    pub(crate) fn has_attached(&self) -> bool {
        self.agent.as_ref().is_some_and(Agent::has_attached)
    }

    pub(crate) fn has_timers(&self) -> bool {
        !self.has_perf && self.has_attached()
    }

    pub(crate) fn heap_mode(&self) -> HeapMode {
        if self.has_attached() { self.mode } else { HeapMode::Off }
    }

    /// Interprets what has been told since the last call.
    pub(crate) fn drain(&mut self, interpreter: &mut Interpreter, is_last: bool) {
        let Self {
            agent: Some(agent),
            heap,
            has_perf,
            ..
        } = self
        else {
            return;
        };
        let mut sink = |event: AgentEvent<'_>| interpret(interpreter, heap, *has_perf, event);
        agent.drain(&mut sink);
        if is_last {
            agent.finish(&mut sink);
        }
    }

    /// The calls that the agent summed up by stack, unwound. For use when the target has ended.
    pub(crate) fn aggregates(&self, interpreter: &mut Interpreter) -> Vec<Unwound> {
        let aggregates = self.agent.as_ref().map(Agent::aggregates).unwrap_or_default();
        aggregates
            .into_iter()
            .map(|aggregate| {
                let (ip, chain) = aggregate
                    .chain
                    .split_first()
                    .map_or((0, &[] as &[u64]), |(&ip, rest)| (ip, rest));
                let stack = RawStack {
                    ip,
                    sp: 0,
                    bp: 0,
                    dump: &[],
                    chain,
                };
                let thread = interpreter.threads.known(aggregate.pid, aggregate.tid);
                let raw = unwind(interpreter, aggregate.pid, &stack, AddressKind::Return);
                Unwound {
                    thread,
                    stack: raw,
                    aggregate,
                }
            })
            .collect()
    }

    /// Fills heap, waits and I/O of `profile`.
    pub(crate) fn fill(&self, profile: &mut Profile, aggregates: &[Unwound], named: &Named) {
        self.heap.fill(profile, aggregates, named);
        fill_calls(profile, aggregates, named);
        let Some(agent) = &self.agent else { return };
        let totals = agent.totals();
        let out = &mut profile.totals;
        out.allocations = totals.allocations;
        out.allocated_bytes = totals.allocated_bytes + totals.grown_bytes;
        out.frees = totals.frees;
        out.reallocations = totals.reallocations;
        out.moved_bytes = totals.moved_bytes;
        out.peak_bytes = totals.peak_bytes;
        out.leaked_bytes = totals.live_bytes;
        out.foreign_allocations = totals.foreign_allocations;
        out.lost_events += totals.lost_events + totals.lost_calls;
        if totals.lost_threads > 0 {
            profile
                .notes
                .push(Message::new("note-lost-threads").with("count", Arg::Count(totals.lost_threads)));
        }
        if !agent.has_attached() {
            profile.notes.push(Message::new("note-agent-not-loaded"));
        }
    }
}

/// Calls summed up in the target, with their thread and stack.
pub(crate) struct Unwound {
    pub(crate) thread: ThreadId,
    pub(crate) stack: crate::stacks::RawStackId,
    pub(crate) aggregate: Aggregate,
}

fn interpret(interpreter: &mut Interpreter, heap: &mut Heap, has_perf: bool, event: AgentEvent<'_>) {
    match event {
        AgentEvent::Mapping {
            pid,
            start,
            end,
            file_offset,
            path,
        } => {
            // Perf tells mappings itself, and in order with its samples.
            if !has_perf {
                interpreter.map(
                    pid,
                    Mapping {
                        start: Avma(start),
                        end: Avma(end),
                        file_offset: FileOffset(file_offset),
                        path: path.to_owned(),
                    },
                );
            }
        }
        AgentEvent::Thread { pid, tid, name } => interpreter.threads.name(pid, tid, name.to_owned()),
        AgentEvent::Cpu {
            pid,
            tid,
            time_ns,
            cpu_ns,
            stack,
        } => {
            let thread = interpreter.seen(pid, tid, time_ns);
            let stack = unwind(interpreter, pid, &stack, AddressKind::Instruction);
            interpreter.cpu_sample(thread, stack, cpu_ns);
        }
        AgentEvent::Allocation {
            id,
            pid,
            tid,
            time_ns,
            size,
            weight,
            stack,
            ..
        } => {
            let thread = interpreter.seen(pid, tid, time_ns);
            let stack = unwind(interpreter, pid, &stack, AddressKind::Return);
            heap.allocation(id, thread, stack, size, weight);
        }
        AgentEvent::Growth {
            pid,
            tid,
            time_ns,
            old_size,
            new_size,
            has_moved,
            weight,
            stack,
        } => {
            let thread = interpreter.seen(pid, tid, time_ns);
            let stack = unwind(interpreter, pid, &stack, AddressKind::Return);
            heap.growth(thread, stack, old_size, new_size, has_moved, weight);
        }
        AgentEvent::End {
            id,
            pid,
            freed,
            growths,
            last_size,
            ..
        } => {
            let freed = freed.map(|freed| (interpreter.threads.known(pid, freed.tid), freed.lifetime_ns));
            heap.end(id, freed, growths, last_size);
        }
    }
}

fn unwind(
    interpreter: &mut Interpreter,
    pid: u32,
    stack: &RawStack<'_>,
    leaf: AddressKind,
) -> crate::stacks::RawStackId {
    let RawStack {
        ip,
        sp,
        bp,
        dump,
        chain,
    } = *stack;
    interpreter.unwind(
        pid,
        &UserStack {
            ip: Avma(ip),
            sp: Avma(sp),
            bp: Avma(bp),
            dump,
            chain,
        },
        leaf,
        Vec::new(),
    )
}

fn fill_calls(profile: &mut Profile, aggregates: &[Unwound], named: &Named) {
    // Distinct raw stacks can have one name, and one stack can wait on one address by several entry points.
    let mut waits: HashMap<(ThreadId, profile::StackId, profile::WaitKind, u64), WaitRow> = HashMap::new();
    let mut wakes: HashMap<(ThreadId, profile::StackId, u64), WakeRow> = HashMap::new();
    let mut calls: HashMap<(ThreadId, profile::StackId, &str, profile::FdKind), IoRow> = HashMap::new();
    for Unwound {
        thread,
        stack,
        aggregate,
    } in aggregates
    {
        let (thread, stack) = (*thread, named.stack(*stack));
        let Aggregate {
            count,
            total_ns,
            max_ns,
            ..
        } = *aggregate;
        match &aggregate.what {
            AggregateKind::Wait { kind, address } => {
                let (kind, address) = (*kind, *address);
                let empty = WaitRow {
                    thread,
                    stack,
                    kind,
                    address,
                    count: 0,
                    total_ns: 0,
                    max_ns: 0,
                };
                let row = waits.entry((thread, stack, kind, address)).or_insert(empty);
                row.count += count;
                row.total_ns += total_ns;
                row.max_ns = row.max_ns.max(max_ns);
            }
            AggregateKind::Wake { address } => {
                let empty = WakeRow {
                    thread,
                    stack,
                    address: *address,
                    count: 0,
                };
                wakes.entry((thread, stack, *address)).or_insert(empty).count += count;
            }
            AggregateKind::Io {
                call,
                fd_kind,
                errors,
                bytes,
                size,
            } => {
                let row = calls.entry((thread, stack, call, *fd_kind)).or_insert_with(|| IoRow {
                    thread,
                    stack,
                    call: (*call).to_owned(),
                    fd_kind: *fd_kind,
                    count: 0,
                    errors: 0,
                    bytes: 0,
                    total_ns: 0,
                    max_ns: 0,
                    size: profile::Distribution::default(),
                });
                row.count += count;
                row.errors += errors;
                row.bytes += bytes;
                row.total_ns += total_ns;
                row.max_ns = row.max_ns.max(max_ns);
                row.size = row.size.merged(size);
            }
            AggregateKind::Allocation { .. } | AggregateKind::Growth { .. } => {}
        }
    }
    profile.waits = waits.into_values().collect();
    profile
        .waits
        .sort_by_key(|row| (std::cmp::Reverse(row.total_ns), row.thread, row.stack, row.address));
    profile.wakes = wakes.into_values().collect();
    profile
        .wakes
        .sort_by_key(|row| (std::cmp::Reverse(row.count), row.thread, row.stack, row.address));
    profile.io = calls.into_values().collect();
    profile
        .io
        .sort_by(|a, b| (b.total_ns, a.thread, a.stack, &a.call).cmp(&(a.total_ns, b.thread, b.stack, &b.call)));
    profile.totals.io_s = profile.io.iter().map(|row| row.total_ns).sum::<u64>() as f64 / 1e9;
}
