//! From a profile to findings: facts, and rules with one file each.
//!
//! Same input, same findings: nothing here reads a clock, a file or a process. The way through: [`wanted_sources`]
//! says which files to hand in, [`diagnose`] runs every rule over the ledger and ranks what they propose.
#![forbid(unsafe_code)]

mod allocators;
mod answers;
mod build_settings;
mod candidate;
mod checklist;
mod context;
mod dependence;
mod editor;
mod evidence;
mod finding;
mod holder;
mod lent;
mod locks;
mod maps;
mod memory;
mod outermost;
mod rank;
mod recurrence;
mod relayout;
mod repetition;
mod retype;
mod rule;
mod rules;
mod sameness;
mod small_calls;
mod sources;
mod structs;
mod syntax;

pub use allocators::{ALLOCATORS, Allocator};
pub use checklist::{Answer, Status, checklist};
pub use finding::{Applicability, Confidence, Dependency, Edit, Effort, Evidence, Finding, Fix, Place, Resource};
pub use rank::SILENCE;
pub use rule::{Example, Rule};
pub use rules::{RULES, clippy_lints};
pub use sources::{Sources, wanted_sources};

use candidate::{Candidate, Candidates, EntryIdx, Generality, Line, Lines};
use context::{Booked, Context};
use holder::{Holder, HolderKind};
use profile::{Ledger, Profile};
use recurrence::{Aim, Climb, Recurrence};
use repetition::Repetition;

/// What to say and what not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Also report what costs less than 3 % of the run.
    pub all: bool,
}

/// Runs every rule; the findings come by predicted gain, one for each cost.
pub fn diagnose(profile: &Profile, ledger: &Ledger, sources: &Sources, options: &Options) -> Vec<Finding> {
    let context = Context::new(profile, ledger, sources);
    let mut candidates = Candidates::default();
    for rule in RULES {
        (rule.check)(&context, &mut candidates);
    }
    rank::rank(ledger, candidates.list, options)
}

/// The message catalogues of all rules, in English, in Fluent syntax.
pub fn english_catalogues() -> impl Iterator<Item = &'static str> {
    std::iter::once(evidence::ENGLISH).chain(RULES.iter().map(|rule| rule.english))
}

/// The same in Chinese.
pub fn chinese_catalogues() -> impl Iterator<Item = &'static str> {
    std::iter::once(evidence::CHINESE).chain(RULES.iter().map(|rule| rule.chinese))
}
