//! Names what was recorded and puts the profile together.

use crate::interpret::Interpreter;
use crate::recorder::FEW_SAMPLES;
use crate::stacks::RawStackId;
use profile::{CpuRow, Frame, Origin, Profile, Stack, StackId, Tables};
use std::collections::{HashMap, HashSet};
use symbolize::{CodeAddress, Symbolizer};

/// The named form of every raw stack.
pub(crate) struct Named {
    tables: Tables,
    stacks: HashMap<RawStackId, NamedStack>,
}

#[derive(Clone, Copy)]
struct NamedStack {
    id: StackId,
    /// The cost fell into the agent itself: it is the recorder's, not the target's.
    is_overhead: bool,
}

/// Fills the frames, stacks and CPU rows of `profile`.
pub(crate) fn name_and_fill(profile: &mut Profile, interpreter: &Interpreter, symbolizer: &mut Symbolizer) -> Named {
    let addresses: HashSet<CodeAddress> = interpreter
        .stacks
        .iter()
        .flat_map(|(_, stack)| stack.addresses.iter().copied())
        .collect();
    let frames = symbolizer.resolve(&interpreter.modules, addresses);
    let mut tables = Tables::default();
    let stacks = interpreter
        .stacks
        .iter()
        .map(|(id, stack)| {
            let named = stack
                .addresses
                .iter()
                .filter_map(|address| frames.get(address))
                .flatten();
            (id, intern(&mut tables, named, stack.is_truncated))
        })
        .collect();
    let mut named = Named { tables, stacks };
    fill_cpu(profile, interpreter, &named);
    profile.tables = std::mem::take(&mut named.tables);
    named
}

fn intern<'a>(tables: &mut Tables, frames: impl Iterator<Item = &'a Frame>, is_truncated: bool) -> NamedStack {
    let frames: Vec<&Frame> = frames.collect();
    // The hooks of timed calls read the clock, which then is the leaf.
    let is_telling = |frame: &&&Frame| frame.origin != Origin::Kernel && !frame.function.contains("clock_gettime");
    let is_overhead = frames
        .iter()
        .find(is_telling)
        .is_some_and(|frame| frame.origin == Origin::Agent);
    // Hooks stand between the caller and the real function; the user should not meet them.
    let frames = frames.into_iter().filter(|frame| frame.origin != Origin::Agent);
    let frames = frames.map(|frame| tables.intern_frame(frame.clone())).collect();
    NamedStack {
        id: tables.intern_stack(Stack { frames, is_truncated }),
        is_overhead,
    }
}

fn fill_cpu(profile: &mut Profile, interpreter: &Interpreter, named: &Named) {
    let mut rows: HashMap<(profile::ThreadId, StackId), CpuRow> = HashMap::new();
    let (mut n_overhead, mut n_samples) = (0, 0);
    let (mut overhead_ns, mut all_ns) = (0, 0);
    for (&(thread, raw), sum) in &interpreter.cpu {
        let stack = named.stacks[&raw];
        n_samples += sum.samples;
        all_ns += sum.cpu_ns;
        if stack.is_overhead {
            n_overhead += sum.samples;
            overhead_ns += sum.cpu_ns;
            continue;
        }
        let row = rows.entry((thread, stack.id)).or_insert(CpuRow {
            thread,
            stack: stack.id,
            samples: 0,
            cpu_ns: 0,
        });
        row.samples += sum.samples;
        row.cpu_ns += sum.cpu_ns;
    }
    profile.cpu = rows.into_values().collect();
    profile
        .cpu
        .sort_by_key(|row| (std::cmp::Reverse(row.samples), row.thread, row.stack));
    profile.totals.samples = n_samples - n_overhead;
    profile.totals.overhead_estimate = if n_samples < FEW_SAMPLES {
        0.0
    } else {
        overhead_ns as f64 / all_ns as f64
    };
}

impl Named {
    pub(crate) fn stack(&self, raw: RawStackId) -> StackId {
        self.stacks[&raw].id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_overhead(frames: &[(&str, Origin)]) -> bool {
        let frames: Vec<Frame> = frames
            .iter()
            .map(|(function, origin)| Frame {
                function: (*function).to_owned(),
                origin: origin.clone(),
                ..Frame::default()
            })
            .collect();
        intern(&mut Tables::default(), frames.iter(), false).is_overhead
    }

    #[test]
    fn a_clock_read_belongs_to_who_asked_for_it() {
        let clock = ("__vdso_clock_gettime", Origin::System("[vdso]".into()));
        let hook = ("whyslow_agent::hooks::io::timed", Origin::Agent);
        let write = ("write", Origin::System("libc.so.6".into()));
        let now = ("std::time::Instant::now", Origin::Std);
        assert!(is_overhead(&[clock.clone(), hook.clone(), now.clone()]));
        assert!(!is_overhead(&[clock, now]));
        assert!(!is_overhead(&[write, hook]));
    }
}
