//! Addresses, each with the space that it is valid in.

use serde::{Deserialize, Serialize};

/// "Actual virtual memory address": where a byte lies in one process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Avma(pub u64);

/// "Stated virtual memory address": where an ELF file says that a byte lies, before the loader moves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Svma(pub u64);

/// A position in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileOffset(pub u64);

/// A file that code came from, or one of two places without a file: see [`ModuleId::KERNEL`] and [`ModuleId::UNKNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId(pub(crate) u32);

impl ModuleId {
    /// The kernel and its modules. Addresses in it are the kernel's own.
    pub const KERNEL: Self = Self(0);
    /// Code without a file: generated at run time, or in no known mapping. Addresses in it are those of the process.
    pub const UNKNOWN: Self = Self(1);
}

/// What an address on a stack points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AddressKind {
    /// The instruction that was about to run.
    Instruction,
    /// The instruction after a call.
    Return,
}

/// A code address that is valid in every process which runs the same file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodeAddress {
    /// The file.
    pub module: ModuleId,
    /// The address as the file states it.
    pub svma: Svma,
    /// Instruction or return address.
    pub kind: AddressKind,
}

impl CodeAddress {
    /// An address in the kernel.
    pub fn kernel(address: Avma, kind: AddressKind) -> Self {
        Self {
            module: ModuleId::KERNEL,
            svma: Svma(address.0),
            kind,
        }
    }

    /// The address to look up: of the call, when this is where the call returns to.
    pub fn lookup_svma(&self) -> Svma {
        match self.kind {
            AddressKind::Instruction => self.svma,
            AddressKind::Return => Svma(self.svma.0.saturating_sub(1)),
        }
    }
}
