//! Shows a recording, its ledger and its findings: to people on a terminal, to programs as JSON.
//!
//! Nothing is computed here. Every number that a report shows exists in its [`View`]; reports round it and give it a
//! unit. Every sentence comes from a [`Catalogue`], in English or Chinese.
#![forbid(unsafe_code)]

pub mod calibration;
mod catalogue;
pub mod comparison;
pub mod exact;
pub mod json;
mod lang;
pub mod manual;
mod paths;
mod pipe;
mod printable;
pub mod proof;
mod quantity;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod snapshots;
pub mod terminal;
pub mod tuning;
mod view;
mod words;

pub use catalogue::Catalogue;
pub use lang::Lang;
pub use printable::printable;
pub use view::{TraceView, View};
