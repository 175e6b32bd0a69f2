//! Two reports to test with, built by hand: a program with two quadratic loops, and a server with a lock and a log.

use crate::{Catalogue, Lang, View};
use diagnose::{Answer, Applicability, Confidence, Dependency, Edit, Effort, Evidence, Finding, Fix, Place, Resource};
use profile::{
    Arg, BuildSettings, Cache, Call, CallId, ClassTime, Cost, Exit, HeapMode, Hotspot, Ledger, Machine, Message,
    NumaNode, Operation, Profile, Row, Run, Sampler, Site, SiteId, Thread, TimeClass, Totals, Work,
};
use std::cell::OnceCell;
use std::path::PathBuf;

const ROOT: &str = "/home/me/app";
const CSV: &str = "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/csv-1.1.5/src/reader.rs";

pub(crate) struct Sample {
    pub(crate) profile: Profile,
    pub(crate) ledger: Ledger,
    pub(crate) hotspots: Vec<Hotspot>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) notes: Vec<Message>,
    pub(crate) recording: PathBuf,
    /// Worked out from the rest by the first [`Self::view`].
    pub(crate) checklist: OnceCell<Vec<Answer>>,
}

impl Sample {
    pub(crate) fn view(&self) -> View<'_> {
        View {
            profile: &self.profile,
            ledger: &self.ledger,
            hotspots: &self.hotspots,
            findings: &self.findings,
            checklist: self
                .checklist
                .get_or_init(|| diagnose::checklist(&self.profile, &self.ledger, &self.hotspots, &self.findings)),
            trace: None,
            notes: &self.notes,
            silence_below: 0.03,
            sources: &source,
            recording: Some(&self.recording),
        }
    }
}

/// The catalogue with the words of the sample's rules.
pub(crate) fn catalogue(lang: Lang) -> Catalogue {
    let rules = match lang {
        Lang::English => include_str!("sample/en.ftl"),
        Lang::Chinese => include_str!("sample/zh.ftl"),
    };
    Catalogue::with(lang, [rules])
}

fn source(file: &str) -> Option<String> {
    match file.strip_prefix(ROOT)? {
        "/src/quad.rs" => Some(include_str!("sample/programs/quad.rs").to_owned()),
        "/src/server.rs" => Some(include_str!("sample/programs/server.rs").to_owned()),
        _ => None,
    }
}

fn place(file: &str, line: u32, column: u32, function: &str) -> Place {
    Place {
        file: if file.starts_with('/') {
            file.to_owned()
        } else {
            format!("{ROOT}/{file}")
        },
        line,
        column,
        function: function.to_owned(),
    }
}

fn evidence(pairs: &[(&'static str, Arg)]) -> Vec<Evidence> {
    pairs
        .iter()
        .map(|(name, value)| Evidence {
            name: (*name).into(),
            value: value.clone(),
        })
        .collect()
}

fn advice(title: &'static str, effort: Effort) -> Fix {
    Fix {
        title: Message::new(title),
        applicability: Applicability::Advice,
        effort,
        edits: Vec::new(),
        dependencies: Vec::new(),
    }
}

fn machine() -> Machine {
    Machine {
        cpu_model: "Some CPU @ 3.0 GHz".into(),
        cpu_features: vec!["avx2".into(), "fma".into()],
        n_cpus: 2,
        n_cpus_online: 2,
        caches: vec![Cache {
            level: 1,
            kind: "Data".into(),
            size_bytes: 48 << 10,
            line_bytes: 64,
            ways: 12,
            shared_by: 1,
        }],
        numa_nodes: vec![NumaNode {
            id: 0,
            cpus: vec![0, 1],
            memory_bytes: 8 << 30,
            distances: vec![10],
        }],
        memory_bytes: 8 << 30,
        memory_limit_bytes: Some(4 << 30),
        page_bytes: 4096,
        governor: None,
        kernel: "6.18.0".into(),
        has_hardware_counters: false,
    }
}

fn run(name: &str, args: &[&str]) -> Run {
    let executable = PathBuf::from(format!("{ROOT}/target/whyslow/sample/release/{name}"));
    Run {
        tool_version: "0.1.0".into(),
        command: std::iter::once(executable.to_string_lossy().into_owned())
            .chain(args.iter().map(|arg| (*arg).to_owned()))
            .collect(),
        executable,
        workspace_root: Some(ROOT.into()),
        build: Some(BuildSettings {
            profile: "release".into(),
            ..BuildSettings::default()
        }),
        sampler: Sampler::Perf,
        frequency_hz: 997,
        heap: HeapMode::Sampled,
        exit: Exit::Code(0),
        is_partial: false,
    }
}

/// A ledger with one row a line: file, line, function, call, work, class, seconds.
fn ledger(total_s: f64, rows: &[(&str, u32, &str, &str, Work, TimeClass, f64)]) -> (Ledger, Vec<Hotspot>) {
    let mut ledger = Ledger {
        total_s,
        ..Ledger::default()
    };
    let mut hotspots = Vec::new();
    for (file, line, function, call, work, class, seconds) in rows {
        let Place {
            file, line, function, ..
        } = place(file, *line, 0, function);
        let site = Site {
            file: Some(file),
            line,
            column: 9,
            function,
            is_user: true,
        };
        let call = (!call.is_empty()).then(|| {
            ledger.calls.push(Call {
                name: (*call).to_owned(),
                library: "std".into(),
                owner: String::new(),
            });
            CallId(ledger.calls.len() as u32 - 1)
        });
        ledger.rows.push(Row {
            site: SiteId(ledger.sites.len() as u32),
            operation: Operation {
                call,
                work: work.clone(),
            },
            class: *class,
            cost: Cost {
                seconds: *seconds,
                ..Cost::default()
            },
            share: seconds / total_s,
        });
        ledger.sites.push(site.clone());
        hotspots.push(Hotspot {
            site,
            self_share: seconds / total_s,
            total_share: (seconds * 1.02 / total_s).min(1.0),
        });
    }
    (ledger, hotspots)
}

fn time(total_s: f64, shares: &[(TimeClass, f64)]) -> Vec<ClassTime> {
    TimeClass::ALL
        .iter()
        .map(|&class| {
            let share = shares
                .iter()
                .find(|(of, _)| *of == class)
                .map_or(0.0, |(_, share)| *share);
            ClassTime {
                class,
                seconds: share * total_s,
                share,
            }
        })
        .collect()
}

/// A `Vec::contains` loop and a `remove(0)` loop.
pub(crate) fn quad() -> Sample {
    let total_s = 2.414;
    let (mut ledger, hotspots) = ledger(
        total_s,
        &[
            (
                "src/quad.rs",
                4,
                "quad::dedup",
                "slice::contains",
                Work::Compare,
                TimeClass::Compute,
                2.023,
            ),
            (
                "src/quad.rs",
                13,
                "quad::drain",
                "Vec::remove",
                Work::Copy,
                TimeClass::Copy,
                0.367,
            ),
            (
                "src/quad.rs",
                5,
                "quad::dedup",
                "Clone::clone",
                Work::Alloc,
                TimeClass::Allocate,
                0.0121,
            ),
            (
                "src/quad.rs",
                18,
                "quad::main",
                "format!",
                Work::Format,
                TimeClass::Format,
                0.0005,
            ),
        ],
    );
    ledger.time = time(
        total_s,
        &[
            (TimeClass::Compute, 0.838),
            (TimeClass::Copy, 0.152),
            (TimeClass::Allocate, 0.005),
            (TimeClass::Format, 0.0002),
            (TimeClass::Other, 0.0048),
        ],
    );
    let search = Finding {
        rule: "linear-search-in-loop",
        level: 1,
        resource: Resource::Cpu,
        place: place("src/quad.rs", 4, 18, "quad::dedup"),
        also: Vec::new(),
        share: 0.838,
        predicted_speedup: 4.93,
        confidence: Confidence::Measured,
        title: Message::new("linear-search-in-loop-title").text("call", "slice::contains"),
        why: Message::new("linear-search-in-loop-why")
            .with("calls", Arg::Count(20_000))
            .with("len", Arg::Count(5_000)),
        evidence: evidence(&[
            ("evidence-calls", Arg::Count(20_000)),
            ("evidence-elements", Arg::Count(87_502_500)),
            ("evidence-call", Arg::Text("slice::contains".into())),
        ]),
        fixes: vec![Fix {
            title: Message::new("linear-search-in-loop-fix-set"),
            applicability: Applicability::Maybe,
            effort: Effort::Simple,
            edits: vec![Edit {
                file: format!("{ROOT}/src/quad.rs"),
                start: 100,
                end: 120,
                text: "seen_set".into(),
            }],
            dependencies: Vec::new(),
        }],
    };
    let front = Finding {
        rule: "front-insert-or-remove",
        level: 1,
        resource: Resource::Cpu,
        place: place("src/quad.rs", 13, 46, "quad::drain"),
        also: vec![place("src/quad.rs", 20, 31, "quad::main")],
        share: 0.152,
        predicted_speedup: 1.18,
        confidence: Confidence::Likely,
        title: Message::new("front-insert-or-remove-title"),
        why: Message::new("front-insert-or-remove-why")
            .with("calls", Arg::Count(20_000))
            .with("moved", Arg::Bytes(4_800_000_000)),
        evidence: evidence(&[
            ("evidence-calls", Arg::Count(20_000)),
            ("evidence-moved", Arg::Bytes(4_800_000_000)),
        ]),
        fixes: vec![advice("front-insert-or-remove-fix-deque", Effort::Simple)],
    };
    Sample {
        profile: Profile {
            run: run("quad", &["--size", "20000"]),
            machine: machine(),
            totals: Totals {
                wall_s: 2.414,
                user_s: 2.371,
                sys_s: 0.021,
                max_rss_bytes: 5_452_595,
                samples: 2_384,
                allocations: 45_023,
                allocated_bytes: 1_934_112,
                overhead_estimate: 0.012,
                ..Totals::default()
            },
            notes: vec![Message::new("note-no-hardware-counters")],
            ..Profile::default()
        },
        ledger,
        hotspots,
        findings: vec![search, front],
        notes: Vec::new(),
        recording: "target/whyslow/last.whyslow".into(),
        checklist: OnceCell::new(),
    }
}

/// A server that updates a map under one lock and logs each request, killed before its end.
pub(crate) fn server() -> Sample {
    let total_s = 34.6;
    let hostile = "<server::Handler<\u{1b}[31mred\u{1b}[0m> as core::ops::function::FnOnce<(&str, &mut std::fs::File)>>::call_once";
    let (mut ledger, hotspots) = ledger(
        total_s,
        &[
            (
                "src/server.rs",
                7,
                "server::count",
                "Mutex::lock",
                Work::LockWait,
                TimeClass::LockWait,
                18.3,
            ),
            (
                "src/server.rs",
                8,
                "server::count",
                "writeln!",
                Work::Syscall("write".into()),
                TimeClass::Io,
                9.7,
            ),
            (
                "src/server.rs",
                7,
                hostile,
                "HashMap::entry",
                Work::Hash("SipHash".into()),
                TimeClass::Hash,
                2.1,
            ),
            (
                CSV,
                1203,
                "csv::reader::Reader<R>::read_record",
                "",
                Work::Own,
                TimeClass::Compute,
                1.9,
            ),
        ],
    );
    ledger.time = time(
        total_s,
        &[
            (TimeClass::LockWait, 0.53),
            (TimeClass::Io, 0.28),
            (TimeClass::Hash, 0.061),
            (TimeClass::Compute, 0.055),
            (TimeClass::Allocate, 0.031),
            (TimeClass::Kernel, 0.024),
            (TimeClass::Other, 0.019),
        ],
    );
    let lock = Finding {
        rule: "lock-contention",
        level: 5,
        resource: Resource::Lock,
        place: place("src/server.rs", 7, 25, "server::count"),
        also: vec![
            place("src/server.rs", 8, 34, "server::count"),
            place(CSV, 1203, 5, "csv::reader::Reader<R>::read_record"),
            place(
                "src/metrics/collectors/per_endpoint.rs",
                118,
                9,
                "server::metrics::collectors::flush",
            ),
        ],
        share: 0.53,
        predicted_speedup: 2.1,
        confidence: Confidence::Measured,
        title: Message::new("lock-contention-title"),
        why: Message::new("lock-contention-why")
            .with("threads", Arg::Count(8))
            .with("waited", Arg::Seconds(18.3))
            .with("max", Arg::Seconds(0.0821)),
        evidence: evidence(&[
            ("evidence-waited", Arg::Seconds(18.3)),
            ("evidence-threads", Arg::Count(8)),
            ("evidence-longest", Arg::Seconds(0.0821)),
            ("evidence-calls", Arg::Count(1_204_331)),
        ]),
        fixes: vec![
            advice("lock-contention-fix-shard", Effort::Moderate),
            Fix {
                dependencies: vec![Dependency {
                    name: "dashmap".into(),
                    version: "6".into(),
                }],
                ..advice("lock-contention-fix-crate", Effort::Complex)
            },
        ],
    };
    let io = Finding {
        rule: "unbuffered-io",
        level: 6,
        resource: Resource::Io,
        place: place("src/server.rs", 8, 5, "server::count"),
        also: Vec::new(),
        share: 0.28,
        predicted_speedup: 1.38,
        confidence: Confidence::Measured,
        title: Message::new("unbuffered-io-title"),
        why: Message::new("unbuffered-io-why")
            .with("calls", Arg::Count(1_204_331))
            .with("median", Arg::Bytes(31)),
        evidence: evidence(&[
            ("evidence-call", Arg::Text("write".into())),
            ("evidence-calls", Arg::Count(1_204_331)),
            ("evidence-median-size", Arg::Bytes(31)),
        ]),
        fixes: vec![advice("unbuffered-io-fix-buffer", Effort::Simple)],
    };
    let missing = Finding {
        rule: "growing-collection",
        place: place("src/gone.rs", 40, 9, "server::gone"),
        share: 0.034,
        predicted_speedup: 1.0,
        confidence: Confidence::Possible,
        evidence: Vec::new(),
        fixes: Vec::new(),
        ..io.clone()
    };
    Sample {
        profile: Profile {
            run: Run {
                sampler: Sampler::Timer,
                exit: Exit::Signal(9),
                ..run(
                    "server",
                    &[
                        "--listen",
                        "127.0.0.1:8080",
                        "--data",
                        "/srv/数据/with space",
                        "--flag",
                        "\u{1b}]0;forged\u{7}",
                    ],
                )
            },
            machine: machine(),
            totals: Totals {
                wall_s: 8.65,
                user_s: 12.2,
                sys_s: 9.9,
                max_rss_bytes: 187 << 20,
                samples: 21_877,
                lock_wait_s: 18.3,
                io_s: 9.7,
                lost_events: 1_532,
                overhead_estimate: 0.031,
                ..Totals::default()
            },
            threads: vec![Thread::default(); 9],
            notes: vec![
                Message::new("note-perf-refused").text("reason", "Operation not permitted (os error 1)"),
                Message::new("note-lost-events").with("count", Arg::Count(1_532)),
            ],
            ..Profile::default()
        },
        ledger,
        hotspots,
        findings: vec![lock, io, missing],
        notes: Vec::new(),
        recording: "/home/me/elsewhere/server.whyslow".into(),
        checklist: OnceCell::new(),
    }
}
