//! From proposed edits to patches that are proved: applied to a copy, compiled, tested, compared, kept or dropped.
//!
//! The user's files are never written here. How to build, test and run is handed in, see [`Workshop`]; whether it got
//! faster is asked of [`bench`].
#![forbid(unsafe_code)]

mod diff;
mod edit;
mod extern_crate;
mod manifest;
mod patch;
mod proposal;
mod prove;
mod settings;
mod tree;
mod verdicts;

pub use diff::diff;
pub use edit::{Edit, Overlap, apply};
pub use manifest::{Dependency, ManifestError, with_dependency};
pub use patch::{Patch, PatchError, Patched};
pub use proposal::{
    Effort, Gains, Outcome, Progress, Proof, Proposal, ProveError, Refusal, Step, Trial, Workshop, is_about_space,
};
pub use prove::prove;
pub use settings::{SETTINGS, Setting, SettingKind, combination, with_settings};
pub use tree::{Tree, TreeError, link_outside, place_of_copy};
pub use verdicts::{Fingerprint, Measured, Verdicts, append};
