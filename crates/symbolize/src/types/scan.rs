//! One pass over all debug information: where types, statics and the calls in question stand.

use super::TypeRequest;
use crate::address::Svma;
use crate::debug_file::Slice;
use gimli::{AttributeValue, DebugInfoOffset, DwTag, Dwarf, Operation, Unit, UnitOffset};
use std::collections::HashMap;

/// A reference leads to an entry that may refer to another one.
const MAX_REFERENCES: usize = 4;
/// Namespaces nest less deeply than this.
const MAX_SCOPES: usize = 64;
/// More types of the user's are not told.
const MAX_OF_CRATES: usize = 2000;
/// Library frames between an allocation and the generic call that it is for.
const MAX_LIBRARY_FRAMES: usize = 40;

/// An entry of the debug information.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct EntryRef {
    pub(super) unit: usize,
    pub(super) offset: UnitOffset<usize>,
}

/// All units.
pub(super) struct Units<'d, 'a> {
    pub(super) dwarf: &'d Dwarf<Slice<'a>>,
    /// In order of their offsets.
    units: Vec<(DebugInfoOffset<usize>, Unit<Slice<'a>>)>,
}

impl<'d, 'a> Units<'d, 'a> {
    pub(super) fn new(dwarf: &'d Dwarf<Slice<'a>>) -> Self {
        let mut units = Vec::new();
        let mut headers = dwarf.units();
        while let Ok(Some(header)) = headers.next() {
            let offset = header.debug_info_offset();
            if let Some((offset, unit)) = offset.zip(dwarf.unit(header).ok()) {
                units.push((offset, unit));
            }
        }
        Self { dwarf, units }
    }

    pub(super) fn unit(&self, idx: usize) -> &Unit<Slice<'a>> {
        &self.units[idx].1
    }

    /// The entry that an attribute of a unit refers to.
    pub(super) fn referred(&self, unit: usize, value: AttributeValue<Slice<'a>>) -> Option<EntryRef> {
        match value {
            AttributeValue::UnitRef(offset) => Some(EntryRef { unit, offset }),
            AttributeValue::DebugInfoRef(at) => {
                let unit = self.units.partition_point(|(start, _)| *start <= at).checked_sub(1)?;
                let offset = at.to_unit_offset(&self.unit(unit).header)?;
                Some(EntryRef { unit, offset })
            }
            _ => None,
        }
    }

    pub(super) fn text(&self, unit: usize, value: Option<AttributeValue<Slice<'a>>>) -> Option<String> {
        let slice = self.dwarf.attr_string(self.unit(unit), value?).ok()?;
        Some(slice.to_string_lossy().into_owned())
    }
}

/// A namespace, type or function that others stand in.
struct Scope {
    offset: UnitOffset<usize>,
    /// Index of the scope around it.
    parent: Option<usize>,
}

/// A function that was called, or inlined, at an address.
struct CallScope {
    depth: isize,
    function: EntryRef,
}

/// What the pass found.
pub(super) struct Scan {
    /// By unit, in order of their offsets.
    scopes: Vec<Vec<Scope>>,
    /// Types of the statics asked for.
    pub(super) statics: HashMap<Svma, EntryRef>,
    calls: HashMap<u64, Vec<CallScope>>,
    /// Structs and enums of the crates asked for.
    pub(super) of_crates: Vec<EntryRef>,
}

impl Scan {
    pub(super) fn new(units: &Units<'_, '_>, request: &TypeRequest) -> Self {
        let mut calls: Vec<u64> = request.allocations.iter().flatten().map(|svma| svma.0).collect();
        calls.sort_unstable();
        calls.dedup();
        let mut scan = Self {
            scopes: Vec::new(),
            statics: HashMap::new(),
            calls: HashMap::new(),
            of_crates: Vec::new(),
        };
        let wanted: HashMap<u64, Svma> = request.statics.iter().map(|&svma| (svma.0, svma)).collect();
        for unit in 0..units.units.len() {
            scan.scopes.push(Vec::new());
            // What can be read of a damaged unit is taken.
            let _ = scan.read_unit(units, unit, &wanted, &calls, &request.crates);
        }
        scan.calls
            .values_mut()
            .for_each(|scopes| scopes.sort_by_key(|scope| std::cmp::Reverse(scope.depth)));
        scan
    }

    fn read_unit(
        &mut self,
        units: &Units<'_, '_>,
        unit_idx: usize,
        statics: &HashMap<u64, Svma>,
        calls: &[u64],
        crates: &[String],
    ) -> gimli::Result<()> {
        let unit = units.unit(unit_idx);
        let mut entries = unit.entries_raw(None)?;
        // Scopes around the entry, with the depth of what stands in them.
        let mut around: Vec<(isize, usize)> = Vec::new();
        while !entries.is_empty() {
            let depth = entries.next_depth();
            let offset = entries.next_offset();
            while around.last().is_some_and(|(of, _)| *of > depth) {
                around.pop();
            }
            let Some(abbreviation) = entries.read_abbreviation()? else {
                continue;
            };
            let tag = abbreviation.tag();
            if is_scope(tag) {
                let parent = around.last().map(|(_, index)| *index);
                let scopes = &mut self.scopes[unit_idx];
                scopes.push(Scope { offset, parent });
                around.push((depth + 1, scopes.len() - 1));
            }
            let is_call = matches!(tag, gimli::DW_TAG_subprogram | gimli::DW_TAG_inlined_subroutine);
            let is_type = matches!(tag, gimli::DW_TAG_structure_type) && !crates.is_empty();
            if !is_call && !is_type && tag != gimli::DW_TAG_variable {
                entries.skip_attributes(abbreviation.attributes())?;
                continue;
            }
            let mut attributes = Attributes::default();
            for specification in abbreviation.attributes() {
                let attribute = entries.read_attribute(*specification)?;
                attributes.take(attribute.name(), attribute.value());
            }
            let at = EntryRef { unit: unit_idx, offset };
            if tag == gimli::DW_TAG_variable {
                self.take_static(units, unit_idx, &attributes, statics);
            } else if is_type {
                if self.of_crates.len() < MAX_OF_CRATES && self.is_of(units, at, crates) {
                    self.of_crates.push(at);
                }
            } else if attributes.has_code {
                self.take_call(units, at, depth, calls)?;
            }
        }
        Ok(())
    }

    fn take_static<'a>(
        &mut self,
        units: &Units<'_, 'a>,
        unit_idx: usize,
        attributes: &Attributes<'a>,
        statics: &HashMap<u64, Svma>,
    ) -> Option<()> {
        let unit = units.unit(unit_idx);
        let AttributeValue::Exprloc(expression) = attributes.location? else {
            return None;
        };
        let address = match expression.operations(unit.encoding()).next().ok()?? {
            Operation::Address { address } => address,
            Operation::AddressIndex { index } => units.dwarf.address(unit, index).ok()?,
            _ => return None,
        };
        let svma = *statics.get(&address)?;
        let of = units.referred(unit_idx, attributes.of?)?;
        self.statics.insert(svma, of);
        Some(())
    }

    fn take_call(&mut self, units: &Units<'_, '_>, at: EntryRef, depth: isize, calls: &[u64]) -> gimli::Result<()> {
        let unit = units.unit(at.unit);
        let entry = unit.entry(at.offset)?;
        let mut ranges = units.dwarf.die_ranges(unit, &entry)?;
        while let Some(range) = ranges.next()? {
            let first = calls.partition_point(|&call| call < range.begin);
            for call in calls[first..].iter().take_while(|&&call| call < range.end) {
                let scopes = self.calls.entry(*call).or_default();
                scopes.push(CallScope { depth, function: at });
            }
        }
        Ok(())
    }

    /// True for a named type of one of the crates.
    fn is_of(&self, units: &Units<'_, '_>, at: EntryRef, crates: &[String]) -> bool {
        let path = self.path(units, at);
        let root = path.split("::").next().unwrap_or_default();
        path.contains("::") && crates.iter().any(|name| name == root) && !path.contains('{')
    }

    /// The path of a type or function: its scopes' names and its own.
    pub(super) fn path(&self, units: &Units<'_, '_>, at: EntryRef) -> String {
        let Ok(index) = self.scopes[at.unit].binary_search_by_key(&at.offset.0, |scope| scope.offset.0) else {
            return String::new();
        };
        let mut parts = Vec::new();
        let mut next = Some(index);
        while let Some(scope) = next
            .and_then(|index| self.scopes[at.unit].get(index))
            .filter(|_| parts.len() < MAX_SCOPES)
        {
            let Ok(entry) = units.unit(at.unit).entry(scope.offset) else {
                break;
            };
            parts.extend(units.text(at.unit, entry.attr_value(gimli::DW_AT_name)));
            next = scope.parent;
        }
        parts.reverse();
        parts.join("::")
    }
}

fn is_scope(tag: DwTag) -> bool {
    matches!(
        tag,
        gimli::DW_TAG_namespace
            | gimli::DW_TAG_structure_type
            | gimli::DW_TAG_enumeration_type
            | gimli::DW_TAG_union_type
            | gimli::DW_TAG_subprogram
    )
}

/// The attributes that the pass looks at.
#[derive(Default)]
struct Attributes<'a> {
    location: Option<AttributeValue<Slice<'a>>>,
    of: Option<AttributeValue<Slice<'a>>>,
    has_code: bool,
}

impl<'a> Attributes<'a> {
    fn take(&mut self, name: gimli::DwAt, value: AttributeValue<Slice<'a>>) {
        match name {
            gimli::DW_AT_location => self.location = Some(value),
            gimli::DW_AT_type => self.of = Some(value),
            gimli::DW_AT_low_pc | gimli::DW_AT_ranges => self.has_code = true,
            _ => {}
        }
    }
}

/// What the blocks of an allocation hold: the type that the innermost generic call of the library was made for. `calls` are the
/// addresses of its stack, leaf first.
pub(super) fn element(units: &Units<'_, '_>, scan: &Scan, calls: &[Svma]) -> Option<EntryRef> {
    let scopes = calls
        .iter()
        .flat_map(|call| scan.calls.get(&call.0).into_iter().flatten());
    for scope in scopes.take(MAX_LIBRARY_FRAMES) {
        let function = declared(units, scope.function)?;
        let path = scan.path(units, function);
        // Precompiled parts of the library have functions without a path.
        if !path.contains("::") {
            continue;
        }
        if !["alloc::", "core::", "std::", "hashbrown::"]
            .iter()
            .any(|root| path.starts_with(root))
        {
            return None;
        }
        if path.starts_with("core::") || path.starts_with("std::") {
            continue;
        }
        let Some(element) = parameter(units, scope.function, function) else {
            continue;
        };
        // A slice behind counts begins behind them, at a place that only the library knows.
        let is_counted = path.starts_with("alloc::sync::") || path.starts_with("alloc::rc::");
        return (!is_counted).then_some(element);
    }
    None
}

/// The declaration of a function that was inlined or defined elsewhere.
fn declared(units: &Units<'_, '_>, function: EntryRef) -> Option<EntryRef> {
    let mut at = function;
    for _ in 0..MAX_REFERENCES {
        let entry = units.unit(at.unit).entry(at.offset).ok()?;
        let reference = entry
            .attr_value(gimli::DW_AT_abstract_origin)
            .or_else(|| entry.attr_value(gimli::DW_AT_specification));
        match reference {
            None => return Some(at),
            Some(value) => at = units.referred(at.unit, value)?,
        }
    }
    None
}

/// What the type parameter `T` of a function stands for, as the function or what it refers to states it.
fn parameter(units: &Units<'_, '_>, function: EntryRef, declared: EntryRef) -> Option<EntryRef> {
    let mut at = function;
    for _ in 0..MAX_REFERENCES {
        if let Some(found) = own_parameter(units, at) {
            return Some(found);
        }
        if at == declared {
            return None;
        }
        let entry = units.unit(at.unit).entry(at.offset).ok()?;
        let reference = entry
            .attr_value(gimli::DW_AT_abstract_origin)
            .or_else(|| entry.attr_value(gimli::DW_AT_specification))?;
        at = units.referred(at.unit, reference)?;
    }
    None
}

fn own_parameter(units: &Units<'_, '_>, function: EntryRef) -> Option<EntryRef> {
    let unit = units.unit(function.unit);
    let mut tree = unit.entries_tree(Some(function.offset)).ok()?;
    let mut children = tree.root().ok()?.children();
    while let Ok(Some(child)) = children.next() {
        let entry = child.entry();
        if entry.tag() != gimli::DW_TAG_template_type_parameter {
            continue;
        }
        let name = units.text(function.unit, entry.attr_value(gimli::DW_AT_name));
        if name.as_deref() == Some("T") {
            return units.referred(function.unit, entry.attr_value(gimli::DW_AT_type)?);
        }
    }
    None
}
