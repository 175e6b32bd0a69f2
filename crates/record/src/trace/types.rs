//! Which types the program's memory has.

use super::executable::{Executable, Static};
use super::raw::Raw;
use profile::{MemoryObject, TypeId, TypeKind, Types};
use std::collections::HashMap;
use std::path::Path;
use symbolize::{Svma, TypeRequest, read_types};

/// Types by static and by allocation site.
#[derive(Debug, Default)]
pub(super) struct NamedTypes {
    types: Types,
    statics: HashMap<u64, TypeId>,
    /// In order of the allocation sites.
    elements: Vec<Option<TypeId>>,
}

impl NamedTypes {
    /// Reads what the executable's debug information tells. `crates` are those of the user's.
    pub(super) fn read(raw: &Raw, executable: &Executable, path: &Path, crates: Vec<String>) -> Self {
        let bias = raw.counters.load_bias;
        let is_code = |svma: &u64| svma.wrapping_sub(executable.text_svma) < executable.text_bytes;
        let allocations = raw.allocation_sites.iter().map(|site| {
            let calls = site.frames.iter().map(|frame| frame.wrapping_sub(bias).wrapping_sub(1));
            calls.filter(is_code).map(Svma).collect()
        });
        let found = read_types(TypeRequest {
            path: path.to_owned(),
            statics: executable.statics.iter().map(|range| Svma(range.svma)).collect(),
            allocations: allocations.collect(),
            crates,
        });
        Self {
            types: found.types,
            statics: found.statics.into_iter().map(|(svma, of)| (svma.0, of)).collect(),
            elements: found.elements,
        }
    }

    /// What the blocks of an allocation site hold.
    pub(super) fn element(&self, number: usize, all_bytes: u64) -> Option<TypeId> {
        let found = (*self.elements.get(number)?)?;
        let row = self.types.row(found);
        // A table of hashes keeps its control bytes behind the elements; all else is made of whole ones.
        let is_pair = matches!(row.kind, TypeKind::Struct(_)) && row.name.starts_with('(');
        let is_whole = row.bytes > 0 && (is_pair || all_bytes.is_multiple_of(row.bytes));
        is_whole.then_some(found)
    }

    /// A static with its type.
    pub(super) fn named_static(&self, range: &Static) -> MemoryObject {
        let of = self.statics.get(&range.svma).copied();
        MemoryObject::Static {
            name: range.name.clone(),
            bytes: range.bytes,
            // Names of parts of the same static differ from it in size.
            of: of.filter(|&of| self.types.row(of).bytes == range.bytes),
        }
    }

    pub(super) fn into_types(self) -> Types {
        self.types
    }
}
