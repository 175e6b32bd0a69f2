//! Unwinds stacks that a real program captured of itself, and checks the exact chain of functions.

mod support;

use std::path::Path;
use std::process::Command;
use symbolize::{
    AddressSpace, Avma, CodeAddress, FileOffset, Mapping, Modules, Symbolizer, SymbolizerOptions, UserStack,
};

/// What the program printed.
struct Recording {
    modules: Modules,
    space: AddressSpace,
    stacks: Vec<Captured>,
    /// Keeps the names, because the C library's debug information takes seconds to read in a test.
    cache: tempfile::TempDir,
}

#[derive(Clone)]
struct Captured {
    label: String,
    registers: [u64; 3],
    chain: Vec<u64>,
    dump: Vec<u8>,
}

impl Recording {
    fn take(&mut self, label: &str) -> Captured {
        let is_wanted = |captured: &&Captured| captured.label == label;
        self.stacks.iter().find(is_wanted).unwrap().clone()
    }
}

impl Captured {
    fn stack(&self, n_dump_bytes: usize) -> UserStack<'_> {
        let [ip, sp, bp] = self.registers.map(Avma);
        UserStack {
            ip,
            sp,
            bp,
            dump: &self.dump[..n_dump_bytes.min(self.dump.len())],
            chain: &self.chain,
        }
    }
}

fn hex(text: &str) -> u64 {
    u64::from_str_radix(text, 16).unwrap()
}

fn mapping(line: &str) -> Option<Mapping> {
    let mut fields = line.splitn(6, ' ');
    let (start, end) = fields.next()?.split_once('-')?;
    let is_code = fields.next()?.contains('x');
    let file_offset = hex(fields.next()?);
    is_code.then(|| Mapping {
        start: Avma(hex(start)),
        end: Avma(hex(end)),
        file_offset: FileOffset(file_offset),
        path: fields.nth(2).unwrap_or_default().trim_start().into(),
    })
}

fn record(executable: &Path) -> Recording {
    let output = Command::new(executable).output().unwrap();
    assert!(output.status.success());
    let (mut modules, mut space, mut stacks) = (Modules::new(), AddressSpace::new(None), Vec::new());
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        if let Some(line) = line.strip_prefix("map ") {
            if let Some(mapping) = mapping(line) {
                space.map(&mut modules, mapping);
            }
        } else if let Some(line) = line.strip_prefix("stack ") {
            let fields: Vec<&str> = line.split(' ').collect();
            let words = |text: &str| text.split(',').map(hex).collect::<Vec<u64>>();
            stacks.push(Captured {
                label: fields[0].to_owned(),
                registers: [hex(fields[1]), hex(fields[2]), hex(fields[3])],
                chain: words(fields[4]),
                dump: words(fields[5]).into_iter().flat_map(u64::to_le_bytes).collect(),
            });
        }
    }
    Recording {
        modules,
        space,
        stacks,
        cache: tempfile::tempdir().unwrap(),
    }
}

/// Unwinds a captured stack: the program's own functions, inlined ones left out, leaf first; and whether it is truncated.
fn own_functions(recording: &mut Recording, stack: &UserStack<'_>) -> (Vec<String>, bool) {
    let mut addresses: Vec<CodeAddress> = Vec::new();
    let is_truncated = recording.space.unwind(&recording.modules, stack, &mut addresses);
    let options = SymbolizerOptions {
        cache_dir: Some(recording.cache.path().into()),
        ..SymbolizerOptions::default()
    };
    let names = Symbolizer::new(options).resolve(&recording.modules, addresses.iter().copied());
    let functions = addresses
        .iter()
        .map(|address| names[address].last().unwrap().function.clone())
        .filter(|function| function.starts_with("stacks::") || function.starts_with("capture_"));
    (functions.collect(), is_truncated)
}

/// The functions of each captured stack.
fn expected(label: &str) -> Vec<&'static str> {
    let recursion = [&["stacks::recurse"; 31][..], &["stacks::main"]].concat();
    let (leaf, callers) = match label {
        "direct" => (&["capture_frameless"][..], vec!["stacks::direct", "stacks::main"]),
        "clobbered" => (
            &["capture_frameless", "capture_clobbering"][..],
            vec!["stacks::clobbered", "stacks::main"],
        ),
        "uncovered" => (&["capture_uncovered"][..], vec!["stacks::uncovered", "stacks::main"]),
        "clobbered_far" => (&["capture_frameless", "capture_clobbering"][..], recursion),
        "recursive" => (&["capture_frameless"][..], recursion),
        "qsort" => (
            &["capture_frameless"][..],
            vec!["stacks::called_back", "stacks::compare", "stacks::sort", "stacks::main"],
        ),
        "thread" => (&["capture_frameless"][..], vec!["stacks::in_thread"]),
        _ => unreachable!("no such stack: {label}"),
    };
    [leaf, &["stacks::capture"], &callers].concat()
}

/// Unwinds with this much of the dump and expects all functions, to the root.
fn check(recording: &mut Recording, label: &str, n_dump_bytes: usize) {
    let captured = recording.take(label);
    let (functions, is_truncated) = own_functions(recording, &captured.stack(n_dump_bytes));
    assert_eq!(functions, expected(label), "{label} with {n_dump_bytes} bytes");
    assert!(!is_truncated, "{label} with {n_dump_bytes} bytes");
}

/// Unwinds with this much of the dump and expects the leafward functions only, and that this is said.
fn check_truncated(recording: &mut Recording, label: &str, n_dump_bytes: usize) {
    let captured = recording.take(label);
    let (functions, is_truncated) = own_functions(recording, &captured.stack(n_dump_bytes));
    assert!(
        expected(label).starts_with(functions.iter().map(String::as_str).collect::<Vec<_>>().as_slice()),
        "{functions:?}"
    );
    assert!(
        is_truncated && functions.len() > 1,
        "{label} with {n_dump_bytes} bytes: {functions:?}"
    );
}

#[test]
fn no_frame_is_lost_and_the_root_is_reached() {
    for flags in [
        &[][..],
        &["-Ctarget-feature=+crt-static"],
        &["-Csymbol-mangling-version=v0", "-Clto=fat"],
    ] {
        println!("{flags:?}");
        let folder = tempfile::tempdir().unwrap();
        let mut recording = record(&support::build(folder.path(), "stacks.rs", flags));
        for n_dump_bytes in [64, 512, 1024, 4096] {
            for label in ["direct", "uncovered", "recursive", "thread"] {
                check(&mut recording, label, n_dump_bytes);
            }
        }
        // Where the frame pointer is lost, the dump alone must reach a place where it is found again.
        for label in ["clobbered", "qsort"] {
            check_truncated(&mut recording, label, 64);
            check(&mut recording, label, 4096);
        }
    }
}

#[test]
fn a_stack_that_is_cut_off_gets_the_callers_that_earlier_ones_had() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = record(&support::build(folder.path(), "stacks.rs", &[]));
    for _ in 0..3 {
        check_truncated(&mut recording, "clobbered_far", 1024);
        check(&mut recording, "clobbered_far", 4096);
    }
    assert_eq!(recording.space.n_completed(), 0);
    check(&mut recording, "clobbered_far", 1024);
    assert_eq!(recording.space.n_completed(), 1);
    // Near the leaf nothing is concluded.
    check_truncated(&mut recording, "clobbered_far", 64);
}

#[test]
fn without_a_dump_only_the_frameless_functions_caller_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = record(&support::build(folder.path(), "stacks.rs", &[]));
    for label in ["direct", "recursive", "thread"] {
        let captured = recording.take(label);
        let (functions, is_truncated) = own_functions(&mut recording, &captured.stack(0));
        let mut expected = expected(label);
        expected.remove(1);
        assert_eq!(functions, expected);
        assert!(!is_truncated);
    }
}

#[test]
fn a_chain_that_belongs_to_another_frame_pointer_is_joined_by_its_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = record(&support::build(folder.path(), "stacks.rs", &[]));
    let captured = recording.take("direct");
    // As from an unwinder that began one frame further out.
    let chain = &captured.chain[2..];
    let stack = UserStack {
        chain,
        ..captured.stack(1024)
    };
    assert_eq!(
        own_functions(&mut recording, &stack),
        (expected("direct").iter().map(ToString::to_string).collect(), false)
    );
}

#[test]
fn garbage_at_the_end_of_a_chain_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = record(&support::build(folder.path(), "stacks.rs", &[]));
    let captured = recording.take("clobbered");
    let into_code = captured.registers[0];
    for garbage in [0, 1, into_code, into_code + 1, u64::MAX, captured.registers[1]] {
        let chain = [captured.chain[0], garbage];
        let stack = UserStack {
            chain: &chain,
            ..captured.stack(0)
        };
        assert_eq!(
            own_functions(&mut recording, &stack),
            (vec!["capture_frameless".to_owned()], true)
        );
    }
}

#[test]
fn no_stack_whatever_it_holds_hangs_or_panics() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = record(&support::build(folder.path(), "stacks.rs", &[]));
    let captured = recording.take("qsort");
    // Xorshift (Marsaglia 2003): the same numbers in every run.
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut out = Vec::new();
    for round in 0..20_000_u64 {
        let words: Vec<u64> = captured
            .dump
            .chunks(8)
            .map(|word| u64::from_le_bytes(word.try_into().unwrap()))
            .collect();
        let mut pick = || match random() % 8 {
            0 => random(),
            1 => u64::MAX - random() % 32,
            2 => captured.registers[1].wrapping_add(random() % 4096),
            3 => captured.registers[0].wrapping_add(random() % 100_000),
            _ => words[(random() % words.len() as u64) as usize],
        };
        let mut dump = captured.dump.clone();
        for _ in 0..round % 50 {
            let at = (pick() % 512 * 8) as usize;
            let word = pick().to_le_bytes();
            dump.get_mut(at..at + 8)
                .into_iter()
                .for_each(|slot| slot.copy_from_slice(&word));
        }
        let chain: Vec<u64> = (0..round % 40).map(|_| pick()).collect();
        let stack = UserStack {
            ip: Avma(if round % 3 == 0 { pick() } else { captured.registers[0] }),
            sp: Avma(if round % 5 == 0 { pick() } else { captured.registers[1] }),
            bp: Avma(pick()),
            dump: &dump[..(round as usize * 7) % dump.len()],
            chain: &chain,
        };
        out.clear();
        recording.space.unwind(&recording.modules, &stack, &mut out);
        assert!(!out.is_empty() && out.len() <= 1024);
    }
}

/// Run by hand: `cargo test --release -p whyslow-symbolize --test unwinding -- --ignored --nocapture`.
#[test]
#[ignore = "measures time"]
fn time_to_unwind() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = record(&support::build(folder.path(), "stacks.rs", &[]));
    let mut out = Vec::new();
    for label in ["direct", "recursive", "qsort", "clobbered"] {
        let captured = recording.take(label);
        let start = std::time::Instant::now();
        for _ in 0..100_000 {
            out.clear();
            recording
                .space
                .unwind(&recording.modules, &captured.stack(1024), &mut out);
        }
        println!("{label}: {:?} for {} frames", start.elapsed() / 100_000, out.len());
    }
}
