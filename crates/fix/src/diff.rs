//! A patch as people read it.

use similar::TextDiff;
use std::path::Path;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The change of one file, as `git apply` and `patch -p1` take it.
pub fn diff(path: &Path, before: &str, after: &str) -> String {
    let path = path.display();
    let diff = TextDiff::from_lines(before, after);
    let mut unified = diff.unified_diff();
    unified
        .context_radius(CONTEXT)
        .header(&format!("a/{path}"), &format!("b/{path}"));
    unified.to_string()
}
