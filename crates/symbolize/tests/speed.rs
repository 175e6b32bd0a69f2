//! Measures naming and unwinding. Run by hand, optimized:
//! `SPEED_PROGRAM=path cargo test --release -p whyslow-symbolize --test speed -- --ignored --nocapture`.

use object::{Object, ObjectSegment, ObjectSymbol, SymbolKind};
use std::path::PathBuf;
use std::time::Instant;
use symbolize::{AddressKind, AddressSpace, Avma, FileOffset, Mapping, Modules, Symbolizer, SymbolizerOptions};

const N_ADDRESSES: usize = 5000;

#[test]
#[ignore = "measures time"]
fn naming_some_thousand_addresses() {
    let program = std::env::var_os("SPEED_PROGRAM").map_or_else(|| std::env::current_exe().unwrap(), PathBuf::from);
    let bytes = std::fs::read(&program).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let cache = tempfile::tempdir().unwrap();
    for attempt in ["cold", "warm"] {
        let start = Instant::now();
        let (mut modules, mut space) = (Modules::new(), AddressSpace::new(None));
        for segment in file.segments() {
            let (offset, n_bytes) = segment.file_range();
            let mapping = Mapping {
                start: Avma(segment.address()),
                end: Avma(segment.address() + n_bytes),
                file_offset: FileOffset(offset),
                path: program.clone(),
            };
            space.map(&mut modules, mapping);
        }
        let mapped = start.elapsed();
        let functions: Vec<u64> = file
            .symbols()
            .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 8)
            .map(|symbol| symbol.address() + symbol.size() / 2)
            .collect();
        let step = functions.len().div_ceil(N_ADDRESSES).max(1);
        let addresses: Vec<_> = functions
            .iter()
            .step_by(step)
            .filter_map(|&address| space.locate(Avma(address), AddressKind::Instruction))
            .collect();
        let options = SymbolizerOptions {
            cache_dir: Some(cache.path().to_owned()),
            ..SymbolizerOptions::default()
        };
        let start = Instant::now();
        let named = Symbolizer::new(options).resolve(&modules, addresses.iter().copied());
        let (resolved, n_frames) = (start.elapsed(), named.values().map(Vec::len).sum::<usize>());
        let n_without_line = named.values().flatten().filter(|frame| frame.line == 0).count();
        println!(
            "{attempt}: mapped in {mapped:?}, {} addresses ({n_frames} frames, {n_without_line} without line) of {} functions in {:.1} MB named in {resolved:?}",
            addresses.len(),
            functions.len(),
            bytes.len() as f64 / 1e6,
        );
    }
}
