//! Names the fields that lie at a position of a piece of memory.

use super::{FieldPath, MemoryObject, SharerRow, Trace, TypeId};

/// So many fields of one thread on one line are named.
const MAX_FIELDS: usize = 4;

impl SharerRow {
    /// The bytes of the line that it writes, or failing that reads.
    pub fn mask(&self) -> u64 {
        match self.write_mask {
            0 => self.read_mask,
            mask => mask,
        }
    }
}

impl MemoryObject {
    /// The type of a static, or of what heap blocks hold one or several of.
    pub fn type_id(&self) -> Option<TypeId> {
        match self {
            Self::Heap { element, .. } => *element,
            Self::Static { of, .. } => *of,
            Self::Stack | Self::Other => None,
        }
    }
}

impl Trace {
    /// The fields that a thread writes, or failing that reads, on a shared line; none where the type is unknown.
    pub fn sharer_fields(&self, sharer: &SharerRow) -> Vec<FieldPath> {
        let mask = sharer.mask();
        let first = u64::from(mask.trailing_zeros());
        let Some(start) = sharer.offset.and_then(|offset| u64::try_from(offset).ok()) else {
            return Vec::new();
        };
        let mut fields: Vec<FieldPath> = Vec::new();
        for bit in (0..64).filter(|bit| mask >> bit & 1 != 0) {
            let Some(field) = self.field_of(sharer.object, start + bit - first) else {
                return Vec::new();
            };
            if !fields.contains(&field) && fields.len() < MAX_FIELDS {
                fields.push(field);
            }
        }
        fields
    }

    /// The field at a position of an object, with a name that tells it from others: `Stats.hits`, `Stats[3].hits`, `COUNTS[1]`.
    pub fn field_of(&self, object: super::ObjectId, offset: u64) -> Option<FieldPath> {
        let object = self.object(object);
        let of = object.type_id()?;
        let bytes = self.types.row(of).bytes;
        match object {
            MemoryObject::Static { name, .. } => {
                let mut path = self.types.field_at(of, offset);
                let name = name.rsplit("::").next().unwrap_or(name);
                path.text.insert_str(0, name);
                Some(path)
            }
            MemoryObject::Heap { blocks, bytes: all, .. } => {
                let index = offset.checked_div(bytes)?;
                let mut path = self.element_field(of, offset % bytes);
                path.range.0 += index * bytes;
                // A block of one element is a box.
                if *all != blocks * bytes {
                    let at = path.text.find(['.', '[']).unwrap_or(path.text.len());
                    path.text.insert_str(at, &format!("[{index}]"));
                }
                Some(path)
            }
            MemoryObject::Stack | MemoryObject::Other => None,
        }
    }

    /// The field at a position of an element, behind the element's name. What an `Arc` points to is named without the counts.
    fn element_field(&self, of: TypeId, offset: u64) -> FieldPath {
        match self.types.behind_counts(of) {
            Some((value, start)) if offset >= start => {
                let mut path = self.element_field(value, offset - start);
                path.range.0 += start;
                path
            }
            _ => {
                let mut path = self.types.field_at(of, offset);
                path.text.insert_str(0, &self.types.row(of).short_name());
                path
            }
        }
    }
}
