//! Unwinds sampled stacks and names their addresses.
//!
//! Two steps with a process-independent form between them:
//!
//! 1. [`AddressSpace`] follows the mappings of one process and turns a raw stack (registers, a small dump, a
//!    frame-pointer chain) into [`CodeAddress`]es: module and offset. It runs while the target runs.
//! 2. [`Symbolizer`] names the addresses that occurred, inlined calls included. It runs once, at the end.
#![forbid(unsafe_code)]

mod address;
mod address_hash;
mod address_space;
mod cache;
mod debug_file;
mod earlier;
mod elf;
mod frames;
mod kernel;
mod modules;
mod names;
mod origin;
mod resolve;
mod roots;
mod symbolizer;
mod symbols;
mod types;
mod unwind;
mod unwind_rule;
mod unwind_table;

pub use address::{AddressKind, Avma, CodeAddress, FileOffset, ModuleId, Svma};
pub use address_space::{AddressSpace, Mapping, Pid};
pub use modules::Modules;
pub use origin::UserRoot;
pub use symbolizer::{Symbolizer, SymbolizerOptions};
pub use types::{FoundTypes, TypeRequest, read_types};
pub use unwind::UserStack;
