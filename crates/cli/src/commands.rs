//! The subcommands, one file each.

mod compare;
mod demo;
mod doctor;
mod explain;
mod fingerprint;
mod fix;
mod report;
mod run;
mod trace;
mod tune;
mod version_control;

pub(crate) use compare::compare;
pub(crate) use demo::demo;
pub(crate) use doctor::doctor;
pub(crate) use explain::explain;
pub(crate) use fix::fix;
pub(crate) use report::report;
pub(crate) use run::run;
pub(crate) use trace::trace;
pub(crate) use tune::tune;
