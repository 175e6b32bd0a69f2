//! The types that memory holds, as debug information states their layout.
//!
//! Invariant: a type holds only types that stand before it in the table, so that no type contains itself.

use serde::{Deserialize, Serialize};

/// Index of a [`TypeRow`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TypeId(pub u32);

/// The layout of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeRow {
    /// With its path and type parameters: `app::Stats<alloc::string::String>`.
    pub name: String,
    /// Size.
    pub bytes: u64,
    /// Alignment; 1 when it is not stated.
    pub alignment: u64,
    /// What is in it.
    pub kind: TypeKind,
}

/// What is in a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypeKind {
    /// A struct, a tuple or a closure: fields in order of their offsets.
    Struct(Vec<Field>),
    /// An enum whose variants hold something.
    Enum {
        /// Offset and size of what tells the variants apart; of a niche, that of the field that has it.
        tag: Option<(u64, u64)>,
        /// In order of declaration.
        variants: Vec<Variant>,
    },
    /// An array.
    Array {
        /// Type of its elements.
        element: TypeId,
        /// Their number.
        length: u64,
    },
    /// Numbers, pointers, and what is not looked into.
    Plain,
}

/// A field of a struct or of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name; `0`, `1` … in tuples.
    pub name: String,
    /// Position in the whole.
    pub offset: u64,
    /// Its type.
    pub of: TypeId,
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Its fields, at their positions in the whole enum.
    pub fields: Vec<Field>,
}

/// A field, found by its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    /// The struct of the user's that declares it; none for an element of an array or the whole of something.
    pub owner: Option<TypeId>,
    /// Its name there.
    pub name: String,
    /// How to get there: `Stats.hits`, `[3].hits`.
    pub text: String,
    /// Offset and size of the field in the type that was asked about.
    pub range: (u64, u64),
}

/// The types of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Types(pub Vec<TypeRow>);

/// Crates that come with the compiler; `hashbrown` is its hash table.
const STD: [&str; 4] = ["core::", "alloc::", "std::", "hashbrown::"];
/// Types nest less deeply than this; deeper ones are not looked into.
const MAX_DEPTH: usize = 32;

impl TypeRow {
    /// True for types of the standard library.
    pub fn is_std(&self) -> bool {
        STD.iter().any(|root| self.name.starts_with(root))
    }

    /// The name without paths and without the parameters that have a default: `Stats<String>`.
    pub fn short_name(&self) -> String {
        short_type_name(&self.name)
    }

    /// The fields of a struct.
    pub fn fields(&self) -> &[Field] {
        match &self.kind {
            TypeKind::Struct(fields) => fields,
            _ => &[],
        }
    }
}

/// A type's name without paths: `app::Stats<alloc::string::String>` is `Stats<String>`.
pub fn short_type_name(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    let mut word_at = 0;
    let mut rest = name;
    while let Some(next) = rest.chars().next() {
        if next == ':' {
            short.truncate(word_at);
            rest = rest.trim_start_matches(':');
            continue;
        }
        short.push(next);
        rest = &rest[next.len_utf8()..];
        if !(next.is_alphanumeric() || next == '_' || next == '{' || next == '}' || next == '#') {
            word_at = short.len();
        }
    }
    short.replace(", Global>", ">").replace(", RandomState>", ">")
}

impl Types {
    /// A type.
    pub fn row(&self, id: TypeId) -> &TypeRow {
        &self.0[id.0 as usize]
    }

    /// True when each type holds only earlier ones.
    pub(crate) fn is_consistent(&self) -> bool {
        let is_earlier = |at: usize, id: TypeId| (id.0 as usize) < at;
        self.0.iter().enumerate().all(|(at, row)| match &row.kind {
            TypeKind::Struct(fields) => fields.iter().all(|field| is_earlier(at, field.of)),
            TypeKind::Enum { variants, .. } => variants
                .iter()
                .all(|variant| variant.fields.iter().all(|field| is_earlier(at, field.of))),
            TypeKind::Array { element, .. } => is_earlier(at, *element),
            TypeKind::Plain => true,
        })
    }

    /// True when a type has fields of the user's somewhere inside.
    fn holds_fields(&self, id: TypeId) -> bool {
        let row = self.row(id);
        match &row.kind {
            TypeKind::Struct(fields) if !row.is_std() => !fields.is_empty(),
            TypeKind::Struct(fields) => fields.iter().any(|field| self.holds_fields(field.of)),
            TypeKind::Array { .. } => true,
            TypeKind::Enum { .. } | TypeKind::Plain => false,
        }
    }

    /// The innermost field of the user's that holds the byte at `offset` of a type. What the standard library wraps around a
    /// value (`Mutex`, `UnsafeCell`, the counts of an `Arc`) is passed through without a word.
    pub fn field_at(&self, id: TypeId, offset: u64) -> FieldPath {
        let mut path = FieldPath {
            owner: None,
            name: String::new(),
            text: String::new(),
            range: (0, self.row(id).bytes),
        };
        let (mut id, mut offset) = (id, offset);
        for _ in 0..MAX_DEPTH {
            let row = self.row(id);
            match &row.kind {
                TypeKind::Array { element, length } => {
                    let bytes = self.row(*element).bytes;
                    let index = offset.checked_div(bytes).filter(|index| index < length);
                    let Some(index) = index else { break };
                    path.text.push_str(&format!("[{index}]"));
                    path.range = (path.range.0 + index * bytes, bytes);
                    (id, offset) = (*element, offset - index * bytes);
                }
                TypeKind::Struct(fields) => {
                    let Some(field) = fields.iter().rev().find(|field| self.covers(field, offset)) else {
                        break;
                    };
                    let is_counts = is_counted(row) && field.name != "data" && field.name != "value";
                    if row.is_std() && !is_counts && !self.holds_fields(field.of) {
                        break;
                    }
                    if !row.is_std() || is_counts {
                        path.owner = Some(id);
                        path.name.clone_from(&field.name);
                        path.text.push('.');
                        path.text.push_str(&field.name);
                    }
                    path.range = (path.range.0 + field.offset, self.row(field.of).bytes);
                    (id, offset) = (field.of, offset - field.offset);
                }
                TypeKind::Enum { .. } | TypeKind::Plain => break,
            }
        }
        path
    }

    fn covers(&self, field: &Field, offset: u64) -> bool {
        (field.offset..field.offset + self.row(field.of).bytes).contains(&offset)
    }

    /// What an `Arc` or `Rc` counts for: the type of its value, and where that lies behind the counts.
    pub fn behind_counts(&self, id: TypeId) -> Option<(TypeId, u64)> {
        let row = self.row(id);
        let value = row
            .fields()
            .iter()
            .find(|field| matches!(field.name.as_str(), "data" | "value"))?;
        is_counted(row).then_some((value.of, value.offset))
    }
}

/// True for the block that an `Arc` or `Rc` points to.
fn is_counted(row: &TypeRow) -> bool {
    row.name.starts_with("alloc::sync::ArcInner<") || row.name.starts_with("alloc::rc::RcInner<")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, bytes: u64, kind: TypeKind) -> TypeRow {
        TypeRow {
            name: name.to_owned(),
            bytes,
            alignment: 8,
            kind,
        }
    }

    fn field(name: &str, offset: u64, of: u32) -> Field {
        Field {
            name: name.to_owned(),
            offset,
            of: TypeId(of),
        }
    }

    fn types() -> Types {
        let atomic = vec![field("v", 0, 0)];
        let stats = vec![field("hits", 0, 1), field("misses", 8, 1)];
        let lock = vec![field("futex", 0, 0), field("data", 8, 2)];
        let counted = vec![field("strong", 0, 1), field("weak", 8, 1), field("data", 16, 2)];
        Types(vec![
            row("u64", 8, TypeKind::Plain),
            row("core::sync::atomic::AtomicU64", 8, TypeKind::Struct(atomic)),
            row("app::Stats", 16, TypeKind::Struct(stats)),
            row(
                "std::sync::poison::mutex::Mutex<app::Stats>",
                24,
                TypeKind::Struct(lock),
            ),
            row("alloc::sync::ArcInner<app::Stats>", 32, TypeKind::Struct(counted)),
            row(
                "[app::Stats; 4]",
                64,
                TypeKind::Array {
                    element: TypeId(2),
                    length: 4,
                },
            ),
        ])
    }

    #[test]
    fn fields_are_named_through_arrays_locks_and_counts() {
        let types = types();
        assert!(types.is_consistent());
        for (id, offset, expected) in [
            (2, 0, ".hits"),
            (2, 12, ".misses"),
            (3, 0, ""),
            (3, 16, ".misses"),
            (4, 0, ".strong"),
            (4, 24, ".misses"),
            (5, 40, "[2].misses"),
            (5, 64, ""),
            (1, 3, ""),
        ] {
            let found = types.field_at(TypeId(id), offset);
            assert_eq!(found.text, expected, "type {id} at {offset}");
        }
        assert_eq!(types.field_at(TypeId(5), 40).range, (40, 8));
        assert_eq!(types.field_at(TypeId(5), 40).owner, Some(TypeId(2)));
    }

    #[test]
    fn types_that_contain_themselves_are_refused() {
        let endless = row("a::A", 8, TypeKind::Struct(vec![field("a", 0, 0)]));
        assert!(!Types(vec![endless]).is_consistent());
    }

    #[test]
    fn names_are_short() {
        for (long, short) in [
            ("app::Stats<alloc::string::String>", "Stats<String>"),
            ("alloc::vec::Vec<app::a::B, alloc::alloc::Global>", "Vec<B>"),
            ("(u64, app::P)", "(u64, P)"),
            ("u8", "u8"),
            ("[app::P; 4]", "[P; 4]"),
            ("&mut app::P", "&mut P"),
        ] {
            assert_eq!(short_type_name(long), short);
        }
    }
}
