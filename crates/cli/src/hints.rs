//! What to ask for next, when a report cannot say more.

use diagnose::Finding;
use profile::{Arg, Ledger, Message, Profile, time_by_dependency};

/// A dependency that holds less is not where most of the time goes.
const MIN_SHARE: f64 = 0.5;

/// The dependency whose own code holds most of the run, where no finding explains as much: its lines are shown, and rules
/// look at them, when it is taken for the user's own.
pub(crate) fn note_on_dependencies(profile: &Profile, ledger: &Ledger, findings: &[Finding]) -> Option<Message> {
    let all = time_by_dependency(profile, &ledger.scope);
    let held = ledger.share_of(all.iter().map(|(_, seconds)| seconds).sum());
    let (name, seconds) = all.first()?;
    let explained: f64 = findings.iter().map(|finding| finding.share).sum();
    if held < MIN_SHARE || explained > held / 2.0 {
        return None;
    }
    let note = Message::new("note-time-in-dependency")
        .with("share", Arg::Share(ledger.share_of(*seconds)))
        .text("crate", name.clone());
    Some(note.with("held", Arg::Share(held)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use profile::{Scope, Sketch};

    const MAIN: &str = "app::main src/main.rs:20:9";
    const PARSE: &str = "dep html5ever::parse src/lib.rs:3:5";

    fn note(in_parser: u64, in_main: u64, scope: &Scope) -> Option<Message> {
        let sketch = Sketch::new(0.1).cpu(in_parser, &[PARSE, MAIN]);
        let profile = sketch.cpu(in_main, &[MAIN]).profile();
        note_on_dependencies(&profile, &Ledger::book(&profile, scope), &[])
    }

    #[test]
    fn the_dependency_that_holds_most_of_the_run_is_named() {
        let named = note(79, 21, &Scope::User).expect("a note");
        assert!(format!("{named:?}").contains("html5ever"), "{named:?}");
        assert_eq!(note(30, 70, &Scope::User), None);
        assert_eq!(note(79, 21, &Scope::AllDependencies), None);
    }
}
