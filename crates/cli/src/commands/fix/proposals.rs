//! From findings to proposals: fixes with edits, inside of the workspace, as the user asked for them.

use crate::args::FixArgs;
use crate::errors::Failure;
use diagnose::{Applicability, Effort, Finding, Fix, RULES};
use fix::{Edit, Patch, Proposal};
use profile::Message;
use std::path::{Path, PathBuf};

/// A proposal with the fix that it came from.
pub(super) struct Proposed<'a> {
    pub(super) proposal: Proposal,
    /// Index of the finding.
    pub(super) finding: usize,
    pub(super) fix: &'a Fix,
}

/// The proposals that `args` ask for.
///
/// # Errors
/// When they ask for a finding or rule that does not exist.
pub(super) fn of<'a>(findings: &'a [Finding], args: &FixArgs, root: &Path) -> Result<Vec<Proposed<'a>>, Failure> {
    if let Some(id) = args.ids.iter().find(|&&id| id == 0 || id > findings.len()) {
        let message = Message::new("error-no-finding").text("id", id.to_string());
        return Err(Failure::new(message.text("last", findings.len().to_string())));
    }
    if let Some(name) = args
        .only
        .iter()
        .find(|name| RULES.iter().all(|rule| rule.name != name.as_str()))
    {
        let message = Message::new("error-unknown-rule").text("rule", name.clone());
        return Err(Failure::new(message).with_help(Message::new("help-unknown-rule")));
    }
    let is_wanted = |index: usize, finding: &Finding| {
        (args.ids.is_empty() || args.ids.contains(&(index + 1)))
            && (args.only.is_empty() || args.only.iter().any(|name| name == finding.rule))
    };
    let wanted = findings
        .iter()
        .enumerate()
        .filter(|(index, finding)| is_wanted(*index, finding));
    let fixes = wanted.flat_map(|(index, finding)| finding.fixes.iter().map(move |fix| (index, finding, fix)));
    let is_tried = |fix: &Fix| match fix.applicability {
        Applicability::Machine => true,
        Applicability::Maybe => args.broad,
        Applicability::Advice => false,
    };
    let tried = fixes.filter(|(_, _, fix)| is_tried(fix) && !fix.edits.is_empty());
    let inside = tried.filter(|(_, _, fix)| fix.edits.iter().all(|edit| Path::new(&edit.file).starts_with(root)));
    let mut proposals: Vec<Proposed<'a>> = Vec::new();
    for (index, finding, fix) in inside {
        let patch = patch(fix);
        // Several findings may ask for the same change: once is enough.
        if proposals.iter().any(|other| other.proposal.patch == patch) {
            continue;
        }
        proposals.push(Proposed {
            proposal: Proposal {
                name: format!("{} {}", finding.rule, proposals.len() + 1),
                group: index,
                patch,
                effort: match fix.effort {
                    Effort::Simple => fix::Effort::Simple,
                    Effort::Moderate | Effort::Complex => fix::Effort::Complex,
                },
            },
            finding: index,
            fix,
        });
    }
    Ok(proposals)
}

fn patch(fix: &Fix) -> Patch {
    let mut patch = Patch::default();
    for edit in &fix.edits {
        patch.edits.entry(PathBuf::from(&edit.file)).or_default().push(Edit {
            start: edit.start,
            end: edit.end,
            text: edit.text.clone(),
        });
    }
    let dependencies = fix.dependencies.iter().map(|dependency| fix::Dependency {
        name: dependency.name.clone(),
        version: dependency.version.clone(),
    });
    patch.dependencies.extend(dependencies);
    patch
}
