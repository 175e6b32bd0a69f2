//! Finds the entry points of Rust's global allocator in an executable.
//!
//! With the system's allocator they are tiny functions in an object of their own, which every allocation goes through.
//! Otherwise they may be inlined: by link-time optimization, which leaves some of the four and removes others, or, where
//! the program has a `#[global_allocator]`, into all code of the crate that declares it. So what is watched is, in this order:
//!
//! 1. the four entry points, when they call the system's allocator;
//! 2. the functions of a well-known allocator that is linked in;
//! 3. the four entry points, when they end in an allocator that does not use `malloc` (see also `entry_point_flags.rs`);
//! 4. nothing here: `malloc` is watched, which a wrapper of the system's allocator calls in the end.

use super::arguments::reads_argument;
use super::reach::{code_at, reaches_malloc};
use super::relocate::{MovedCode, move_start, plain_jump_target};
use iced_x86::Register;
use object::{Object, ObjectSection, ObjectSymbol, ReadCache, SectionKind, SymbolKind};
use std::collections::HashSet;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;
use wire::role;

/// The entry points of one executable.
#[derive(Debug, Default, PartialEq)]
pub(super) struct EntryPoints {
    /// What to redirect; at most as many as the arena holds.
    pub(super) entry_points: Vec<EntryPoint>,
    /// The entry points do nothing but call `malloc` and its family.
    pub(super) is_system_allocator: bool,
}

/// One entry point, ready to be redirected.
#[derive(Debug, PartialEq)]
pub(super) struct EntryPoint {
    /// A [`role`].
    role: u32,
    svma: u64,
    /// The bytes that the jump replaces.
    expected: Vec<u8>,
    moved: MovedCode,
}

impl EntryPoint {
    /// Writes it to the arena.
    pub(super) fn write(&self, patch: &wire::Patch) {
        patch.role.store(self.role, Relaxed);
        patch.svma.store(self.svma, Relaxed);
        patch.n_overwritten.store(self.moved.n_overwritten as u32, Relaxed);
        patch
            .expected
            .iter()
            .zip(&self.expected)
            .for_each(|(to, &from)| to.store(from, Relaxed));
        patch
            .code
            .iter()
            .zip(&self.moved.code)
            .for_each(|(to, &from)| to.store(from, Relaxed));
        patch.n_code.store(self.moved.code.len() as u32, Relaxed);
        for (to, from) in patch.fixups.iter().zip(&self.moved.fixups) {
            to.at.store(from.at as u32, Relaxed);
            to.end.store(from.end as u32, Relaxed);
            to.target_svma.store(from.target_svma, Relaxed);
        }
        patch
            .n_fixups
            .store(self.moved.fixups.len().min(patch.fixups.len()) as u32, Relaxed);
    }
}

/// Rust's own, as current compilers mangle their names and as older ones wrote them plainly.
const RUST: [(&str, u32, &str); 4] = [
    ("__rust_alloc", role::RUST_ALLOC, "__rdl_alloc"),
    ("__rust_dealloc", role::RUST_DEALLOC, "__rdl_dealloc"),
    ("__rust_realloc", role::RUST_REALLOC, "__rdl_realloc"),
    ("__rust_alloc_zeroed", role::RUST_ALLOC_ZEROED, "__rdl_alloc_zeroed"),
];

/// Allocators that are linked into Rust programs, one family after the other.
const FAMILIES: [&[(&str, u32)]; 4] = [
    &[
        ("mi_malloc", role::MALLOC),
        ("mi_zalloc", role::MALLOC),
        ("mi_malloc_small", role::MALLOC),
        ("mi_zalloc_small", role::MALLOC),
        ("mi_malloc_aligned", role::MALLOC_ALIGNED),
        ("mi_zalloc_aligned", role::MALLOC_ALIGNED),
        ("mi_calloc", role::CALLOC),
        ("mi_realloc", role::REALLOC),
        ("mi_realloc_aligned", role::REALLOC),
        ("mi_free", role::FREE),
        ("mi_free_size", role::FREE),
        ("mi_free_size_aligned", role::FREE),
        ("mi_free_aligned", role::FREE),
        ("mi_usable_size", role::USABLE_SIZE),
    ],
    &[
        ("_rjem_malloc", role::MALLOC),
        ("_rjem_mallocx", role::MALLOC),
        ("_rjem_calloc", role::CALLOC),
        ("_rjem_aligned_alloc", role::ALIGNED_ALLOC),
        ("_rjem_posix_memalign", role::POSIX_MEMALIGN),
        ("_rjem_realloc", role::REALLOC),
        ("_rjem_rallocx", role::REALLOC),
        ("_rjem_free", role::FREE),
        ("_rjem_dallocx", role::FREE),
        ("_rjem_sdallocx", role::FREE_SIZED),
    ],
    &[
        ("malloc", role::MALLOC),
        ("mallocx", role::MALLOC),
        ("calloc", role::CALLOC),
        ("aligned_alloc", role::ALIGNED_ALLOC),
        ("posix_memalign", role::POSIX_MEMALIGN),
        ("realloc", role::REALLOC),
        ("rallocx", role::REALLOC),
        ("free", role::FREE),
        ("dallocx", role::FREE),
        ("sdallocx", role::FREE_SIZED),
    ],
    &[
        ("rpmalloc", role::MALLOC),
        ("rpcalloc", role::CALLOC),
        ("rpaligned_alloc", role::ALIGNED_ALLOC),
        ("rpposix_memalign", role::POSIX_MEMALIGN),
        ("rprealloc", role::REALLOC),
        ("rpfree", role::FREE),
        ("rpmalloc_usable_size", role::USABLE_SIZE),
    ],
];

/// A function of the executable.
struct Function {
    name: String,
    svma: u64,
    code: Vec<u8>,
}

/// Reads an executable; none when it is no ELF file for this machine, or has no entry points that can be redirected.
pub(super) fn find(executable: &Path) -> Option<EntryPoints> {
    let cache = ReadCache::new(File::open(executable).ok()?);
    let file = object::File::parse(&cache).ok()?;
    if file.architecture() != object::Architecture::X86_64 {
        return None;
    }
    let functions = functions_of_interest(&file);
    let rust = rust_entry_points(&functions);
    if rust.as_ref().is_some_and(|rust| rust.is_system_allocator) {
        return rust;
    }
    let family = FAMILIES
        .iter()
        .find_map(|family| family_entry_points(&functions, family));
    let uses_malloc = |rust: &EntryPoints| rust.entry_points.iter().any(|entry| reaches_malloc(&file, entry.svma));
    family.or_else(|| {
        rust.filter(|rust| !uses_malloc(rust))
            .and_then(|rust| with_arguments_checked(&file, rust))
    })
}

/// Gives up what cannot be counted because an argument is not passed on: without the size of what is freed, blocks are
/// counted and bytes only as far as they are remembered; without the new size of what grows, nothing fits any more.
fn with_arguments_checked<'data>(
    file: &object::File<'data, &'data ReadCache<File>>,
    mut rust: EntryPoints,
) -> Option<EntryPoints> {
    let code = |svma| code_at(file, svma).map(|(code, _)| code);
    for entry_point in &mut rust.entry_points {
        let reads = |register| reads_argument(entry_point.svma, register, &code);
        match entry_point.role {
            role::RUST_DEALLOC if !reads(Register::RSI) => entry_point.role = role::FREE,
            role::RUST_REALLOC if !reads(Register::RCX) => return None,
            role::RUST_ALLOC | role::RUST_ALLOC_ZEROED if !reads(Register::RDI) => return None,
            _ => {}
        }
    }
    Some(rust)
}

/// All functions that one of the tables above names, with their code.
fn functions_of_interest<'data>(file: &object::File<'data, &'data ReadCache<File>>) -> Vec<Function> {
    let names: HashSet<&str> = RUST
        .iter()
        .flat_map(|&(name, _, default)| [name, default])
        .chain(FAMILIES.iter().flat_map(|family| family.iter().map(|&(name, _)| name)))
        .collect();
    let symbols = file
        .symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition());
    symbols
        .filter_map(|symbol| {
            let name = plain_name(symbol.name().ok()?);
            let section = file.section_by_index(symbol.section_index()?).ok()?;
            // An import that the linker gave an address has no code of its own.
            let is_function = names.contains(name) && symbol.size() > 0 && section.kind() == SectionKind::Text;
            let code = is_function.then(|| section.data_range(symbol.address(), symbol.size()).ok()?)??;
            Some(Function {
                name: name.to_owned(),
                svma: symbol.address(),
                code: code.to_vec(),
            })
        })
        .collect()
}

/// `__rust_alloc` of `_RNvCsfLfy6EI15iL_7___rustc12___rust_alloc`; other names as they are.
fn plain_name(symbol: &str) -> &str {
    let Some((_, mangled)) = symbol
        .strip_prefix("_RNvCs")
        .and_then(|rest| rest.split_once("7___rustc"))
    else {
        return symbol;
    };
    // The length, then an underscore to part it from the name, which begins with one itself.
    mangled
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .strip_prefix('_')
        .unwrap_or(mangled)
}

fn rust_entry_points(functions: &[Function]) -> Option<EntryPoints> {
    let only = |name: &str| {
        let mut found = functions.iter().filter(|function| function.name == name);
        let first = found.next()?;
        // With two of them, a Rust library linked into a Rust program, nobody knows who calls which.
        found.all(|other| other.svma == first.svma).then_some(first)
    };
    let mut entry_points = Vec::new();
    // An executable with a `malloc` of its own need not export it, and then nobody else can call it.
    let mut is_system_allocator = !functions.iter().any(|function| function.name == "malloc");
    for (name, role, default) in RUST {
        let function = only(name)?;
        let target = plain_jump_target(&function.code, function.svma);
        is_system_allocator &= functions
            .iter()
            .any(|other| other.name == default && Some(other.svma) == target);
        entry_points.push(entry_point(function, role)?);
    }
    Some(EntryPoints {
        entry_points,
        is_system_allocator,
    })
}

fn family_entry_points(functions: &[Function], family: &[(&str, u32)]) -> Option<EntryPoints> {
    let mut entry_points: Vec<EntryPoint> = Vec::new();
    for &(name, role) in family {
        let Some(function) = functions.iter().find(|function| function.name == name) else {
            continue;
        };
        // Two names for one function, as compilers merge equal ones.
        if entry_points.iter().any(|known| known.svma == function.svma) {
            continue;
        }
        entry_points.push(entry_point(function, role)?);
    }
    let has = |wanted: u32| entry_points.iter().any(|entry_point| entry_point.role == wanted);
    let allocates = has(role::MALLOC) || has(role::MALLOC_ALIGNED) || has(role::CALLOC);
    (allocates && (has(role::FREE) || has(role::FREE_SIZED))).then_some(EntryPoints {
        entry_points,
        is_system_allocator: false,
    })
}

fn entry_point(function: &Function, role: u32) -> Option<EntryPoint> {
    let moved = if role == role::USABLE_SIZE {
        MovedCode::default()
    } else {
        move_start(&function.code, function.svma)?
    };
    let expected = function.code.get(..moved.n_overwritten)?.to_vec();
    Some(EntryPoint {
        role,
        svma: function.svma,
        expected,
        moved,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whatever_the_hash_of_the_crate() {
        assert_eq!(plain_name("_RNvCsfLfy6EI15iL_7___rustc12___rust_alloc"), "__rust_alloc");
        assert_eq!(
            plain_name("_RNvCsabc_7___rustc19___rust_alloc_zeroed"),
            "__rust_alloc_zeroed"
        );
        assert_eq!(plain_name("__rust_dealloc"), "__rust_dealloc");
        assert_eq!(
            plain_name("_RNvCsfLfy6EI15iL_4core12___rust_alloc"),
            "_RNvCsfLfy6EI15iL_4core12___rust_alloc"
        );
    }

    #[test]
    fn this_very_program_calls_the_system_allocator() {
        let found = find(&std::env::current_exe().unwrap()).unwrap();
        assert_eq!((found.entry_points.len(), found.is_system_allocator), (4, true));
    }

    #[test]
    fn something_else_than_a_program_has_no_entry_points() {
        assert_eq!(find(Path::new("/proc/self/status")), None);
        assert_eq!(find(Path::new("/nonexistent")), None);
    }
}
