//! Names addresses of real programs, built in all the ways that debug information can be kept, and compares with
//! binutils' `addr2line` and with lines marked in the source.

mod support;

use object::{Object, ObjectSegment, ObjectSymbol};
use profile::{Frame, Origin};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use symbolize::{
    AddressKind, AddressSpace, Avma, FileOffset, Mapping, Modules, Pid, Symbolizer, SymbolizerOptions, UserRoot,
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

/// First and last line of a function of the source.
fn span(function: &str) -> std::ops::RangeInclusive<u32> {
    let is_start = |line: &str| line.contains(&format!("fn {function}("));
    let start = SOURCE.lines().position(is_start).unwrap();
    let len = SOURCE.lines().skip(start).position(|line| line == "}").unwrap();
    start as u32 + 1..=(start + len) as u32 + 1
}

#[test]
fn instructions_of_line_0_get_a_line_of_the_same_function() {
    let (_folder, executable, named, _) = build_and_name(&[]);
    let addresses: Vec<u64> = named.keys().copied().collect();
    let mut n_found = 0;
    for (address, expected) in expected(&executable, &addresses) {
        for (frame, (_, line)) in named[&address].iter().zip(expected) {
            if let Some(function) = frame.function.strip_prefix("lines::")
                && ["dedup", "main", "outer", "middle", "inner"].contains(&function)
            {
                n_found += usize::from(line.is_none());
                assert!(span(function).contains(&frame.line), "{address:x} {frame:?}");
            }
        }
    }
    assert!(n_found > 0, "the program has no instruction of line 0");
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
fn split_and_new_debug_information_is_found() {
    for flags in [
        &["-Csplit-debuginfo=packed"][..],
        &["-Csplit-debuginfo=unpacked"],
        &["-Csplit-debuginfo=packed", "-Cdwarf-version=5"],
        &["-Csplit-debuginfo=unpacked", "-Cdwarf-version=5"],
        // Of which binutils 2.40 finds no inlined calls, so that it is not compared with.
        &["-Cdwarf-version=5"],
    ] {
        println!("{flags:?}");
        let (_folder, _executable, named, notes) = build_and_name(flags);
        check_marks(&named);
        assert_eq!(notes, Vec::<String>::new());
    }
}

#[test]
fn line_tables_alone_give_paths_by_symbol_and_by_file() {
    let (_folder, executable, named, notes) = build_and_name(&["-Cdebuginfo=line-tables-only"]);
    check_against_binutils(&executable, &named);
    assert_eq!(notes, Vec::<String>::new());
    for (mark, function) in [
        ("weigh", "<alloc::vec::Vec<u64> as lines::détour::Weigh>::weigh"),
        ("contains", "lines::dedup"),
        ("inner", "lines::inner"),
        ("outer", "lines::outer"),
        ("exported", "exported"),
    ] {
        let functions = functions_at(&named, mark);
        assert!(functions.iter().any(|found| found == function), "{mark}: {functions:?}");
    }
    let is_contains = |frame: &Frame| frame.function == "core::slice::contains" && frame.origin == Origin::Std;
    assert!(named.values().flatten().any(is_contains));
}

/// Runs a binutils program.
fn run(program: &str, args: &[&str]) {
    assert!(
        Command::new(program).args(args).status().unwrap().success(),
        "{program} {args:?}"
    );
}

#[test]
fn without_line_tables_functions_are_named_and_that_is_said() {
    for (flags, keeps_names) in [(&["-Cstrip=debuginfo"][..], true), (&["-Cstrip=symbols"], false)] {
        let folder = tempfile::tempdir().unwrap();
        let executable = support::build(folder.path(), "lines.rs", &["-Ccodegen-units=1"]);
        let addresses = own_addresses(&executable);
        let (full, _) = name(&executable, &addresses, options());
        let stripped = support::build(folder.path(), "lines.rs", &[flags, &["-Ccodegen-units=1"]].concat());
        let (named, notes) = name(&stripped, &addresses, options());
        for (address, frames) in &named {
            let expected = full[address].last().unwrap();
            let [frame] = &frames[..] else { panic!("{frames:?}") };
            if keeps_names {
                // A symbol that is not mangled has no path.
                assert!(expected.function.ends_with(&frame.function), "{frame:?}");
                let is_user = frame.function.starts_with("lines::");
                assert_eq!(frame.origin == expected.origin, is_user, "{frame:?}");
            } else {
                assert_eq!(frame.function, "[unknown]");
            }
            assert_eq!((frame.line, &frame.file), (0, &None));
        }
        let key = if keeps_names {
            "symbols-without-lines"
        } else {
            "symbols-stripped"
        };
        assert_eq!(notes, [key]);
    }
}

#[test]
fn separate_debug_files_are_found_by_link_unless_they_are_of_another_build() {
    let folder = tempfile::tempdir().unwrap();
    let executable = support::build(folder.path(), "lines.rs", &["-Clink-arg=-Wl,--build-id"]);
    let addresses = own_addresses(&executable);
    let (program, debug) = (executable.to_str().unwrap(), folder.path().join("lines.debug"));
    run("objcopy", &["--only-keep-debug", program, debug.to_str().unwrap()]);
    run("strip", &[program]);
    run(
        "objcopy",
        &[&format!("--add-gnu-debuglink={}", debug.display()), program],
    );
    let (named, notes) = name(&executable, &addresses, options());
    check_marks(&named);
    assert_eq!(notes, Vec::<String>::new());

    let other = support::build(folder.path(), "stacks.rs", &["-Clink-arg=-Wl,--build-id"]);
    run(
        "objcopy",
        &["--only-keep-debug", other.to_str().unwrap(), debug.to_str().unwrap()],
    );
    let (_, notes) = name(&executable, &addresses, options());
    assert_eq!(notes, ["symbols-stripped"]);
}

#[test]
fn sections_compressed_with_zstd_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let executable = support::build(folder.path(), "lines.rs", &[]);
    let addresses = own_addresses(&executable);
    let compress = Command::new("objcopy")
        .arg("--compress-debug-sections=zstd")
        .arg(&executable)
        .output()
        .unwrap();
    if !compress.status.success() {
        println!("skipped: this objcopy knows no zstd");
        return;
    }
    check_marks(&name(&executable, &addresses, options()).0);
}

#[test]
fn paths_with_spaces_and_letters_of_all_alphabets_survive() {
    let folder = tempfile::tempdir().unwrap();
    let source_folder = folder.path().join("mein Prögramm 程序");
    std::fs::create_dir(&source_folder).unwrap();
    let source = source_folder.join("lines.rs");
    std::fs::write(&source, SOURCE).unwrap();
    let executable = source_folder.join("lines");
    // Compiled by a relative path with a detour.
    let status = Command::new("rustc")
        .args(["--edition=2024", "-O", "-g", "-o"])
        .arg(&executable)
        .arg("../mein Prögramm 程序/./lines.rs")
        .current_dir(&source_folder)
        .status()
        .unwrap();
    assert!(status.success());
    let options = SymbolizerOptions {
        user_roots: vec![UserRoot {
            path: source_folder,
            package: None,
        }],
        ..options()
    };
    let (named, _) = name(&executable, &own_addresses(&executable), options);
    let inner = named
        .values()
        .flatten()
        .find(|frame| frame.function == "lines::inner")
        .unwrap();
    assert_eq!(inner.file.as_deref(), source.to_str());
    assert_eq!(inner.origin, Origin::User(None));
}

#[test]
fn rust_code_outside_all_known_places_is_the_users() {
    let (_folder, executable, _, _) = build_and_name(&[]);
    for has_cargo_metadata in [true, false] {
        let options = SymbolizerOptions {
            has_cargo_metadata,
            ..SymbolizerOptions::default()
        };
        let (named, _) = name(&executable, &own_addresses(&executable), options);
        let dedup = named
            .values()
            .flatten()
            .find(|frame| frame.function == "lines::dedup")
            .unwrap();
        assert_eq!(dedup.origin, Origin::User(None));
    }
}

#[test]
fn a_return_address_names_the_call_before_it() {
    let (_folder, executable, named, _) = build_and_name(&[]);
    // The last address of a function that ends in a call to a function that never returns lies in the next one.
    let is_in_dedup = |frames: &Vec<Frame>| frames.last().unwrap().function == "lines::dedup";
    let (&start, _) = named.iter().find(|(_, frames)| is_in_dedup(frames)).unwrap();
    let mut modules = Modules::new();
    let mut space = AddressSpace::new(None);
    let mapping = Mapping {
        start: Avma(0),
        end: Avma(1 << 32),
        file_offset: FileOffset(0),
        path: executable,
    };
    space.map(&mut modules, mapping);
    let mut symbolizer = Symbolizer::new(options());
    let mut function = |address| {
        symbolizer.resolve(&modules, [address])[&address]
            .last()
            .unwrap()
            .function
            .clone()
    };
    let at = |kind| space.locate(Avma(start), kind).unwrap();
    assert_eq!(function(at(AddressKind::Instruction)), "lines::dedup");
    assert_ne!(function(at(AddressKind::Return)), "lines::dedup");
}

/// The mapping that a line of `/proc/<pid>/maps` shows.
fn mapping(line: &str) -> Mapping {
    let fields: Vec<&str> = line.splitn(6, ' ').collect();
    let hex = |text: &str| u64::from_str_radix(text, 16).unwrap();
    let (start, end) = fields[0].split_once('-').unwrap();
    Mapping {
        start: Avma(hex(start)),
        end: Avma(hex(end)),
        file_offset: FileOffset(hex(fields[2])),
        path: fields[5].trim_start().into(),
    }
}

#[test]
fn a_program_that_is_deleted_while_it_runs_keeps_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let executable = support::build(folder.path(), "waits.rs", &[]);
    let mut child = Command::new(&executable)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let pid = child.id();
    let maps = || std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    while !maps().contains("waits") {
        std::thread::yield_now();
    }
    // Another file takes its place.
    std::fs::remove_file(&executable).unwrap();
    std::fs::copy("/bin/true", &executable).unwrap();
    let maps = maps();
    let is_code = |line: &&str| line.contains("r-xp") && line.ends_with("waits (deleted)");
    let mapping = mapping(maps.lines().find(is_code).unwrap());
    let (mut modules, mut space) = (Modules::new(), AddressSpace::new(Some(Pid(pid))));
    let addresses: Vec<u64> = (mapping.start.0..mapping.end.0).step_by(16).collect();
    space.map(&mut modules, mapping);
    drop(child.stdin.take());
    child.wait().unwrap();
    let located = addresses
        .iter()
        .map(|&address| space.locate(Avma(address), AddressKind::Instruction).unwrap());
    let named = Symbolizer::new(options()).resolve(&modules, located);
    let is_main = |frame: &Frame| frame.function == "waits::main" && frame.line > 0;
    assert!(named.values().flatten().any(is_main));
}

#[test]
fn a_file_that_took_the_place_of_a_deleted_one_is_not_believed() {
    let (mut modules, mut space) = (Modules::new(), AddressSpace::new(None));
    let mapping = Mapping {
        start: Avma(0),
        end: Avma(4096),
        file_offset: FileOffset(0),
        path: "/bin/true (deleted)".into(),
    };
    space.map(&mut modules, mapping);
    let address = space.locate(Avma(16), AddressKind::Instruction).unwrap();
    let mut symbolizer = Symbolizer::new(options());
    let frames = symbolizer.resolve(&modules, [address]);
    assert_eq!(frames[&address][0].function, "[unknown]");
    let keys: Vec<_> = symbolizer.notes().into_iter().map(|note| note.key).collect();
    assert_eq!(keys, ["symbols-file-missing"]);
}

#[test]
fn the_code_that_the_kernel_maps_is_named() {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let Some(line) = maps.lines().find(|line| line.ends_with("[vdso]")) else {
        return;
    };
    let (mut modules, mut space) = (Modules::new(), AddressSpace::new(None));
    let mapping = mapping(line);
    let addresses: Vec<u64> = (mapping.start.0..mapping.end.0).step_by(16).collect();
    space.map(&mut modules, mapping);
    let located = addresses
        .iter()
        .map(|&address| space.locate(Avma(address), AddressKind::Instruction).unwrap());
    let named = Symbolizer::new(options()).resolve(&modules, located);
    let time = named
        .values()
        .flatten()
        .find(|frame| frame.function == "clock_gettime")
        .unwrap();
    assert_eq!(time.origin, Origin::System("[vdso]".into()));
}

#[test]
fn stubs_are_named_after_what_they_call() {
    let folder = tempfile::tempdir().unwrap();
    let (source, executable) = (folder.path().join("stub.c"), folder.path().join("stub"));
    std::fs::write(
        &source,
        "#include <stdlib.h>\nint main(void) { return abs(atoi(\"1\")) + rand(); }\n",
    )
    .unwrap();
    let status = Command::new("cc")
        .args(["-O1", "-fplt", "-Wl,-z,lazy", "-o"])
        .args([&executable, &source])
        .status();
    assert!(status.unwrap().success());
    let bytes = std::fs::read(&executable).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let section = [".plt.sec", ".plt"]
        .iter()
        .find_map(|name| file.section_by_name(name))
        .unwrap();
    let (start, n_bytes) = (
        object::ObjectSection::address(&section),
        object::ObjectSection::size(&section),
    );
    let (named, _) = name(&executable, &(start..start + n_bytes).collect::<Vec<_>>(), options());
    let functions: Vec<&str> = named.values().map(|frames| &*frames[0].function).collect();
    assert!(functions.contains(&"rand@plt"), "{functions:?}");
}

#[test]
fn damaged_debug_information_costs_names_and_nothing_else() {
    let (folder, executable, good, _) = build_and_name(&["-Cstrip=none"]);
    let addresses: Vec<u64> = good.keys().copied().step_by(16).collect();
    let bytes = std::fs::read(&executable).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let ranges: Vec<(u64, u64)> = [
        ".debug_info",
        ".debug_abbrev",
        ".debug_line",
        ".debug_ranges",
        ".debug_str",
        ".symtab",
        ".strtab",
        ".eh_frame",
    ]
    .iter()
    .filter_map(|name| object::ObjectSection::file_range(&file.section_by_name(name)?))
    .collect();
    let mut random: u64 = 0x1234_5678_9abc_def1;
    for round in 0..40 {
        let mut damaged = bytes.clone();
        for _ in 0..(1 << (round % 12)) {
            // Xorshift (Marsaglia 2003): the same damage in every run.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let (start, n_bytes) = ranges[(random % ranges.len() as u64) as usize];
            let at = start + (random >> 8) % n_bytes.min(20_000);
            damaged[at as usize] = (random >> 40) as u8;
        }
        let path = folder.path().join(format!("damaged-{round}"));
        std::fs::write(&path, damaged).unwrap();
        let (named, _) = name(&path, &addresses, options());
        assert_eq!(named.len(), addresses.len());
        assert!(named.values().all(|frames| !frames.is_empty()));
        std::fs::remove_file(path).unwrap();
    }
}
