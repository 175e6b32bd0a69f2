//! From the data model to the structs of the schema: names and paths change, numbers do not.

use super::{
    Applicability, Cache, ChecklistItem, Class, Confidence, Dependency, Edit, Effort, Evidence, Exit, Finding, Fix,
    Heap, Hotspot, Lens, Machine, NumaNode, Place, Report, Resource, SCHEMA, Sampler, Status, TimeClass, Totals, Trace,
    Value,
};
use crate::{Catalogue, View, paths, words};
use profile::{Arg, HeapMode};
use std::path::Path;

impl Report {
    /// The report of `view`, with its sentences in the catalogue's language.
    pub fn of(view: &View<'_>, catalogue: &Catalogue) -> Self {
        let run = &view.profile.run;
        let root = run.workspace_root.as_deref();
        Self {
            schema: SCHEMA,
            tool_version: run.tool_version.clone(),
            lang: catalogue.lang().tag(),
            command: run.command.clone(),
            workspace_root: root.map(|root| root.to_string_lossy().into_owned()),
            exit: exit(run),
            machine: machine(&view.profile.machine),
            lens: if view.trace.is_some() {
                Lens::Trace
            } else {
                Lens::Sample
            },
            totals: totals(view.profile),
            time: view.ledger.time.iter().map(time_class).collect(),
            hotspots: view
                .hotspots
                .iter()
                .map(|hotspot| self::hotspot(view, catalogue, hotspot))
                .collect(),
            findings: (1..)
                .zip(view.findings)
                .map(|(id, finding)| self::finding(id, finding, catalogue, root))
                .collect(),
            checklist: view
                .checklist
                .iter()
                .map(|answer| checklist_item(answer, catalogue))
                .collect(),
            trace: view.trace.as_ref().map(|trace| Trace::of(view, trace, catalogue)),
            notes: view.all_notes().map(|note| catalogue.render(note)).collect(),
        }
    }
}

fn checklist_item(answer: &diagnose::Answer, catalogue: &Catalogue) -> ChecklistItem {
    ChecklistItem {
        item: answer.item,
        question: catalogue.text(&format!("checklist-{}", answer.item)),
        status: match answer.status {
            diagnose::Status::Yes => Status::Yes,
            diagnose::Status::No => Status::No,
            diagnose::Status::Unknown => Status::Unknown,
        },
        evidence: catalogue.render(&answer.evidence),
    }
}

fn exit(run: &profile::Run) -> Exit {
    let (code, signal) = match run.exit {
        profile::Exit::Code(code) => (Some(code), None),
        profile::Exit::Signal(signal) => (None, Some(signal)),
        profile::Exit::Running => (None, None),
    };
    Exit {
        code,
        signal,
        is_partial: run.is_partial,
    }
}

fn machine(machine: &profile::Machine) -> Machine {
    Machine {
        cpu_model: machine.cpu_model.clone(),
        cpu_features: machine.cpu_features.clone(),
        cpus: machine.n_cpus,
        cpus_online: machine.n_cpus_online,
        caches: machine
            .caches
            .iter()
            .map(|cache| Cache {
                level: cache.level,
                kind: cache.kind.clone(),
                size_bytes: cache.size_bytes,
                line_bytes: cache.line_bytes,
                ways: cache.ways,
                shared_by: cache.shared_by,
            })
            .collect(),
        numa_nodes: machine
            .numa_nodes
            .iter()
            .map(|node| NumaNode {
                id: node.id,
                cpus: node.cpus.clone(),
                memory_bytes: node.memory_bytes,
                distances: node.distances.clone(),
            })
            .collect(),
        memory_bytes: machine.memory_bytes,
        memory_limit_bytes: machine.memory_limit_bytes,
        page_bytes: machine.page_bytes,
        governor: machine.governor.clone(),
        kernel: machine.kernel.clone(),
        has_hardware_counters: machine.has_hardware_counters,
    }
}

fn totals(profile: &profile::Profile) -> Totals {
    let totals = &profile.totals;
    Totals {
        wall_s: totals.wall_s,
        user_s: totals.user_s,
        sys_s: totals.sys_s,
        max_rss_bytes: totals.max_rss_bytes,
        samples: totals.samples,
        allocations: totals.allocations,
        allocated_bytes: totals.allocated_bytes,
        peak_heap_bytes: totals.peak_bytes,
        lock_wait_s: totals.lock_wait_s,
        io_s: totals.io_s,
        lost_events: totals.lost_events,
        overhead_estimate: totals.overhead_estimate,
        sampler: match profile.run.sampler {
            profile::Sampler::Perf => Sampler::Perf,
            profile::Sampler::Timer => Sampler::Timer,
            profile::Sampler::None => Sampler::None,
        },
        heap: match profile.run.heap {
            HeapMode::Sampled => Heap::Sampled,
            HeapMode::Exact => Heap::Exact,
            HeapMode::Off => Heap::Off,
        },
    }
}

fn time_class(time: &profile::ClassTime) -> TimeClass {
    let class = match time.class {
        profile::TimeClass::Compute => Class::Compute,
        profile::TimeClass::Allocate => Class::Allocate,
        profile::TimeClass::Copy => Class::Copy,
        profile::TimeClass::Hash => Class::Hash,
        profile::TimeClass::Format => Class::Format,
        profile::TimeClass::Sort => Class::Sort,
        profile::TimeClass::Drop => Class::Drop,
        profile::TimeClass::LockWait => Class::LockWait,
        profile::TimeClass::Io => Class::Io,
        profile::TimeClass::Sleep => Class::Sleep,
        profile::TimeClass::Kernel => Class::Kernel,
        profile::TimeClass::Other => Class::Other,
    };
    TimeClass {
        class,
        seconds: time.seconds,
        share: time.share,
    }
}

fn hotspot(view: &View<'_>, catalogue: &Catalogue, hotspot: &profile::Hotspot) -> Hotspot {
    let site = &hotspot.site;
    let root = view.profile.run.workspace_root.as_deref();
    Hotspot {
        function: site.function.clone(),
        file: site.file.as_deref().map(|file| paths::relative(file, root).to_owned()),
        line: site.line,
        operation: words::operation_at(catalogue, view.ledger, site),
        self_share: hotspot.self_share,
        total_share: hotspot.total_share,
    }
}

fn finding(id: u32, finding: &diagnose::Finding, catalogue: &Catalogue, root: Option<&Path>) -> Finding {
    Finding {
        id,
        rule: finding.rule.to_owned(),
        level: finding.level,
        resource: match finding.resource {
            diagnose::Resource::Cpu => Resource::Cpu,
            diagnose::Resource::Heap => Resource::Heap,
            diagnose::Resource::Lock => Resource::Lock,
            diagnose::Resource::Io => Resource::Io,
            diagnose::Resource::Cache => Resource::Cache,
            diagnose::Resource::Numa => Resource::Numa,
        },
        title: catalogue.render(&finding.title),
        place: place(&finding.place, root),
        also: finding.also.iter().map(|also| place(also, root)).collect(),
        share: finding.share,
        predicted_speedup: finding.predicted_speedup,
        confidence: match finding.confidence {
            diagnose::Confidence::Measured => Confidence::Measured,
            diagnose::Confidence::Likely => Confidence::Likely,
            diagnose::Confidence::Possible => Confidence::Possible,
        },
        why: catalogue.render(&finding.why),
        evidence: finding
            .evidence
            .iter()
            .map(|evidence| self::evidence(evidence, catalogue))
            .collect(),
        fixes: finding
            .fixes
            .iter()
            .map(|fix| self::fix(fix, catalogue, root))
            .collect(),
    }
}

fn place(place: &diagnose::Place, root: Option<&Path>) -> Place {
    Place {
        file: paths::relative(&place.file, root).to_owned(),
        line: place.line,
        column: place.column,
        function: place.function.clone(),
    }
}

fn evidence(evidence: &diagnose::Evidence, catalogue: &Catalogue) -> Evidence {
    let number = |value: f64| Value::Number(value.is_finite().then_some(value));
    let (value, unit) = match &evidence.value {
        Arg::Text(text) => (Value::Text(text.clone()), ""),
        Arg::Count(count) => (Value::Whole(*count), "count"),
        Arg::Number(value) => (number(*value), ""),
        Arg::Bytes(bytes) => (Value::Whole(*bytes), "bytes"),
        Arg::Seconds(seconds) => (number(*seconds), "s"),
        Arg::Share(share) => (number(*share), "share"),
        Arg::Factor(factor) => (number(*factor), "factor"),
    };
    let name = evidence.name.strip_prefix("evidence-").unwrap_or(&evidence.name);
    Evidence {
        name: name.to_owned(),
        label: catalogue.text(&evidence.name),
        value,
        unit,
    }
}

fn fix(fix: &diagnose::Fix, catalogue: &Catalogue, root: Option<&Path>) -> Fix {
    Fix {
        title: catalogue.render(&fix.title),
        applicability: match fix.applicability {
            diagnose::Applicability::Machine => Applicability::Machine,
            diagnose::Applicability::Maybe => Applicability::Maybe,
            diagnose::Applicability::Advice => Applicability::Advice,
        },
        effort: match fix.effort {
            diagnose::Effort::Simple => Effort::Simple,
            diagnose::Effort::Moderate => Effort::Moderate,
            diagnose::Effort::Complex => Effort::Complex,
        },
        edits: fix
            .edits
            .iter()
            .map(|edit| Edit {
                file: paths::relative(&edit.file, root).to_owned(),
                start: edit.start,
                end: edit.end,
                text: edit.text.clone(),
            })
            .collect(),
        dependencies: fix
            .dependencies
            .iter()
            .map(|dependency| Dependency {
                name: dependency.name.clone(),
                version: dependency.version.clone(),
            })
            .collect(),
    }
}
