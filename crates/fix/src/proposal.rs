//! What is to be proved, with what, and what comes of it.

use crate::patch::Patch;
use crate::tree::{Tree, TreeError};
use crate::verdicts::Measured;
use bench::{BenchError, Program};

/// How much a patch changes, and so how much it has to gain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// A line or two.
    Simple,
    /// More than that.
    Complex,
}

/// The gain that a patch must bring to be kept, as a share of the run time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gains {
    /// For a simple patch.
    pub simple: f64,
    /// For a complex one.
    pub complex: f64,
}

impl Default for Gains {
    fn default() -> Self {
        Self {
            simple: 0.05,
            complex: 0.2,
        }
    }
}

/// A patch that might help.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// What reports call it.
    pub name: String,
    /// Proposals of the same group cure the same cost in different ways: the best of them is kept.
    pub group: usize,
    /// The edits.
    pub patch: Patch,
    /// How much it changes.
    pub effort: Effort,
}

/// How to build, test and run: everything that needs to know the user's package.
pub trait Workshop {
    /// Builds the program in the copy.
    ///
    /// # Errors
    /// When that is not possible.
    fn build(&mut self, tree: &Tree) -> Result<Program, Refusal>;

    /// Runs the user's tests in the copy. Their words when they fail.
    fn test(&mut self, tree: &Tree) -> Result<(), String>;
}

/// Why a program was not built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The compiler refuses the text, and will do so again.
    Compiler(String),
    /// Something else failed: a crate could not be had, a tool was not there.
    Surroundings(String),
}

impl Refusal {
    /// What was said.
    pub fn into_words(self) -> String {
        match self {
            Self::Compiler(words) | Self::Surroundings(words) => words,
        }
    }
}

/// What became of a patch.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Its edits do not go together.
    DoesNotApply(String),
    /// The compiler refuses it.
    DoesNotCompile(String),
    /// Tests fail that passed before.
    FailsTests(String),
    /// The program fails, or writes something else.
    ChangesOutput,
    /// It brings less than it must.
    GainsTooLittle,
    /// The machine was too noisy to tell: it may bring what it must.
    Undecided,
    /// It pays.
    Pays,
    /// It pays, but another one for the same cost pays more, or it does not go together with better ones.
    BetterKept,
}

/// A patch with its trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Index into the proposals.
    pub proposal: usize,
    /// What became of it.
    pub outcome: Outcome,
    /// What the stopwatch said, when it got that far.
    pub measured: Option<Measured>,
    /// Whether it was judged in an earlier proof, of the same sources.
    pub is_from_earlier: bool,
}

/// All trials, and what is left.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// One for each proposal that was tried, in order.
    pub trials: Vec<Trial>,
    /// Indices of the proposals that are kept.
    pub kept: Vec<usize>,
    /// The patch of all of them.
    pub patch: Patch,
    /// All of them together against the original.
    pub together: Option<Measured>,
    /// True when the user wanted no more before all was tried.
    pub is_interrupted: bool,
}

/// What is being done, for a progress display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The compiler runs.
    Building,
    /// The tests run.
    Testing,
    /// The stopwatch runs.
    Timing,
}

/// Receives the progress of a proof, and that of its comparisons.
pub trait Progress: bench::Progress {
    /// A step begins; `name` is the proposal's, or empty for the original and the combination.
    fn step(&mut self, step: Step, name: &str);
}

/// Why nothing could be proved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The copy cannot be written.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The original does not build.
    #[error("the program does not build: {0}")]
    DoesNotBuild(String),
    /// The original's tests fail.
    #[error("tests fail before any change: {0}")]
    TestsFail(String),
    /// The original does not write the same twice, so that a changed output could not be told.
    #[error("the program's output differs from run to run")]
    UnstableOutput,
    /// The disk is full: nothing that is said then is about a patch.
    #[error("no space is left for builds: {0}")]
    NoSpace(String),
    /// The original program cannot be timed.
    #[error(transparent)]
    Bench(#[from] BenchError),
}

/// Whether words are about a full disk. Compilers, linkers and tests all use the system's, but for linkers that write to
/// mapped memory: they are killed when there is no disk below it.
pub fn is_about_space(words: &str) -> bool {
    let said = [
        "No space left on device",
        "Disk quota exceeded",
        "ld terminated with signal 7 [Bus error]",
    ];
    said.iter().any(|said| words.contains(said))
}
