//! Function names from symbol tables: for code without debug information.

use crate::address::Svma;
use crate::roots::ENTRY_BYTES;
use object::{Object, ObjectSection, ObjectSymbol, ReadRef, SymbolKind};
use std::collections::HashMap;
use std::ops::Range;

/// A stub of a procedure linkage table.
const STUB_BYTES: usize = 16;
/// glibc's resolvers have some hundred bytes.
const MAX_RESOLVER_BYTES: u64 = 4096;

/// The functions of a file by address.
#[derive(Debug, Default)]
pub(crate) struct SymbolTable {
    /// Sorted by start, one per start.
    symbols: Vec<Symbol>,
    is_stripped: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Symbol {
    range: Range<Svma>,
    name: Box<str>,
}

impl SymbolTable {
    /// Reads the symbol tables of a file and, if there is one, of its separate debug file. `functions` are the bounds
    /// that the unwind table gives, sorted.
    pub(crate) fn new<'data, 'debug, R: ReadRef<'data>, S: ReadRef<'debug>>(
        object: &object::File<'data, R>,
        debug: Option<&object::File<'debug, S>>,
        functions: &[Range<Svma>],
    ) -> Self {
        let mut candidates = candidates(object);
        candidates.extend(debug.map(crate::symbols::candidates).unwrap_or_default());
        let is_stripped = candidates.is_empty();
        candidates.extend(implementations(object, functions));
        candidates.extend(stubs(object));
        candidates.extend(start_code(object));
        candidates.sort_by(|a, b| (a.start, a.rank, &a.name).cmp(&(b.start, b.rank, &b.name)));
        candidates.dedup_by_key(|candidate| candidate.start);
        let starts: Vec<Svma> = candidates.iter().map(|candidate| candidate.start).collect();
        let symbols = candidates.into_iter().enumerate().map(|(idx, candidate)| {
            let end = if candidate.size > 0 {
                Svma(candidate.start.0.saturating_add(candidate.size))
            } else {
                let next = starts.get(idx + 1).copied().unwrap_or(Svma(u64::MAX));
                function_at(functions, candidate.start).map_or(next, |function| function.end.min(next))
            };
            Symbol {
                range: candidate.start..end,
                name: candidate.name.into(),
            }
        });
        Self {
            symbols: symbols.collect(),
            is_stripped,
        }
    }

    /// True when the file names none of its own functions.
    pub(crate) fn is_stripped(&self) -> bool {
        self.is_stripped
    }

    /// The mangled name of the function around `svma`.
    pub(crate) fn name(&self, svma: Svma) -> Option<&str> {
        let n_before = self.symbols.partition_point(|symbol| symbol.range.start <= svma);
        let symbol = self.symbols.get(n_before.checked_sub(1)?)?;
        (svma < symbol.range.end).then_some(&*symbol.name)
    }
}

/// One of the names of an address. Of several, the one of the smallest rank is taken.
struct Candidate {
    start: Svma,
    /// 0 when not stated.
    size: u64,
    rank: (usize, usize),
    name: String,
}

fn candidates<'data, R: ReadRef<'data>>(file: &object::File<'data, R>) -> Vec<Candidate> {
    file.symbols()
        .chain(file.dynamic_symbols())
        .filter(|symbol| is_code(file, symbol))
        .filter_map(|symbol| {
            let name = symbol.name().ok().filter(|name| !name.is_empty())?;
            Some(Candidate {
                start: Svma(symbol.address()),
                size: symbol.size(),
                rank: rank(&symbol, name),
                name: name.to_owned(),
            })
        })
        .collect()
}

fn function_at(functions: &[Range<Svma>], svma: Svma) -> Option<&Range<Svma>> {
    let n_before = functions.partition_point(|function| function.start <= svma);
    let function = functions.get(n_before.checked_sub(1)?)?;
    (svma < function.end).then_some(function)
}

fn is_code<'data, R: ReadRef<'data>>(file: &object::File<'data, R>, symbol: &object::Symbol<'data, '_, R>) -> bool {
    let is_in_code = || {
        symbol
            .section_index()
            .and_then(|index| file.section_by_index(index).ok())
            .is_some_and(|section| section.kind() == object::SectionKind::Text)
    };
    !symbol.is_undefined()
        && match symbol.kind() {
            SymbolKind::Text => true,
            // Hand-written assembly often states no type.
            SymbolKind::Unknown | SymbolKind::Label => is_in_code(),
            _ => false,
        }
}

/// Which of several names of one address to take, smallest first: exported before local, plain before underscored.
fn rank<'data, R: ReadRef<'data>>(symbol: &object::Symbol<'data, '_, R>, name: &str) -> (usize, usize) {
    let n_underscores = name.len() - name.trim_start_matches('_').len();
    let is_untyped = symbol.kind() != SymbolKind::Text;
    // A Rust name begins with one underscore and is the only one.
    (usize::from(is_untyped) * 4 + n_underscores.min(3), name.len())
}

/// The functions that an indirect function chooses from (`memcpy` has a dozen in glibc, one per processor generation,
/// none of them named once the library is stripped): those whose address its resolver takes.
fn implementations<'data, R: ReadRef<'data>>(
    object: &object::File<'data, R>,
    functions: &[Range<Svma>],
) -> Vec<Candidate> {
    let Some(text) = object.section_by_name(".text") else {
        return Vec::new();
    };
    let (Ok(code), base) = (text.data(), text.address()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for symbol in object.symbols().chain(object.dynamic_symbols()) {
        let object::SymbolFlags::Elf { st_info, .. } = symbol.flags() else {
            continue;
        };
        if st_info.st_type() != object::elf::STT_GNU_IFUNC || symbol.is_undefined() {
            continue;
        }
        let (Some(start), size) = (
            symbol.address().checked_sub(base),
            symbol.size().min(MAX_RESOLVER_BYTES),
        ) else {
            continue;
        };
        let resolver = usize::try_from(start).ok().and_then(|start| code.get(start..));
        let (Some(resolver), Ok(name)) = (resolver, symbol.name()) else {
            continue;
        };
        let resolver = &resolver[..resolver.len().min(size as usize)];
        let targets = addresses_taken(resolver, Svma(symbol.address()))
            .filter(|&target| function_at(functions, target).is_some_and(|function| function.start == target));
        found.extend(targets.map(|start| Candidate {
            start,
            size: 0,
            // Real names are better.
            rank: (usize::MAX, name.len()),
            name: name.to_owned(),
        }));
    }
    found
}

/// Targets of all `lea distance(%rip), %register` in `code`.
fn addresses_taken(code: &[u8], start: Svma) -> impl Iterator<Item = Svma> + '_ {
    code.windows(7).enumerate().filter_map(move |(at, window)| {
        let &[0x48 | 0x4c, 0x8d, modrm, a, b, c, d] = window else {
            return None;
        };
        let distance = i64::from(i32::from_le_bytes([a, b, c, d]));
        let end = start.0.wrapping_add(at as u64 + 7);
        (modrm & 0xc7 == 0x05).then(|| Svma(end.wrapping_add_signed(distance)))
    })
}

/// The code at the entry point: libraries that are programs too, such as the dynamic loader, do not name it.
fn start_code<'data, R: ReadRef<'data>>(object: &object::File<'data, R>) -> Option<Candidate> {
    (object.entry() != 0).then(|| Candidate {
        start: Svma(object.entry()),
        size: ENTRY_BYTES,
        rank: (usize::MAX, 0),
        name: "_start".to_owned(),
    })
}

/// The stubs by which a file calls functions of other files, named like those.
fn stubs<'data, R: ReadRef<'data>>(object: &object::File<'data, R>) -> Vec<Candidate> {
    let Some(relocations) = object.dynamic_relocations() else {
        return Vec::new();
    };
    let slots: HashMap<u64, object::SymbolIndex> = relocations
        .filter_map(|(slot, relocation)| match relocation.target() {
            object::RelocationTarget::Symbol(index) => Some((slot, index)),
            _ => None,
        })
        .collect();
    let Some(names) = object.dynamic_symbol_table() else {
        return Vec::new();
    };
    let mut stubs = Vec::new();
    for section in [".plt", ".plt.sec", ".plt.got"] {
        let Some(section) = object.section_by_name(section) else {
            continue;
        };
        let Ok(code) = section.data() else { continue };
        for (idx, stub) in code.chunks(STUB_BYTES).enumerate() {
            let start = section.address().wrapping_add((idx * STUB_BYTES) as u64);
            let name = jump_slot(stub, start)
                .and_then(|slot| slots.get(&slot))
                .and_then(|&index| object::ObjectSymbolTable::symbol_by_index(&names, index).ok())
                .and_then(|symbol| symbol.name().ok().map(|name| format!("{name}@plt")));
            stubs.extend(name.map(|name| Candidate {
                start: Svma(start),
                size: STUB_BYTES as u64,
                rank: (0, 0),
                name,
            }));
        }
    }
    stubs
}

/// Where a stub's `jmp *distance(%rip)` takes its target from.
fn jump_slot(stub: &[u8], start: u64) -> Option<u64> {
    let at = stub.windows(2).position(|window| window == [0xff, 0x25])?;
    let distance = i32::from_le_bytes(stub.get(at + 2..at + 6)?.try_into().ok()?);
    Some(
        start
            .wrapping_add(at as u64 + 6)
            .wrapping_add_signed(i64::from(distance)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elf::Image;
    use crate::unwind_table::UnwindTable;

    fn table_of(path: &str) -> (SymbolTable, Vec<u8>) {
        let bytes = std::fs::read(path).unwrap();
        let mut image = Image::read(std::io::Cursor::new(&bytes)).unwrap();
        let functions: Vec<_> = UnwindTable::new(&mut image).functions().collect();
        let object = object::File::parse(&*bytes).unwrap();
        (SymbolTable::new(&object, None::<&object::File<'_>>, &functions), bytes)
    }

    #[test]
    fn the_running_test_finds_its_own_functions() {
        let (table, bytes) = table_of("/proc/self/exe");
        let object = object::File::parse(&*bytes).unwrap();
        let main = object.symbols().find(|symbol| symbol.name() == Ok("main")).unwrap();
        assert_eq!(table.name(Svma(main.address() + 1)), Some("main"));
        assert!(
            table.symbols.iter().any(|symbol| symbol.name.ends_with("@plt"))
                || object.section_by_name(".plt.sec").is_none()
        );
    }

    #[test]
    fn the_c_librarys_copying_functions_have_names_though_it_is_stripped() {
        let Some(path) = [
            "/lib/x86_64-linux-gnu/libc.so.6",
            "/lib64/libc.so.6",
            "/usr/lib/libc.so.6",
        ]
        .into_iter()
        .find(|path| std::path::Path::new(path).exists()) else {
            return;
        };
        let (table, _) = table_of(path);
        for name in ["memcpy", "memset", "strlen", "memchr"] {
            let n_named = table.symbols.iter().filter(|symbol| *symbol.name == *name).count();
            assert!(n_named > 2, "{name}: {n_named}");
        }
    }

    #[test]
    fn names_are_chosen_by_readability() {
        let (table, _) = table_of("/proc/self/exe");
        assert!(!table.is_stripped());
        assert_eq!(table.name(Svma(0)), None);
        assert_eq!(table.name(Svma(u64::MAX)), None);
    }
}
