//! Finds and loads debug information, wherever the build put it: in the file, in a separate one, split off.

use addr2line::SplitDwarfLoad;
use gimli::{DwarfPackage, EndianSlice, LittleEndian, Reader, SectionId};
use object::{Object, ObjectSection, ReadRef};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use typed_arena::Arena;

/// What debug information is read from.
pub(crate) type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// A section that claims to be larger once decompressed is damage: that of a browser has 2 GB.
const MAX_SECTION_BYTES: u64 = 4 << 30;
/// Deflate's best ratio is 1032; what claims more is damage.
const MAX_COMPRESSION_RATIO: u64 = 1032;
/// The deepest nesting of scopes and inlined calls seen in a real program is below 200. `addr2line` recurses into each,
/// so a crafted file could exhaust the stack.
const MAX_DEPTH: isize = 1500;
/// Attributes per byte of debug information; a real unit has at most one. Crafted abbreviations can make a byte cost
/// millions.
const MAX_ATTRIBUTES_PER_BYTE: u64 = 16;

const NEEDED_SECTIONS: [SectionId; 10] = [
    SectionId::DebugAbbrev,
    SectionId::DebugAddr,
    SectionId::DebugAranges,
    SectionId::DebugInfo,
    SectionId::DebugLine,
    SectionId::DebugLineStr,
    SectionId::DebugRanges,
    SectionId::DebugRngLists,
    SectionId::DebugStr,
    SectionId::DebugStrOffsets,
];
/// What a package's index may speak of, so that it must be there, or the index is refused.
const INDEXED_SECTIONS: [SectionId; 7] = [
    SectionId::DebugCuIndex,
    SectionId::DebugTuIndex,
    SectionId::DebugLoc,
    SectionId::DebugLocLists,
    SectionId::DebugMacinfo,
    SectionId::DebugMacro,
    SectionId::DebugTypes,
];

/// The sections of one file, decompressed.
#[derive(Debug, Default)]
pub(crate) struct Sections<'a>(HashMap<SectionId, &'a [u8]>);

impl<'a> Sections<'a> {
    /// Loads the sections that naming addresses needs. With `is_split`, those of a `.dwo` or `.dwp` file.
    pub(crate) fn load<R: ReadRef<'a>>(
        object: &object::File<'a, R>,
        is_split: bool,
        arena: &'a Arena<Vec<u8>>,
    ) -> Self {
        let load = |id: SectionId| {
            let name = if is_split { id.dwo_name()? } else { id.name() };
            let section = object.section_by_name(name)?;
            let compressed = section.compressed_data().ok()?;
            let claimed = compressed.uncompressed_size;
            let possible = (compressed.data.len() as u64).saturating_mul(MAX_COMPRESSION_RATIO);
            if claimed > MAX_SECTION_BYTES
                || (compressed.format != object::CompressionFormat::None && claimed > possible)
            {
                return None;
            }
            let bytes: &'a [u8] = match compressed.decompress().ok()? {
                Cow::Borrowed(bytes) => bytes,
                Cow::Owned(bytes) => arena.alloc(bytes),
            };
            Some((id, bytes))
        };
        let indexed: &[SectionId] = if is_split { &INDEXED_SECTIONS } else { &[] };
        Self(
            NEEDED_SECTIONS
                .iter()
                .chain(indexed)
                .copied()
                .filter_map(load)
                .collect(),
        )
    }

    /// True when there is no debug information in the file.
    pub(crate) fn is_empty(&self) -> bool {
        self.slice(SectionId::DebugInfo).is_empty()
    }

    /// The sections as `gimli` wants them.
    pub(crate) fn dwarf(&self) -> gimli::Dwarf<Slice<'a>> {
        let load = |id| Ok::<_, std::convert::Infallible>(self.slice(id));
        let mut dwarf = match gimli::Dwarf::load(load) {
            Ok(dwarf) => dwarf,
            Err(never) => match never {},
        };
        dwarf.populate_abbreviations_cache(gimli::AbbreviationsCacheStrategy::Duplicates);
        dwarf
    }

    fn package(&self) -> Option<DwarfPackage<Slice<'a>>> {
        let load = |id| Ok::<_, gimli::Error>(self.slice(id));
        DwarfPackage::load(load, EndianSlice::new(&[], LittleEndian)).ok()
    }

    fn slice(&self, id: SectionId) -> Slice<'a> {
        EndianSlice::new(self.0.get(&id).copied().unwrap_or_default(), LittleEndian)
    }
}

/// True when all units are as flat and as cheap to walk as those that compilers write.
pub(crate) fn is_tame(dwarf: &gimli::Dwarf<Slice<'_>>) -> bool {
    let mut units = dwarf.units();
    while let Ok(Some(header)) = units.next() {
        let n_bytes = header.length_including_self() as u64;
        // A unit that cannot be read is not read by others either.
        let Ok(unit) = dwarf.unit(header) else { continue };
        if !is_tame_unit(&unit, n_bytes).unwrap_or(true) {
            return false;
        }
    }
    true
}

fn is_tame_unit(unit: &gimli::Unit<Slice<'_>>, n_bytes: u64) -> gimli::Result<bool> {
    let mut budget = n_bytes.saturating_mul(MAX_ATTRIBUTES_PER_BYTE);
    let mut entries = unit.entries_raw(None)?;
    while !entries.is_empty() {
        let depth = entries.next_depth();
        let Some(abbreviation) = entries.read_abbreviation()? else {
            continue;
        };
        let n_attributes = abbreviation.attributes().len() as u64;
        if depth > MAX_DEPTH || n_attributes > budget {
            return Ok(false);
        }
        budget -= n_attributes;
        entries.skip_attributes(abbreviation.attributes())?;
    }
    Ok(true)
}

/// The file beside a stripped one that holds its debug information, where the GNU tools look for it.
pub(crate) fn separate_file<'data, R: ReadRef<'data>>(path: &Path, object: &object::File<'data, R>) -> Option<PathBuf> {
    let build_id = object.build_id().ok().flatten();
    let link = object
        .gnu_debuglink()
        .ok()
        .flatten()
        .map(|(name, _crc)| OsStr::from_bytes(name));
    by_build_id(build_id)
        .into_iter()
        .chain(link.into_iter().flat_map(|name| by_link(path, name)))
        .find(|candidate| candidate.is_file() && candidate != path)
}

/// The package of split debug information beside a file.
pub(crate) fn package_file(path: &Path) -> Option<PathBuf> {
    packages(path).into_iter().find(|candidate| candidate.is_file())
}

/// All places where debug information of a file may be, apart from the file, as far as its name and build id tell.
pub(crate) fn companions(path: &Path, build_id: Option<&[u8]>) -> Vec<PathBuf> {
    let mut usual_link = path.file_name().unwrap_or_default().to_owned();
    usual_link.push(".debug");
    let links = by_link(path, &usual_link);
    by_build_id(build_id)
        .into_iter()
        .chain(links)
        .chain(packages(path))
        .collect()
}

fn packages(path: &Path) -> [PathBuf; 2] {
    let mut appended = path.as_os_str().to_owned();
    appended.push(".dwp");
    [PathBuf::from(appended), path.with_extension("dwp")]
}

fn by_build_id(build_id: Option<&[u8]>) -> Option<PathBuf> {
    let (first, rest) = build_id?.split_first()?;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    Some(format!("/usr/lib/debug/.build-id/{}/{}.debug", hex(&[*first]), hex(rest)).into())
}

fn by_link(path: &Path, name: &OsStr) -> Vec<PathBuf> {
    let is_plain = Path::new(name).components().count() == 1;
    let Some(folder) = path.parent().filter(|_| is_plain) else {
        return Vec::new();
    };
    let global = folder.strip_prefix("/").unwrap_or(folder);
    vec![
        folder.join(name),
        folder.join(".debug").join(name),
        Path::new("/usr/lib/debug").join(global).join(name),
    ]
}

/// Loads the parts that were split off, as they are asked for.
pub(crate) struct SplitLoader<'a> {
    package: Option<DwarfPackage<Slice<'a>>>,
    /// Where the program lies: parts that are not where the build put them are looked for there.
    folder: PathBuf,
    arena: &'a Arena<Vec<u8>>,
}

impl<'a> SplitLoader<'a> {
    pub(crate) fn new(package: &Sections<'a>, program: &Path, arena: &'a Arena<Vec<u8>>) -> Self {
        Self {
            package: (!package.is_empty()).then(|| package.package()).flatten(),
            folder: program.parent().unwrap_or(Path::new("/")).to_owned(),
            arena,
        }
    }

    /// The part that is asked for, if it can be found and is the right one.
    pub(crate) fn load(&self, wanted: &SplitDwarfLoad<Slice<'a>>) -> Option<Arc<gimli::Dwarf<Slice<'a>>>> {
        let packed = self
            .package
            .as_ref()
            .and_then(|package| package.find_cu(wanted.dwo_id, &wanted.parent).ok()?);
        let dwarf = packed.or_else(|| self.load_file(wanted))?;
        is_tame(&dwarf).then(|| Arc::new(dwarf))
    }

    fn load_file(&self, wanted: &SplitDwarfLoad<Slice<'a>>) -> Option<gimli::Dwarf<Slice<'a>>> {
        let as_path = |slice: &Slice<'a>| PathBuf::from(OsStr::from_bytes(slice.slice()));
        let name = as_path(wanted.path.as_ref()?);
        let folder = wanted.comp_dir.as_ref().map(as_path).unwrap_or_default();
        let file_name = name.file_name()?;
        let path = [
            folder.join(&name),
            self.folder.join(file_name),
            self.folder.join("deps").join(file_name),
        ]
        .into_iter()
        .find(|path| path.is_file())?;
        let bytes: &'a [u8] = self.arena.alloc(std::fs::read(path).ok()?);
        let object = object::File::parse(bytes).ok()?;
        let mut dwarf = Sections::load(&object, true, self.arena).dwarf();
        let header = dwarf.units().next().ok()??;
        if dwarf.unit(header).ok()?.dwo_id != Some(wanted.dwo_id) {
            return None;
        }
        dwarf.make_dwo(&wanted.parent);
        Some(dwarf)
    }
}

/// Opens a regular file for reading.
pub(crate) fn open(path: &Path) -> Option<File> {
    path.is_file().then(|| File::open(path).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Debug information of one unit: a function, `n_nested` inlined calls inside one another, each with `n_attributes`
    /// attributes that take no room.
    fn is_tame_with(n_nested: usize, n_attributes: usize) -> bool {
        const UNIT: u8 = 0x11;
        const FUNCTION: u8 = 0x2e;
        const INLINED: u8 = 0x1d;
        let declare = |code: u8, tag: u8, n_attributes: usize| {
            // DW_AT_external as DW_FORM_flag_present.
            let attributes = [0x3f, 0x19].repeat(n_attributes);
            [&[code, tag, 1], &attributes[..], &[0, 0]].concat()
        };
        let abbreviations = [
            declare(1, UNIT, 0),
            declare(2, FUNCTION, 0),
            declare(3, INLINED, n_attributes),
            vec![0],
        ]
        .concat();
        let entries = [&[1, 2][..], &vec![3; n_nested], &vec![0; n_nested + 2]].concat();
        let n_bytes = (2 + 4 + 1 + entries.len()) as u32;
        let header = [&n_bytes.to_le_bytes()[..], &[4, 0, 0, 0, 0, 0, 8]].concat();
        let units = [header, entries].concat();
        let sections = [
            (SectionId::DebugInfo, &units[..]),
            (SectionId::DebugAbbrev, &abbreviations[..]),
        ];
        is_tame(&Sections(sections.into()).dwarf())
    }

    #[test]
    fn crafted_nesting_and_abbreviations_are_refused() {
        assert!(is_tame_with(200, 2));
        assert!(!is_tame_with(100_000, 2));
        assert!(!is_tame_with(200, 1000));
    }

    #[test]
    fn debug_files_are_looked_for_where_the_tools_put_them() {
        let places = companions(Path::new("/opt/app/tool"), Some(&[0xab, 0x01, 0x02]));
        let places: Vec<&str> = places.iter().filter_map(|place| place.to_str()).collect();
        assert_eq!(
            places,
            [
                "/usr/lib/debug/.build-id/ab/0102.debug",
                "/opt/app/tool.debug",
                "/opt/app/.debug/tool.debug",
                "/usr/lib/debug/opt/app/tool.debug",
                "/opt/app/tool.dwp",
                "/opt/app/tool.dwp",
            ]
        );
        assert!(by_link(Path::new("/opt/app/tool"), OsStr::new("../../etc/passwd")).is_empty());
    }
}
