//! The source texts that a diagnosis may look at, handed in by the caller.

use profile::{Ledger, Origin, Profile};
use std::collections::{BTreeMap, BTreeSet};

/// Source texts by absolute path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    texts: BTreeMap<String, String>,
}

impl Sources {
    /// The text of a file, when it was handed in.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// The files that were handed in.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }
}

impl FromIterator<(String, String)> for Sources {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(files: I) -> Self {
        Self {
            texts: files.into_iter().collect(),
        }
    }
}

/// The files that a diagnosis would look at, as absolute paths in order: those of user frames.
pub fn wanted_sources(profile: &Profile, ledger: &Ledger) -> Vec<String> {
    let of_user = ledger.sites.iter().filter(|site| site.is_user);
    let mut files: BTreeSet<&str> = of_user.filter_map(|site| site.file.as_deref()).collect();
    // A trace has no costs in the ledger.
    if profile.trace.is_some() {
        let frames = profile
            .tables
            .frames()
            .filter(|frame| matches!(frame.origin, Origin::User(_)));
        files.extend(frames.filter_map(|frame| frame.file.as_deref()));
    }
    files.into_iter().map(str::to_owned).collect()
}
