//! Finds the functions in which stacks begin, and tells which addresses a call can return to.
//!
//! A stack is complete when it ends in the function that the system or the C library starts threads in. Those
//! functions are local to the C library, and distributions strip their names: they are known by their code.

use crate::address::Svma;
use crate::unwind_table::UnwindTable;
use object::{Object, ObjectSection, ObjectSymbol, ReadCache, ReadCacheOps};
use std::collections::HashMap;
use std::ops::Range;

/// The code between a file's entry point and the end of what a C runtime puts there (47 bytes in glibc's programs, 64
/// in its loader).
pub(crate) const ENTRY_BYTES: u64 = 80;
/// glibc's code section has 1.4 MB; a larger one is not searched.
const MAX_SEARCHED_BYTES: u64 = 16 << 20;

/// What `__libc_start_call_main` does before it calls `exit`: `call *%rax; mov %eax, %edi`.
const CALL_MAIN: &[u8] = &[0xff, 0xd0, 0x89, 0xc7];

/// The longest call is seven bytes and a prefix.
pub(crate) const MAX_CALL_BYTES: usize = 8;

const ROOT_NAMES: [&str; 10] = [
    "_start",
    "_start_c",
    "__libc_start_main",
    "__libc_start_main_impl",
    "__libc_start_call_main",
    "libc_start_main_stage2",
    "start_thread",
    "clone",
    "__clone",
    "__clone3",
];

/// The root functions of one file.
#[derive(Debug, Default)]
pub(crate) struct Roots(Vec<Range<Svma>>);

impl Roots {
    /// The root functions of a file with this entry point. `search` asks for those of a C library in it too.
    pub(crate) fn new(entry: Svma, unwind_table: &UnwindTable, search: Option<impl ReadCacheOps>) -> Self {
        let mut ranges = Vec::new();
        if entry != Svma(0) {
            ranges.push(entry..Svma(entry.0.saturating_add(ENTRY_BYTES)));
        }
        if let Some(file) = search {
            ranges.extend(of_c_library(unwind_table, file).unwrap_or_default());
        }
        Self(ranges)
    }

    /// True when the code at `svma` begins a stack.
    pub(crate) fn contains(&self, svma: Svma) -> bool {
        self.0.iter().any(|range| range.contains(&svma))
    }
}

/// True when `before`, the bytes in front of an address, end in a call instruction.
pub(crate) fn ends_in_call(before: &[u8]) -> bool {
    let n = before.len();
    let is_direct = n >= 5 && before[n - 5] == 0xe8;
    is_direct || (2..=7.min(n)).any(|len| is_indirect_call(&before[n - len..]))
}

/// True when `code` is one `call` through a register or memory (opcode `ff /2`), without prefixes.
fn is_indirect_call(code: &[u8]) -> bool {
    let [0xff, modrm, rest @ ..] = code else { return false };
    let (mode, operation, base) = (modrm >> 6, modrm >> 3 & 7, modrm & 7);
    let sib_len = usize::from(mode != 3 && base == 4);
    let displacement_len = match mode {
        0 if base == 5 || (base == 4 && rest.first().is_some_and(|sib| sib & 7 == 5)) => 4,
        1 => 1,
        2 => 4,
        _ => 0,
    };
    operation == 2 && rest.len() == sib_len + displacement_len
}

fn of_c_library(unwind_table: &UnwindTable, file: impl ReadCacheOps) -> Option<Vec<Range<Svma>>> {
    let cache = ReadCache::new(file);
    let object = object::File::parse(&cache).ok()?;
    let mut ranges = Vec::new();
    // `start_thread` calls `__call_tls_dtors` when the thread's function has returned.
    let mut exported = HashMap::new();
    for symbol in object.symbols().chain(object.dynamic_symbols()) {
        let Ok(name) = symbol.name() else { continue };
        let start = Svma(symbol.address());
        if symbol.is_definition() && ROOT_NAMES.contains(&name) {
            let end = Svma(start.0.saturating_add(symbol.size()));
            ranges.push(start..end);
        }
        if name == "exit" || name == "__call_tls_dtors" {
            exported.insert(name, start);
        }
    }
    if let Some(text) = object.section_by_name(".text")
        && text.size() <= MAX_SEARCHED_BYTES
        && let Ok(code) = text.data()
    {
        let starts_thread = |target, before: &[u8]| {
            (exported.get("exit") == Some(&target) && before.ends_with(CALL_MAIN))
                || (exported.get("__call_tls_dtors") == Some(&target) && stores_thread_result(before))
        };
        let sites = direct_calls(code, Svma(text.address()))
            .filter(|&(at, _, target)| starts_thread(target, &code[..at]))
            .filter_map(|(_, site, _)| unwind_table.function_at(site));
        ranges.extend(sites);
    }
    Some(ranges)
}

/// All that can be direct calls in `code`: position, address, target.
fn direct_calls(code: &[u8], start: Svma) -> impl Iterator<Item = (usize, Svma, Svma)> + '_ {
    let opcodes = code.iter().enumerate().filter(|&(_, &byte)| byte == 0xe8);
    opcodes.filter_map(move |(at, _)| {
        let distance = i32::from_le_bytes(code.get(at + 1..at + 5)?.try_into().ok()?);
        let site = start.0.wrapping_add(at as u64);
        let target = site.wrapping_add(5).wrapping_add_signed(i64::from(distance));
        Some((at, Svma(site), Svma(target)))
    })
}

/// True for `mov %rax, %fs:offset`.
fn stores_thread_result(before: &[u8]) -> bool {
    before
        .split_last_chunk::<4>()
        .is_some_and(|(store, _offset)| store.ends_with(&[0x64, 0x48, 0x89, 0x04, 0x25]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_by_the_bytes_before_the_return_address() {
        let calls: [&[u8]; 9] = [
            &[0x90, 0xe8, 1, 2, 3, 4],
            &[0xff, 0xd0],
            &[0x41, 0xff, 0xd4],
            &[0xff, 0x15, 1, 2, 3, 4],
            &[0xff, 0x50, 0x18],
            &[0xff, 0x54, 0x24, 0x08],
            &[0xff, 0x14, 0xc8],
            &[0xff, 0x14, 0x25, 1, 2, 3, 4],
            &[0x42, 0xff, 0x94, 0xd8, 1, 2, 3, 4],
        ];
        for call in calls {
            assert!(ends_in_call(call), "{call:02x?}");
        }
        let others: [&[u8]; 5] = [
            &[],
            &[0xff],
            &[0xff, 0xe0],
            &[0x48, 0x89, 0xc7, 0x90, 0x90, 0x90],
            &[0xff, 0x14],
        ];
        for other in others {
            assert!(!ends_in_call(other), "{other:02x?}");
        }
    }
}
