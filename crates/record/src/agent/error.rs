//! Why the agent cannot be used. The program can still be run and sampled from outside.

use std::io;
use std::path::PathBuf;

/// Why the agent cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum AgentError {
    /// No agent was built for this platform.
    #[error("cannot record heap, waits and I/O on this platform: x86-64 Linux with glibc is needed")]
    Unsupported,
    /// The agent's library could not be put in its place.
    #[error("cannot unpack the agent to {path}: {source}")]
    Unpack {
        /// Where it should go.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The memory shared with the target could not be made.
    #[error("cannot create the memory shared with the program: {source}")]
    Arena {
        /// The system's reason.
        source: io::Error,
    },
}
