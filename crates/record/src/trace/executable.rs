//! What the runtime must know of the executable before it starts: where its code and its statics are.

use object::read::elf::{ElfFile64, FileHeader, ProgramHeader};
use object::{Endianness, Object, ObjectSymbol, SymbolKind, elf};
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// More statics than this are not told apart.
const MAX_STATICS: usize = 1 << 20;

/// The executable.
pub(super) struct Executable {
    pub(super) device: u64,
    pub(super) inode: u64,
    /// Address of the code in the file.
    pub(super) text_svma: u64,
    pub(super) text_bytes: u64,
    /// True when it calls the runtime.
    pub(super) is_instrumented: bool,
    /// In order of address.
    pub(super) statics: Vec<Static>,
}

/// A static.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Static {
    pub(super) svma: u64,
    pub(super) bytes: u64,
    /// Demangled.
    pub(super) name: String,
}

impl Executable {
    /// None when the file is no executable for this machine.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let metadata = file.metadata().ok()?;
        let cache = object::ReadCache::new(file);
        let object = ElfFile64::<Endianness, _>::parse(&cache).ok()?;
        let endian = object.endian();
        let header = object.elf_header();
        let code: Vec<(u64, u64)> = header
            .program_headers(endian, &cache)
            .ok()?
            .iter()
            .filter(|segment| segment.p_type(endian) == elf::PT_LOAD && segment.p_flags(endian).0 & elf::PF_X.0 != 0)
            .map(|segment| (segment.p_vaddr(endian), segment.p_memsz(endian)))
            .collect();
        let start = code.iter().map(|&(start, _)| start).min()?;
        let end = code
            .iter()
            .filter_map(|&(start, bytes)| start.checked_add(bytes))
            .max()?;
        Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            text_svma: start,
            text_bytes: end.checked_sub(start).filter(|&bytes| bytes < 4 << 30)?,
            is_instrumented: object
                .dynamic_symbols()
                .any(|symbol| symbol.is_undefined() && symbol.name().is_ok_and(|name| name.starts_with("__tsan_"))),
            statics: statics(&object),
        })
    }
}

impl Executable {
    /// The static that holds an address of the file.
    pub(super) fn static_at(&self, svma: u64) -> Option<&Static> {
        let at = self.statics.partition_point(|range| range.svma <= svma);
        let range = self.statics.get(at.checked_sub(1)?)?;
        (svma - range.svma < range.bytes).then_some(range)
    }
}

fn statics<'data>(object: &impl Object<'data>) -> Vec<Static> {
    let mut statics: Vec<Static> = object
        .symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Data && symbol.is_definition() && symbol.size() > 0)
        .filter_map(|symbol| {
            let name = symbol.name().ok()?;
            // What the compiler makes up has no name that tells anybody anything.
            let is_named = !name.starts_with("anon.") && !name.starts_with(".L") && !name.starts_with("vtable");
            is_named.then(|| Static {
                svma: symbol.address(),
                bytes: symbol.size(),
                name: format!("{:#}", rustc_demangle::demangle(name)),
            })
        })
        .collect();
    statics.sort();
    statics.dedup_by_key(|range| range.svma);
    statics.truncate(MAX_STATICS);
    statics
}
