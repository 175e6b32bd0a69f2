//! Turns types of the debug information into rows of a table.

use super::scan::{EntryRef, Scan, Units};
use gimli::{AttributeValue, DebuggingInformationEntry};
use profile::{Field, TypeId, TypeKind, TypeRow, Types, Variant};
use std::collections::HashMap;

type Slice<'a> = crate::debug_file::Slice<'a>;

/// Deeper nesting is not looked into.
const MAX_DEPTH: usize = 16;
/// More types are not told: those of a compiler's crates.
const MAX_TYPES: usize = 1 << 15;
/// Larger structs and enums are generated tables.
const MAX_FIELDS: usize = 512;

/// The rows so far.
pub(super) struct Layouts<'s, 'd, 'a> {
    units: &'s Units<'d, 'a>,
    scan: &'s Scan,
    rows: Vec<TypeRow>,
    by_entry: HashMap<EntryRef, TypeId>,
    by_name: HashMap<(String, u64), TypeId>,
}

impl<'s, 'd, 'a> Layouts<'s, 'd, 'a> {
    pub(super) fn new(units: &'s Units<'d, 'a>, scan: &'s Scan) -> Self {
        Self {
            units,
            scan,
            rows: Vec::new(),
            by_entry: HashMap::new(),
            by_name: HashMap::new(),
        }
    }

    pub(super) fn into_types(self) -> Types {
        Types(self.rows)
    }

    /// The row of a type; none for a type without a size.
    pub(super) fn type_of(&mut self, at: EntryRef) -> Option<TypeId> {
        self.type_at(at, 0)
    }

    fn type_at(&mut self, at: EntryRef, depth: usize) -> Option<TypeId> {
        if let Some(&known) = self.by_entry.get(&at) {
            return Some(known);
        }
        if self.rows.len() >= MAX_TYPES {
            return None;
        }
        let entry = self.units.unit(at.unit).entry(at.offset).ok()?;
        let row = self.row(at, &entry, depth)?;
        // Each unit states the types that it uses anew.
        let key = (row.name.clone(), row.bytes);
        let id = match self.by_name.get(&key) {
            // What was met too deep inside of another type to be looked into.
            Some(&known) if row.kind == TypeKind::Plain || self.rows[known.0 as usize].kind != TypeKind::Plain => known,
            _ => {
                let id = TypeId(self.rows.len() as u32);
                self.rows.push(row);
                self.by_name.insert(key, id);
                id
            }
        };
        if depth == 0 || self.rows[id.0 as usize].kind != TypeKind::Plain {
            self.by_entry.insert(at, id);
        }
        Some(id)
    }

    fn row(&mut self, at: EntryRef, entry: &DebuggingInformationEntry<Slice<'a>>, depth: usize) -> Option<TypeRow> {
        let number = |name| entry.attr_value(name).and_then(|value| value.udata_value());
        let name = || self.units.text(at.unit, entry.attr_value(gimli::DW_AT_name));
        match entry.tag() {
            gimli::DW_TAG_structure_type => {
                let bytes = number(gimli::DW_AT_byte_size)?;
                let alignment = number(gimli::DW_AT_alignment).unwrap_or(1);
                let name = self.scan.path(self.units, at);
                let kind = if depth < MAX_DEPTH {
                    self.kind(at, depth).unwrap_or(TypeKind::Plain)
                } else {
                    TypeKind::Plain
                };
                Some(TypeRow {
                    name,
                    bytes,
                    alignment,
                    kind,
                })
            }
            gimli::DW_TAG_union_type => {
                let bytes = number(gimli::DW_AT_byte_size)?;
                let name = self.scan.path(self.units, at);
                // What may not be there yet.
                let is_maybe = name.starts_with("core::mem::maybe_uninit::MaybeUninit<") && depth < MAX_DEPTH;
                let fields = if is_maybe { self.members(at, depth) } else { Vec::new() };
                let is_full = |field: &Field| self.rows[field.of.0 as usize].bytes == bytes && bytes > 0;
                let kind = fields
                    .into_iter()
                    .find(is_full)
                    .map_or(TypeKind::Plain, |field| TypeKind::Struct(vec![field]));
                Some(TypeRow {
                    name,
                    bytes,
                    alignment: number(gimli::DW_AT_alignment).unwrap_or(1),
                    kind,
                })
            }
            gimli::DW_TAG_array_type => self.array(at, entry, depth),
            gimli::DW_TAG_pointer_type => Some(TypeRow {
                name: name().unwrap_or_else(|| "*".to_owned()),
                bytes: 8,
                alignment: 8,
                kind: TypeKind::Plain,
            }),
            gimli::DW_TAG_base_type => {
                let bytes = number(gimli::DW_AT_byte_size)?;
                Some(TypeRow {
                    name: name()?,
                    bytes,
                    alignment: bytes.max(1),
                    kind: TypeKind::Plain,
                })
            }
            gimli::DW_TAG_enumeration_type => {
                let bytes = number(gimli::DW_AT_byte_size)?;
                Some(TypeRow {
                    name: self.scan.path(self.units, at),
                    bytes,
                    alignment: bytes.max(1),
                    kind: TypeKind::Plain,
                })
            }
            _ => None,
        }
    }

    fn array(&mut self, at: EntryRef, entry: &DebuggingInformationEntry<Slice<'a>>, depth: usize) -> Option<TypeRow> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let of = self.units.referred(at.unit, entry.attr_value(gimli::DW_AT_type)?)?;
        let element = self.type_at(of, depth + 1)?;
        let mut length = None;
        let mut tree = self.units.unit(at.unit).entries_tree(Some(at.offset)).ok()?;
        let mut children = tree.root().ok()?.children();
        while let Ok(Some(child)) = children.next() {
            let entry = child.entry();
            if entry.tag() == gimli::DW_TAG_subrange_type {
                length = entry
                    .attr_value(gimli::DW_AT_count)
                    .and_then(|value| value.udata_value());
            }
        }
        let length = length?;
        let of = &self.rows[element.0 as usize];
        Some(TypeRow {
            name: format!("[{}; {length}]", of.name),
            bytes: of.bytes.checked_mul(length)?,
            alignment: of.alignment,
            kind: TypeKind::Array { element, length },
        })
    }

    /// What a struct, or an enum with fields, holds.
    fn kind(&mut self, at: EntryRef, depth: usize) -> Option<TypeKind> {
        let mut tree = self.units.unit(at.unit).entries_tree(Some(at.offset)).ok()?;
        let mut children = tree.root().ok()?.children();
        while let Ok(Some(child)) = children.next() {
            if child.entry().tag() == gimli::DW_TAG_variant_part {
                let part = EntryRef {
                    unit: at.unit,
                    offset: child.entry().offset(),
                };
                return self.variants(part, depth);
            }
        }
        let mut fields = self.members(at, depth);
        fields.sort_by_key(|field| field.offset);
        Some(TypeKind::Struct(fields))
    }

    fn variants(&mut self, part: EntryRef, depth: usize) -> Option<TypeKind> {
        let units = self.units;
        let mut tree = units.unit(part.unit).entries_tree(Some(part.offset)).ok()?;
        let mut children = tree.root().ok()?.children();
        let (mut tag, mut variants) = (None, Vec::new());
        while let Ok(Some(child)) = children.next() {
            let entry = child.entry();
            if entry.tag() == gimli::DW_TAG_member {
                // What tells the variants apart.
                let found = self.member(part.unit, entry, depth);
                tag = found.map(|field| (field.offset, self.rows[field.of.0 as usize].bytes));
                continue;
            }
            if entry.tag() != gimli::DW_TAG_variant || variants.len() >= MAX_FIELDS {
                continue;
            }
            let mut members = child.children();
            while let Ok(Some(member)) = members.next() {
                variants.extend(self.variant(part.unit, member.entry(), depth));
            }
        }
        (!variants.is_empty()).then_some(TypeKind::Enum { tag, variants })
    }

    fn variant(&mut self, unit: usize, entry: &DebuggingInformationEntry<Slice<'a>>, depth: usize) -> Option<Variant> {
        let name = self.units.text(unit, entry.attr_value(gimli::DW_AT_name))?;
        let start = offset_of(entry)?;
        let of = self.units.referred(unit, entry.attr_value(gimli::DW_AT_type)?)?;
        let mut fields = self.members(of, depth);
        fields.iter_mut().for_each(|field| field.offset += start);
        fields.sort_by_key(|field| field.offset);
        Some(Variant { name, fields })
    }

    /// The fields of a struct or union.
    fn members(&mut self, at: EntryRef, depth: usize) -> Vec<Field> {
        let units = self.units;
        let mut fields = Vec::new();
        let Ok(mut tree) = units.unit(at.unit).entries_tree(Some(at.offset)) else {
            return fields;
        };
        let Ok(root) = tree.root() else { return fields };
        let mut children = root.children();
        while let Ok(Some(child)) = children.next() {
            if child.entry().tag() == gimli::DW_TAG_member && fields.len() < MAX_FIELDS {
                fields.extend(self.member(at.unit, child.entry(), depth));
            }
        }
        fields
    }

    fn member(&mut self, unit: usize, entry: &DebuggingInformationEntry<Slice<'a>>, depth: usize) -> Option<Field> {
        let name = self
            .units
            .text(unit, entry.attr_value(gimli::DW_AT_name))
            .unwrap_or_default();
        let of = self.units.referred(unit, entry.attr_value(gimli::DW_AT_type)?)?;
        let of = self.type_at(of, depth + 1)?;
        Some(Field {
            name: match name.strip_prefix("__").filter(|number| number.parse::<u32>().is_ok()) {
                Some(number) => number.to_owned(),
                None => name,
            },
            offset: offset_of(entry)?,
            of,
        })
    }
}

fn offset_of(entry: &DebuggingInformationEntry<Slice<'_>>) -> Option<u64> {
    match entry.attr_value(gimli::DW_AT_data_member_location) {
        None => Some(0),
        Some(AttributeValue::Udata(offset)) => Some(offset),
        Some(value) => value.udata_value(),
    }
}
