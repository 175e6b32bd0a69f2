//! Allocators that a program can have in place of the C library's, and the edit that gives it one.

use crate::editor::Editor;
use crate::{Dependency, Edit};

/// An allocator from crates.io.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocator {
    /// Name of its crate.
    pub name: &'static str,
    version: &'static str,
    /// The type that is one.
    of_type: &'static str,
}

/// Those that are faster than the C library's for many small blocks.
pub const ALLOCATORS: [Allocator; 2] = [
    Allocator {
        name: "mimalloc",
        version: "0.1",
        of_type: "mimalloc::MiMalloc",
    },
    Allocator {
        name: "tikv-jemallocator",
        version: "0.6",
        of_type: "tikv_jemallocator::Jemalloc",
    },
];

impl Allocator {
    /// The crate that holds it.
    pub fn dependency(&self) -> Dependency {
        Dependency {
            name: self.name.to_owned(),
            version: self.version.to_owned(),
        }
    }

    /// The edits that make it the allocator of the program whose `main` is in this file; `None` when the file does not parse
    /// or names an allocator already.
    pub fn edits(&self, file: &str, text: &str) -> Option<Vec<Edit>> {
        let mut editor = Editor::of(file, text)?;
        if editor.tokens().iter().any(|token| token.text == "global_allocator") {
            return None;
        }
        self.insert(&mut editor);
        Some(editor.into_edits())
    }

    pub(crate) fn insert(&self, editor: &mut Editor<'_>) {
        let of_type = self.of_type;
        editor.insert_at_top(&format!("#[global_allocator]\nstatic GLOBAL: {of_type} = {of_type};"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_one_allocator_at_most() {
        let main = "//! Mine.\n\nuse std::io;\n\nfn main() {}\n";
        let edits = ALLOCATORS[0].edits("main.rs", main).unwrap();
        assert_eq!(edits.len(), 1);
        assert!(
            edits[0].text.contains("mimalloc::MiMalloc = mimalloc::MiMalloc;"),
            "{edits:?}"
        );
        let with = format!("#[global_allocator]\nstatic A: std::alloc::System = std::alloc::System;\n{main}");
        assert_eq!(ALLOCATORS[0].edits("main.rs", &with), None);
        let mentioned = format!("// No global_allocator here.\n{main}");
        assert!(ALLOCATORS[0].edits("main.rs", &mentioned).is_some());
        assert_eq!(ALLOCATORS[0].edits("main.rs", "fn main( {"), None);
    }
}
