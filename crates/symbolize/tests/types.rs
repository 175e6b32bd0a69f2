//! Layouts of types are what the compiler made them, and damaged debug information gives none.

mod support;

use object::{Object, ObjectSection, ObjectSymbol};
use profile::{TypeKind, TypeRow, Types};
use std::path::{Path, PathBuf};
use symbolize::{FoundTypes, Svma, TypeRequest, read_types};

fn static_address(executable: &Path) -> Svma {
    let bytes = std::fs::read(executable).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let symbol = file.symbols().find(|symbol| symbol.name() == Ok("STATS")).unwrap();
    Svma(symbol.address())
}

fn read(executable: PathBuf) -> FoundTypes {
    read_types(TypeRequest {
        statics: vec![static_address(&executable)],
        path: executable,
        allocations: vec![vec![Svma(1)]],
        crates: vec!["types".to_owned()],
    })
}

fn row<'a>(types: &'a Types, name: &str) -> &'a TypeRow {
    types.0.iter().find(|row| row.name == name).unwrap()
}

#[test]
fn statics_structs_and_enums_have_their_layout() {
    let folder = tempfile::tempdir().unwrap();
    let executable = support::build(folder.path(), "types.rs", &[]);
    let address = static_address(&executable);
    let found = read(executable);
    let of = found.statics[&address];
    assert_eq!(found.types.row(of).name, "types::Stats");
    assert_eq!(found.types.row(of).bytes, 40);
    assert_eq!(found.types.field_at(of, 9).text, ".misses");
    assert_eq!(found.types.field_at(of, 20).text, ".name[4]");
    assert_eq!(found.elements, [None]);

    let pair = row(&found.types, "types::Pair").fields();
    let fields: Vec<(&str, u64)> = pair.iter().map(|field| (field.name.as_str(), field.offset)).collect();
    assert_eq!(fields, [("0", 0), ("1", 8)]);
    let event = row(&found.types, "types::Event");
    let TypeKind::Enum { tag, variants } = &event.kind else {
        panic!("{event:?}");
    };
    assert!(tag.is_some() && event.bytes == 208);
    let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!(names, ["Tick", "Blob", "Empty"]);
    assert_eq!(variants[1].fields[0].name, "bytes");
    assert_eq!(found.types.row(variants[1].fields[0].of).bytes, 200);
}

#[test]
fn without_types_or_with_damage_nothing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let lines_only = support::build(folder.path(), "types.rs", &["-Cdebuginfo=1"]);
    let found = read(lines_only.clone());
    assert_eq!((found.types, found.elements), (Types::default(), vec![None]));

    let executable = support::build(folder.path(), "types.rs", &[]);
    let whole = std::fs::read(&executable).unwrap();
    let file = object::File::parse(&*whole).unwrap();
    let section = file.section_by_name(".debug_info").unwrap();
    let (start, n_bytes) = section.file_range().unwrap();
    let damaged = folder.path().join("damaged");
    for seed in 1..20u64 {
        let mut bytes = whole.clone();
        for step in 0..200u64 {
            let at = start + seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(step as u32) % n_bytes;
            bytes[at as usize] ^= (seed + step) as u8;
        }
        std::fs::write(&damaged, bytes).unwrap();
        // Whatever it says, it says it, and every type holds only types that are there.
        let found = read(damaged.clone());
        for row in &found.types.0 {
            if let TypeKind::Struct(fields) = &row.kind {
                assert!(fields.iter().all(|field| (field.of.0 as usize) < found.types.0.len()));
            }
        }
    }
}
