//! Types of statics and of heap blocks, by debug information: what the trace lens names fields by.
//!
//! A heap block's type is told by the library call that allocated it: `RawVec<T>::grow_one` and `Box<T>::new` are generic, and
//! debug information states what `T` was.

mod layout;
mod scan;

use crate::address::Svma;
use crate::debug_file::{self, Sections, is_tame};
use layout::Layouts;
use object::{Object, ReadCache};
use profile::{TypeId, Types};
use scan::{Scan, Units};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use typed_arena::Arena;

/// The largest programs take seconds; after this long a file counts as damaged.
const MAX_FILE_TIME: Duration = Duration::from_secs(60);
/// Types are followed into each other, to a bounded depth that fits here many times.
const STACK_BYTES: usize = 16 << 20;

/// What types are asked for.
#[derive(Clone, Debug, Default)]
pub struct TypeRequest {
    /// The executable.
    pub path: PathBuf,
    /// Addresses of statics.
    pub statics: Vec<Svma>,
    /// Stacks of allocations: the calls' addresses, leaf first.
    pub allocations: Vec<Vec<Svma>>,
    /// Crates all of whose structs and enums are wanted, as they name themselves.
    pub crates: Vec<String>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct FoundTypes {
    /// The types.
    pub types: Types,
    /// Types of the statics asked for.
    pub statics: HashMap<Svma, TypeId>,
    /// Type of the elements that the blocks of each allocation hold.
    pub elements: Vec<Option<TypeId>>,
}

/// Reads types. What is not known or damaged is missing.
pub fn read_types(request: TypeRequest) -> FoundTypes {
    let n_allocations = request.allocations.len();
    let (sender, receiver) = mpsc::channel();
    let worker = move || {
        // The receiver is gone when the limit has passed.
        let _ = sender.send(read(&request));
    };
    let found = thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(worker)
        .ok()
        .and_then(|_| receiver.recv_timeout(MAX_FILE_TIME).ok()?);
    found.unwrap_or_else(|| FoundTypes {
        elements: vec![None; n_allocations],
        ..FoundTypes::default()
    })
}

fn read(request: &TypeRequest) -> Option<FoundTypes> {
    let contents = ReadCache::new(debug_file::open(&request.path)?);
    let object = object::File::parse(&contents).ok()?;
    let separate_contents = separate(&request.path, &object).map(ReadCache::new);
    let separate = separate_contents
        .as_ref()
        .and_then(|contents| object::File::parse(contents).ok())
        .filter(|separate| separate.build_id().ok() == object.build_id().ok());
    let arena = Arena::new();
    let mut sections = Sections::load(&object, false, &arena);
    if let Some(separate) = separate.as_ref().filter(|_| sections.is_empty()) {
        sections = Sections::load(separate, false, &arena);
    }
    let dwarf = sections.dwarf();
    if sections.is_empty() || !is_tame(&dwarf) {
        return None;
    }
    let units = Units::new(&dwarf);
    let scan = Scan::new(&units, request);
    let mut layouts = Layouts::new(&units, &scan);
    let statics = request
        .statics
        .iter()
        .filter_map(|&svma| Some((svma, layouts.type_of(*scan.statics.get(&svma)?)?)))
        .collect();
    let elements = request
        .allocations
        .iter()
        .map(|calls| {
            let element = scan::element(&units, &scan, calls)?;
            layouts.type_of(element)
        })
        .collect();
    for &of in &scan.of_crates {
        layouts.type_of(of);
    }
    Some(FoundTypes {
        types: layouts.into_types(),
        statics,
        elements,
    })
}

fn separate<'data, R: object::ReadRef<'data>>(path: &Path, object: &object::File<'data, R>) -> Option<std::fs::File> {
    debug_file::open(&debug_file::separate_file(path, object)?)
}
