//! Names addresses of real programs, built in all the ways that debug information can be kept, and compares with
//! binutils' `addr2line` and with lines marked in the source.

mod support;

use object::{Object, ObjectSegment, ObjectSymbol};
use profile::{Frame, Origin};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use symbolize::{
    AddressKind, AddressSpace, Avma, FileOffset, Mapping, Modules, Symbolizer, SymbolizerOptions, UserRoot,
};

const SOURCE: &str = include_str!("programs/lines.rs");

/// Frames by address in the file.
type Named = BTreeMap<u64, Vec<Frame>>;

fn options() -> SymbolizerOptions {
    SymbolizerOptions {
        user_roots: vec![UserRoot {
            path: Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs"),
            package: Some("lines".into()),
        }],
        has_cargo_metadata: true,
        ..SymbolizerOptions::default()
    }
}

/// Maps the program where it says that it lies, and names the addresses. Returns the keys of the notes too.
fn name(executable: &Path, addresses: &[u64], options: SymbolizerOptions) -> (Named, Vec<String>) {
    let bytes = std::fs::read(executable).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let (mut modules, mut space) = (Modules::new(), AddressSpace::new(None));
    for segment in file.segments() {
        let (offset, n_bytes) = segment.file_range();
        let mapping = Mapping {
            start: Avma(segment.address()),
            end: Avma(segment.address() + n_bytes),
            file_offset: FileOffset(offset),
            path: executable.into(),
        };
        space.map(&mut modules, mapping);
    }
    let locate = |&address: &u64| (address, space.locate(Avma(address), AddressKind::Instruction).unwrap());
    let located: Vec<_> = addresses.iter().map(locate).collect();
    let mut symbolizer = Symbolizer::new(options);
    let mut frames = symbolizer.resolve(&modules, located.iter().map(|&(_, address)| address));
    let named = located
        .into_iter()
        .map(|(svma, address)| (svma, frames.remove(&address).unwrap()));
    let named = named.collect();
    (
        named,
        symbolizer
            .notes()
            .into_iter()
            .map(|note| note.key.into_owned())
            .collect(),
    )
}

/// Addresses in the functions of the program's own source.
fn own_addresses(executable: &Path) -> Vec<u64> {
    let bytes = std::fs::read(executable).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let symbols = file.symbols().filter(|symbol| {
        let name = symbol.name().unwrap();
        name.contains("lines") || name == "exported"
    });
    let mut addresses: Vec<u64> = symbols
        .flat_map(|symbol| (symbol.address()..symbol.address() + symbol.size()).step_by(3))
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// What binutils says: file name and line of each frame; `None` for the line where it does not know.
fn expected(executable: &Path, addresses: &[u64]) -> BTreeMap<u64, Vec<(String, Option<u32>)>> {
    let output = Command::new("addr2line")
        .args(["-a", "-i", "-e"])
        .arg(executable)
        .args(addresses.iter().map(|address| format!("{address:x}")))
        .output()
        .unwrap();
    let mut expected: BTreeMap<u64, Vec<(String, Option<u32>)>> = BTreeMap::new();
    let mut current = 0;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        if let Some(address) = line.strip_prefix("0x") {
            current = u64::from_str_radix(address, 16).unwrap();
            continue;
        }
        let (path, position) = line.rsplit_once(':').unwrap();
        let line_number = position
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .ok()
            .filter(|&line| line != 0);
        let file_name = path.rsplit('/').next().unwrap().to_owned();
        expected.entry(current).or_default().push((file_name, line_number));
    }
    expected
}

/// The line of the source that bears a mark.
fn marked(mark: &str) -> u32 {
    let is_marked = |line: &str| line.ends_with(&format!("// MARK {mark}"));
    SOURCE.lines().position(is_marked).unwrap() as u32 + 1
}

/// The functions that have a frame on the marked line.
fn functions_at(named: &Named, mark: &str) -> Vec<String> {
    let frames = named.values().flatten();
    let at_mark = frames.filter(|frame| {
        frame.file.as_deref().is_some_and(|file| file.ends_with("lines.rs")) && frame.line == marked(mark)
    });
    let mut functions: Vec<String> = at_mark.map(|frame| frame.function.clone()).collect();
    functions.sort();
    functions.dedup();
    functions
}

/// Each marked line is found in the right function, with the right callers, and nothing has line 0.
fn check_marks(named: &Named) {
    for (mark, function) in [
        ("weigh", "détour::Weigh>::weigh"),
        ("contains", "lines::dedup"),
        ("clone", "lines::dedup"),
        ("inner", "lines::inner"),
        ("middle", "lines::middle"),
        ("outer", "lines::outer"),
        ("exported", "exported"),
        ("closure", "lines::main::{"),
    ] {
        let functions = functions_at(named, mark);
        assert!(
            functions.iter().any(|found| found.contains(function)),
            "{mark}: {functions:?}"
        );
    }
    let is_at = |frame: &Frame, mark: &str| frame.line == marked(mark) && frame.function == format!("lines::{mark}");
    let nested = named
        .values()
        .find(|frames| frames.iter().any(|frame| is_at(frame, "inner")))
        .unwrap();
    let [.., inner, middle, outer] = &nested[..] else {
        panic!("{nested:?}")
    };
    assert!(
        is_at(inner, "inner") && is_at(middle, "middle") && is_at(outer, "outer"),
        "{nested:#?}"
    );
    assert!(
        inner.is_inlined && middle.is_inlined && !outer.is_inlined,
        "{nested:#?}"
    );
    assert_eq!(inner.origin, Origin::User(Some("lines".into())));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/lines.rs");
    assert_eq!(inner.file.as_deref(), path.to_str());
    assert!(inner.column > 1);
    let all_frames = || named.values().flatten();
    assert!(all_frames().any(|frame| frame.function.ends_with("::contains") && frame.origin == Origin::Std));
    assert_eq!(all_frames().find(|frame| frame.line == 0), None);
    assert_eq!(all_frames().find(|frame| frame.origin == Origin::Unknown), None);
}

/// Agrees with binutils on file and line of every frame whose line it knows.
fn check_against_binutils(executable: &Path, named: &Named) {
    let addresses: Vec<u64> = named.keys().copied().collect();
    for (address, expected) in expected(executable, &addresses) {
        let frames = &named[&address];
        let agrees = |(frame, (file, line)): (&Frame, &(String, Option<u32>))| {
            let file_name = frame.file.as_deref().and_then(|path| path.rsplit('/').next());
            line.is_none_or(|line| line == frame.line && file_name == Some(file))
        };
        let is_equal = frames.len() == expected.len() && frames.iter().zip(&expected).all(agrees);
        assert!(is_equal, "{address:x}: {frames:#?} is not {expected:?}");
    }
}

/// Builds the program with `flags` and names its addresses.
fn build_and_name(flags: &[&str]) -> (tempfile::TempDir, std::path::PathBuf, Named, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let executable = support::build(folder.path(), "lines.rs", flags);
    let (named, notes) = name(&executable, &own_addresses(&executable), options());
    (folder, executable, named, notes)
}

#[test]
fn lines_and_inlined_calls_are_found_in_every_kind_of_build() {
    for flags in [
        &[][..],
        &["-Cdebuginfo=1"],
        &["-Csymbol-mangling-version=v0"],
        &["-Crelocation-model=static"],
        &["-Ctarget-feature=+crt-static"],
        &["-Ctarget-feature=+crt-static", "-Crelocation-model=static"],
        &["-Clto=fat", "-Ccodegen-units=1", "-Cpanic=abort"],
        &["-Clink-arg=-Wl,--compress-debug-sections=zlib"],
        &["-Clink-arg=-Wl,--build-id=none"],
        &["-Copt-level=1"],
    ] {
        println!("{flags:?}");
        let (_folder, executable, named, notes) = build_and_name(flags);
        check_marks(&named);
        check_against_binutils(&executable, &named);
        assert_eq!(notes, Vec::<String>::new());
    }
}

#[test]
fn split_debug_information_is_found() {
    for flags in [&["-Csplit-debuginfo=packed"][..], &["-Csplit-debuginfo=unpacked"]] {
        println!("{flags:?}");
        let (_folder, _executable, named, notes) = build_and_name(flags);
        check_marks(&named);
        assert_eq!(notes, Vec::<String>::new());
    }
}
