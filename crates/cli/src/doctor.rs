//! What can be measured on this machine, and what not.

mod checks;
mod noise_floor;
mod page;
mod surroundings;
pub(crate) mod workload;

pub(crate) use page::{Page, print};
pub(crate) use workload::NAME as WORKLOAD;

use crate::console::Console;
use profile::Message;
use serde::Serialize;

/// One thing that can be measured, or not.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// Its name in JSON, and the end of its key in the catalogues.
    pub(crate) item: &'static str,
    /// Whether it can be measured.
    pub(crate) status: Status,
    /// What was seen, or why not.
    pub(crate) detail: Message,
}

/// Whether something can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    /// Fully.
    Yes,
    /// In part.
    Partly,
    /// Not at all.
    No,
}

/// Tries everything; takes about four seconds.
pub(crate) fn examine(console: &Console) -> Page {
    console.note(&Message::new("doctor-measuring"));
    let machine = record::machine();
    Page {
        checks: checks::all(&machine),
        surroundings: surroundings::look(),
        noise_floor: noise_floor::measure(),
        machine,
    }
}
