//! The doctor's answers, for people and as JSON.

use super::noise_floor::NoiseFloor;
use super::surroundings::Surroundings;
use super::{Check, Status};
use crate::console::Console;
use anstyle::{AnsiColor, Style};
use profile::{Arg, Cache, Machine, Message};
use serde_json::{Value, json};
use std::io::{self, Write};

const HEADING: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const HALF: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Everything that the doctor found.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// The machine.
    pub(crate) machine: Machine,
    /// Beside the machine itself.
    pub(crate) surroundings: Surroundings,
    /// What can be measured.
    pub(crate) checks: Vec<Check>,
    /// Differences that mean nothing.
    pub(crate) noise_floor: NoiseFloor,
}

impl Page {
    /// As data, schema `whyslow.doctor/1`. Details are sentences in the console's language.
    pub(crate) fn to_json(&self, console: &Console) -> Value {
        let checks: Vec<Value> = self
            .checks
            .iter()
            .map(|check| {
                json!({
                    "item": check.item,
                    "status": check.status,
                    "detail": console.render(&check.detail),
                })
            })
            .collect();
        json!({
            "schema": "whyslow.doctor/1",
            "tool_version": env!("CARGO_PKG_VERSION"),
            "machine": self.machine,
            "surroundings": self.surroundings,
            "checks": checks,
            "noise_floor": self.noise_floor,
        })
    }
}

/// Writes the page for people.
///
/// # Errors
/// When `out` refuses.
pub(crate) fn print(page: &Page, console: &Console, out: &mut dyn Write) -> io::Result<()> {
    let heading = |out: &mut dyn Write, key: &'static str| {
        writeln!(out, "{HEADING}{}{HEADING:#}", console.render(&Message::new(key)))
    };
    heading(out, "doctor-heading-machine")?;
    for line in machine_lines(page) {
        writeln!(out, "  {}", console.render(&line))?;
    }
    writeln!(out)?;
    heading(out, "doctor-heading-checks")?;
    for check in &page.checks {
        let (style, mark) = match check.status {
            Status::Yes => (GOOD, "✓"),
            Status::Partly => (HALF, "~"),
            Status::No => (BAD, "✗"),
        };
        let item = console.catalogue().text(&format!("doctor-item-{}", check.item));
        let line = Message::new("doctor-line")
            .text("item", item)
            .text("detail", console.render(&check.detail));
        writeln!(out, "  {style}{mark}{style:#} {}", console.render(&line))?;
    }
    writeln!(out)?;
    heading(out, "doctor-heading-noise")?;
    writeln!(out, "  {}", console.render(&noise_line(&page.noise_floor)))
}

fn noise_line(floor: &NoiseFloor) -> Message {
    Message::new("doctor-noise")
        .with("pairs", Arg::Count(floor.pairs as u64))
        .with("run", Arg::Seconds(floor.run_s))
        .with("median", Arg::Share(floor.median))
        .with("p95", Arg::Share(floor.p95))
}

fn machine_lines(page: &Page) -> Vec<Message> {
    let machine = &page.machine;
    let surroundings = &page.surroundings;
    let mut lines = vec![
        Message::new("doctor-cpu")
            .text("model", &machine.cpu_model)
            .with("usable", Arg::Count(machine.n_cpus.into()))
            .with("online", Arg::Count(machine.n_cpus_online.into())),
    ];
    lines.extend(machine.caches.iter().map(cache_line));
    lines.push(match machine.memory_limit_bytes {
        None => Message::new("doctor-memory").with("memory", Arg::Bytes(machine.memory_bytes)),
        Some(limit) => Message::new("doctor-memory-limited")
            .with("memory", Arg::Bytes(machine.memory_bytes))
            .with("limit", Arg::Bytes(limit)),
    });
    lines.push(Message::new("doctor-numa").with("nodes", Arg::Count(machine.numa_nodes.len() as u64)));
    lines.push(match &machine.governor {
        Some(governor) => Message::new("doctor-governor").text("governor", governor),
        None => Message::new("doctor-governor-unknown"),
    });
    let kernel = if surroundings.is_virtual {
        "doctor-kernel-virtual"
    } else {
        "doctor-kernel"
    };
    lines.push(Message::new(kernel).text("release", &machine.kernel));
    lines.push(match (surroundings.rustc.as_str(), surroundings.cargo.as_str()) {
        ("", _) | (_, "") => Message::new("doctor-toolchain-absent"),
        (rustc, cargo) => Message::new("doctor-toolchain")
            .text("rustc", rustc)
            .text("cargo", cargo),
    });
    lines
}

fn cache_line(cache: &Cache) -> Message {
    Message::new("doctor-cache-level")
        .with("level", Arg::Count(cache.level.into()))
        .with("size", Arg::Bytes(cache.size_bytes))
        .with("ways", Arg::Count(cache.ways.into()))
        .with("line", Arg::Bytes(cache.line_bytes.into()))
        .with("cpus", Arg::Count(cache.shared_by.into()))
}
