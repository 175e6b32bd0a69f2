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
}

struct Captured {
    label: String,
    registers: [u64; 3],
    chain: Vec<u64>,
    dump: Vec<u8>,
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
    Recording { modules, space, stacks }
}

/// The functions on a stack, inlined ones left out, up to the program's `main`; and whether it is truncated.
fn functions(recording: &mut Recording, label: &str, n_dump_bytes: usize) -> (Vec<String>, bool) {
    let captured = recording
        .stacks
        .iter()
        .find(|captured| captured.label == label)
        .unwrap();
    let mut addresses: Vec<CodeAddress> = Vec::new();
    let is_truncated = recording
        .space
        .unwind(&recording.modules, &captured.stack(n_dump_bytes), &mut addresses);
    let names = Symbolizer::new(SymbolizerOptions::default()).resolve(&recording.modules, addresses.iter().copied());
    let outermost = |address: &CodeAddress| names[address].last().unwrap().function.clone();
    (addresses.iter().map(outermost).collect(), is_truncated)
}

fn check(recording: &mut Recording, label: &str, n_dump_bytes: usize, expected: &[&str]) {
    let (functions, is_truncated) = functions(recording, label, n_dump_bytes);
    println!("{label} {n_dump_bytes} {is_truncated} {functions:#?}");
    let n_checked = expected.len().min(functions.len());
    assert_eq!(functions[..n_checked], *expected, "{label} with {n_dump_bytes} bytes");
    assert!(!is_truncated, "{label} with {n_dump_bytes} bytes");
}

#[test]
fn no_frame_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = record(&support::build(folder.path(), "stacks.rs", &[]));
    for label in ["direct", "clobbered", "recursive", "qsort", "thread"] {
        for n in [0, 64, 512, 1024, 4096] {
            let (functions, is_truncated) = functions(&mut recording, label, n);
            println!("{label} {n} {is_truncated} {functions:?}\n");
        }
    }
}
