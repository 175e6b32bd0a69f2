//! Asks whether a function ends up in the C library's `malloc`.
//!
//! An allocator of the user's own that wraps the system's is inlined into its callers as a rule: they are in one crate.
//! Its entry points are then hardly ever called, but every allocation still calls `malloc`.

use iced_x86::{Decoder, DecoderOptions, FlowControl, OpKind};
use object::{Object, ObjectSection, ObjectSymbol, ObjectSymbolTable, ReadCache, RelocationTarget, SectionKind};
use std::collections::HashSet;
use std::fs::File;

/// Functions looked at before it is given up.
const MAX_FUNCTIONS: usize = 200;
/// Bytes of a function looked at.
const MAX_FUNCTION_BYTES: u64 = 4096;

/// The functions of the `malloc` family that return a block.
const ALLOCATING: [&str; 6] = [
    "malloc",
    "calloc",
    "realloc",
    "posix_memalign",
    "aligned_alloc",
    "memalign",
];

/// True when code at `svma`, or what it calls directly, calls `malloc` or one of its family.
pub(super) fn reaches_malloc<'data>(file: &object::File<'data, &'data ReadCache<File>>, svma: u64) -> bool {
    let slots = malloc_slots(file);
    let mut seen = HashSet::from([svma]);
    let mut pending = vec![svma];
    while let Some(function) = pending.pop() {
        for callee in callees(file, function) {
            match callee {
                Callee::Slot(slot) if slots.contains(&slot) => return true,
                Callee::Code(target) if seen.len() < MAX_FUNCTIONS && seen.insert(target) => pending.push(target),
                _ => {}
            }
        }
    }
    false
}

enum Callee {
    /// A function at this address.
    Code(u64),
    /// A function whose address stands there.
    Slot(u64),
}

/// Where the dynamic loader puts the addresses of the family's functions.
fn malloc_slots<'data>(file: &object::File<'data, &'data ReadCache<File>>) -> HashSet<u64> {
    let Some(symbols) = file.dynamic_symbol_table() else {
        return HashSet::new();
    };
    let is_wanted = |target| {
        let RelocationTarget::Symbol(symbol) = target else {
            return false;
        };
        symbols
            .symbol_by_index(symbol)
            .is_ok_and(|symbol| symbol.name().is_ok_and(|name| ALLOCATING.contains(&name)))
    };
    let relocations = file.dynamic_relocations().into_iter().flatten();
    relocations
        .filter(|(_, relocation)| is_wanted(relocation.target()))
        .map(|(slot, _)| slot)
        .collect()
}

/// What the code from `svma` to its first return calls or jumps to.
fn callees<'data>(file: &object::File<'data, &'data ReadCache<File>>, svma: u64) -> Vec<Callee> {
    let Some((code, is_stub)) = code_at(file, svma) else {
        return Vec::new();
    };
    let mut callees = Vec::new();
    let mut farthest = svma;
    for instruction in &mut Decoder::with_ip(64, code, svma, DecoderOptions::NONE) {
        let flow = instruction.flow_control();
        let is_near = instruction.op_count() > 0 && instruction.op0_kind() == OpKind::NearBranch64;
        match flow {
            FlowControl::ConditionalBranch if is_near => farthest = farthest.max(instruction.near_branch_target()),
            FlowControl::UnconditionalBranch | FlowControl::Call if is_near => {
                callees.push(Callee::Code(instruction.near_branch_target()));
            }
            FlowControl::IndirectBranch | FlowControl::IndirectCall if instruction.is_ip_rel_memory_operand() => {
                callees.push(Callee::Slot(instruction.ip_rel_memory_address()));
            }
            _ => {}
        }
        let ends = matches!(
            flow,
            FlowControl::Return | FlowControl::UnconditionalBranch | FlowControl::IndirectBranch
        );
        if ends && (is_stub || instruction.next_ip() > farthest) {
            break;
        }
    }
    callees
}

/// Code at an address, to its section's end or a little way, and whether it is a stub of the procedure linkage table.
pub(super) fn code_at<'data>(
    file: &object::File<'data, &'data ReadCache<File>>,
    svma: u64,
) -> Option<(&'data [u8], bool)> {
    let section = file.sections().find(|section| {
        section.kind() == SectionKind::Text && (section.address()..section.address() + section.size()).contains(&svma)
    })?;
    let n_bytes = (section.address() + section.size() - svma).min(MAX_FUNCTION_BYTES);
    let is_stub = section.name().is_ok_and(|name| name.starts_with(".plt"));
    Some((section.data_range(svma, n_bytes).ok()??, is_stub))
}
