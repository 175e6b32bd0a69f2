//! The report as data: schema `whyslow.report/1`, written by `--json`.
//!
//! Numbers are written as measured, unrounded, and strings of the target as they are: what a terminal would act on is
//! written as a JSON escape, which programs read as the same character.

mod convert;
mod schema;
#[cfg(test)]
mod tests;
mod trace;

pub use schema::{
    Applicability, Cache, ChecklistItem, Class, Confidence, Dependency, Edit, Effort, Evidence, Exit, Finding, Fix,
    Heap, Hotspot, Lens, Machine, NumaNode, Place, Report, Resource, Sampler, Status, TimeClass, Totals, Value,
};

pub use trace::{CacheModel, SharedLine, Sharer, Trace, TraceLine, TraceObject, TraceTotals};

use crate::pipe::unless_closed;
use crate::printable::is_acted_on;
use crate::{Catalogue, View};
use serde::Serialize;
use std::io::{self, Write};

/// Name and version of the schema.
pub const SCHEMA: &str = "whyslow.report/1";

/// Writes the report as pretty-printed JSON with a newline at its end. Sentences in it are in the catalogue's language.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success.
pub fn write(out: &mut dyn Write, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    write_pretty(out, &Report::of(view, catalogue))
}

/// Writes pretty-printed JSON with a newline at its end; a closed pipe is success.
pub(crate) fn write_pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let written = serde_json::to_string_pretty(value)
        .map_err(io::Error::from)
        .and_then(|text| writeln!(out, "{}", escaped(&text)))
        .and_then(|()| out.flush());
    unless_closed(written)
}

/// Outside of strings, JSON has no character that a terminal acts on but the end of a line.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for char in json.chars() {
        if char != '\n' && is_acted_on(char) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            text.push(char);
        }
    }
    text
}
