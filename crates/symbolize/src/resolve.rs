//! Names addresses of one file.

use crate::address::Svma;
use crate::debug_file::{self, Sections, SplitLoader, is_tame};
use crate::frames::{DebugInfo, NamedFrame};
use crate::names::demangle;
use crate::symbols::SymbolTable;
use addr2line::Context;
use object::{Object, ReadCache, ReadCacheOps};
use std::fs::File;
use std::io::Cursor;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::thread;
use typed_arena::Arena;

/// `addr2line` recurses into nested scopes, which are bounded to a depth that fits here many times.
const STACK_BYTES: usize = 64 << 20;
/// Below this number of addresses a second thread costs more than it saves.
const MIN_ADDRESSES_PER_THREAD: usize = 64;
const MAX_THREADS: usize = 4;

/// A file to name addresses of.
#[derive(Debug)]
pub(crate) struct Request {
    /// The path that the process ran it by: debug files are looked for beside it.
    pub(crate) path: PathBuf,
    pub(crate) contents: Bytes,
    /// Bounds of the functions by the unwind table, sorted.
    pub(crate) functions: Vec<Range<Svma>>,
    /// Sorted, without doubles.
    pub(crate) svmas: Vec<Svma>,
}

/// Where a file's bytes are.
#[derive(Debug)]
pub(crate) enum Bytes {
    File(File),
    Memory(Box<[u8]>),
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// In the order of the request's addresses; innermost inlined call first; never empty for an address.
    pub(crate) frames: Vec<Vec<NamedFrame>>,
    pub(crate) names: NameSource,
}

/// The best source of names that a file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum NameSource {
    /// Nothing.
    #[default]
    None,
    /// Symbols only: functions without lines.
    Symbols,
    /// Debug information.
    Debug,
    /// Debug information that is too damaged to use, and at best symbols.
    DamagedDebug,
}

/// How much is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Functions, by symbols only.
    Functions,
    /// Lines and inlined calls too.
    Lines,
}

/// Names the addresses of one file.
pub(crate) fn resolve(request: &Request, detail: Detail) -> Answer {
    match &request.contents {
        Bytes::File(file) => resolve_in(request, &ReadCache::new(file), detail),
        Bytes::Memory(bytes) => resolve_in(request, &ReadCache::new(Cursor::new(bytes)), detail),
    }
}

fn resolve_in<R: ReadCacheOps>(request: &Request, contents: &ReadCache<R>, detail: Detail) -> Answer {
    let Ok(object) = object::File::parse(contents) else {
        return Answer {
            frames: vec![vec![NamedFrame::default()]; request.svmas.len()],
            names: NameSource::None,
        };
    };
    let separate_contents = open_cache(debug_file::separate_file(&request.path, &object));
    let separate = parse(&separate_contents).filter(|separate| {
        // By its name alone an older or newer build's file would be taken.
        separate.build_id().ok() == object.build_id().ok()
    });
    let arena = Arena::new();
    let mut sections = Sections::default();
    let package_contents = open_cache(debug_file::package_file(&request.path));
    let mut package = Sections::default();
    if detail == Detail::Lines {
        sections = Sections::load(&object, false, &arena);
        if let Some(separate) = separate.as_ref().filter(|_| sections.is_empty()) {
            sections = Sections::load(separate, false, &arena);
        }
        if let Some(object) = parse(&package_contents) {
            package = Sections::load(&object, true, &arena);
        }
    }
    let has_debug = !sections.is_empty();
    let is_usable = has_debug && is_tame(&sections.dwarf());
    let mut frames = if is_usable {
        name_by_debug_info(request, &sections, &package)
    } else {
        vec![Vec::new(); request.svmas.len()]
    };
    // The symbols of a large program take long to read, and debug information seldom leaves a gap.
    let symbols = if frames.iter().any(|frames| needs_symbol(frames)) {
        SymbolTable::new(&object, separate.as_ref(), &request.functions)
    } else {
        SymbolTable::default()
    };
    for (frames, &svma) in frames.iter_mut().zip(&request.svmas) {
        fill_function(frames, svma, &symbols);
    }
    let names = match (has_debug, is_usable, symbols.is_stripped()) {
        (true, true, _) => NameSource::Debug,
        (true, false, _) => NameSource::DamagedDebug,
        (false, _, false) => NameSource::Symbols,
        (false, _, true) => NameSource::None,
    };
    Answer { frames, names }
}

fn open_cache(path: Option<PathBuf>) -> Option<ReadCache<File>> {
    Some(ReadCache::new(debug_file::open(&path?)?))
}

fn parse(contents: &Option<ReadCache<File>>) -> Option<object::File<'_, &ReadCache<File>>> {
    object::File::parse(contents.as_ref()?).ok()
}

/// The frames at each of the request's addresses; none where debug information tells nothing.
fn name_by_debug_info(request: &Request, sections: &Sections<'_>, package: &Sections<'_>) -> Vec<Vec<NamedFrame>> {
    let n_cpus = thread::available_parallelism().map_or(1, usize::from);
    let n_threads = (request.svmas.len() / MIN_ADDRESSES_PER_THREAD).clamp(1, n_cpus.min(MAX_THREADS));
    let chunk_len = request.svmas.len().div_ceil(n_threads).max(1);
    thread::scope(|scope| {
        let start = |svmas| {
            let work = move || name_chunk(&request.path, svmas, sections, package);
            let worker = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
            (svmas.len(), worker)
        };
        let workers: Vec<_> = request.svmas.chunks(chunk_len).map(start).collect();
        let results = workers.into_iter().map(|(n_svmas, worker)| {
            let named = worker.ok().and_then(|worker| worker.join().ok());
            named.unwrap_or_else(|| vec![Vec::new(); n_svmas])
        });
        results.flatten().collect()
    })
}

fn name_chunk(path: &Path, svmas: &[Svma], sections: &Sections<'_>, package: &Sections<'_>) -> Vec<Vec<NamedFrame>> {
    let arena = Arena::new();
    let Ok(context) = Context::from_dwarf(sections.dwarf()) else {
        return vec![Vec::new(); svmas.len()];
    };
    let info = DebugInfo {
        context,
        split: SplitLoader::new(package, path, &arena),
    };
    svmas.iter().map(|&svma| info.frames_at(svma)).collect()
}

/// True when a symbol may tell more of the function that the code was compiled into.
fn needs_symbol(frames: &[NamedFrame]) -> bool {
    frames
        .last()
        .is_none_or(|outermost| outermost.function.is_none() || outermost.is_guess)
}

fn fill_function(frames: &mut Vec<NamedFrame>, svma: Svma, symbols: &SymbolTable) {
    if !needs_symbol(frames) {
        return;
    }
    let name = symbols.name(svma).map(|name| demangle(name, None));
    match frames.last_mut() {
        None => frames.push(NamedFrame {
            function: name,
            ..NamedFrame::default()
        }),
        // The symbol of an unmangled function tells no path either.
        Some(outermost) if outermost.function.is_none() || name.as_ref().is_some_and(|name| name.contains("::")) => {
            outermost.function = name;
        }
        Some(_) => {}
    }
}
