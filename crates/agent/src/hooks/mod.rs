//! What is recorded about calls other than those of the heap. Runs inside malloc and signal handlers.

pub(crate) mod io;
pub(crate) mod loader;
pub(crate) mod threads;
pub(crate) mod waits;
