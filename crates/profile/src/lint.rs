//! What a linter said about the source: text to be joined with costs, no measurement.

use serde::{Deserialize, Serialize};

/// One message of a linter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lint {
    /// Its name without the tool: `redundant_clone`.
    pub name: String,
    /// What it says, in the linter's words.
    pub message: String,
    /// Absolute source path.
    pub file: String,
    /// First line, from 1.
    pub first_line: u32,
    /// Last line.
    pub last_line: u32,
    /// Column of the first character, from 1.
    pub column: u32,
    /// What it proposes, when it proposes text.
    pub suggestion: Option<Suggestion>,
}

/// A linter's proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What to do, in the linter's words.
    pub help: String,
    /// Whether the linter believes that the edits keep the meaning.
    pub is_machine_applicable: bool,
    /// The edits.
    pub edits: Vec<Replacement>,
}

/// Replaces the bytes `start..end` of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replacement {
    /// Absolute source path.
    pub file: String,
    /// First byte replaced.
    pub start: u64,
    /// First byte after those replaced.
    pub end: u64,
    /// What stands there afterwards.
    pub text: String,
}
