//! Names the addresses that occurred in a recording: the step at the end.

use crate::address::{CodeAddress, ModuleId, Svma};
use crate::cache::{Entry, Names};
use crate::debug_file;
use crate::frames::NamedFrame;
use crate::kernel::KernelSymbols;
use crate::modules::{Contents, Module, Modules};
use crate::origin::{self, UserRoot};
use crate::resolve::{Answer, Bytes, Detail, NameSource, Request, resolve};
use profile::{Frame, Message, Origin};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

/// The name of what nothing names.
const UNKNOWN: &str = "[unknown]";
/// The largest programs take seconds; after this long a file counts as damaged.
const MAX_FILE_TIME: Duration = Duration::from_secs(60);
/// Folders of the system's own libraries.
const SYSTEM_FOLDERS: [&str; 7] = [
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/nix/store",
    "/gnu/store",
];

/// What the symbolizer needs to know of the recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SymbolizerOptions {
    /// Where names are kept for the next run; nowhere when `None`.
    pub cache_dir: Option<PathBuf>,
    /// Where the user's code lies.
    pub user_roots: Vec<UserRoot>,
    /// False when there is no cargo project: code of unknown descent then counts as the user's.
    pub has_cargo_metadata: bool,
    /// The agent's library as the target loaded it.
    pub agent_path: Option<PathBuf>,
}

/// Names addresses. Lives through one recording.
#[derive(Debug, Default)]
pub struct Symbolizer {
    options: SymbolizerOptions,
    kernel: Option<KernelSymbols>,
    notes: Vec<Message>,
}

impl Symbolizer {
    /// A symbolizer with these options.
    pub fn new(options: SymbolizerOptions) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// The logical frames at each address, leaf (the innermost inlined call) first. Each address has at least one.
    pub fn resolve(
        &mut self,
        modules: &Modules,
        addresses: impl IntoIterator<Item = CodeAddress>,
    ) -> HashMap<CodeAddress, Vec<Frame>> {
        let mut by_module: BTreeMap<ModuleId, BTreeSet<CodeAddress>> = BTreeMap::new();
        for address in addresses {
            by_module.entry(address.module).or_default().insert(address);
        }
        let mut resolved = HashMap::new();
        for (id, addresses) in by_module {
            match id {
                ModuleId::KERNEL => resolved.extend(
                    addresses
                        .into_iter()
                        .map(|address| (address, self.kernel_frames(address))),
                ),
                ModuleId::UNKNOWN => {
                    resolved.extend(addresses.into_iter().map(|address| (address, vec![unknown_frame()])))
                }
                _ => self.resolve_module(modules.module(id), &addresses, &mut resolved),
            }
        }
        resolved
    }

    /// What could not be named and why, for the user to read.
    pub fn notes(&self) -> Vec<Message> {
        self.notes.clone()
    }

    fn kernel_frames(&mut self, address: CodeAddress) -> Vec<Frame> {
        let symbols = self.kernel.get_or_insert_with(KernelSymbols::load);
        let function = symbols.name(address.lookup_svma()).unwrap_or("[kernel]").to_owned();
        vec![Frame {
            function,
            origin: Origin::Kernel,
            ..Frame::default()
        }]
    }

    fn resolve_module(
        &mut self,
        module: &Module,
        addresses: &BTreeSet<CodeAddress>,
        resolved: &mut HashMap<CodeAddress, Vec<Frame>>,
    ) {
        let names = self.names_of(module, addresses.iter().map(CodeAddress::lookup_svma));
        let frames_at = |address: &CodeAddress| {
            let named = names.frames.get(&address.lookup_svma());
            self.frames(module, named.map(Vec::as_slice).unwrap_or_default())
        };
        resolved.extend(addresses.iter().map(|address| (*address, frames_at(address))));
    }

    fn names_of(&mut self, module: &Module, svmas: impl Iterator<Item = Svma>) -> Names {
        let entry = self.cache_entry(module);
        let mut names = entry.as_ref().and_then(Entry::load).unwrap_or_default();
        let missing: BTreeSet<Svma> = svmas.filter(|svma| !names.frames.contains_key(svma)).collect();
        if !missing.is_empty() {
            let Some(request) = request(module, missing.iter().copied().collect()) else {
                self.note(module, "symbols-file-missing");
                return names;
            };
            let answer = resolve_within(MAX_FILE_TIME, request, detail(module));
            names.source = answer.names;
            names.frames.extend(missing.into_iter().zip(answer.frames));
            // What took too long to read may do better when the machine is less busy.
            if let Some(entry) = entry
                && names.source != NameSource::DamagedDebug
            {
                entry.save(&names);
            }
        }
        match names.source {
            NameSource::Debug => {}
            NameSource::Symbols => self.note(module, "symbols-without-lines"),
            NameSource::None => self.note(module, "symbols-stripped"),
            NameSource::DamagedDebug => self.note(module, "symbols-damaged"),
        }
        names
    }

    fn cache_entry(&self, module: &Module) -> Option<Entry> {
        let folder = self.options.cache_dir.as_deref()?;
        let build_id = module.image.build_id.as_deref();
        let companions = debug_file::companions(&module.path, build_id);
        Some(Entry::new(folder, module.key.as_ref()?, build_id, &companions))
    }

    /// Notes concern what the user can change: not the system's libraries, which are stripped as a rule.
    fn note(&mut self, module: &Module, key: &'static str) {
        if !is_system(&module.path) && !self.is_agent(module) {
            let note = Message::new(key).text("file", module.path.to_string_lossy());
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    fn is_agent(&self, module: &Module) -> bool {
        self.options.agent_path.as_deref() == Some(&module.path)
    }

    fn frames(&self, module: &Module, named: &[NamedFrame]) -> Vec<Frame> {
        let Some(n_inlined) = named.len().checked_sub(1) else {
            return vec![Frame {
                origin: self.origin(module, &NamedFrame::default()),
                ..unknown_frame()
            }];
        };
        let frame = |(idx, frame): (usize, &NamedFrame)| Frame {
            function: frame.function.clone().unwrap_or_else(|| UNKNOWN.to_owned()),
            file: frame.file.clone(),
            line: frame.line,
            column: frame.column,
            origin: self.origin(module, frame),
            is_inlined: idx < n_inlined,
        };
        named.iter().enumerate().map(frame).collect()
    }

    fn origin(&self, module: &Module, frame: &NamedFrame) -> Origin {
        if self.is_agent(module) {
            return Origin::Agent;
        }
        // A macro's code is expanded into the caller's file, so that a function of std can lie in it.
        if frame.function.as_deref().is_some_and(origin::is_plain_std_function) {
            return Origin::Std;
        }
        let by_path = frame
            .file
            .as_deref()
            .and_then(|file| origin::of_path(file, &self.options.user_roots));
        let by_name = || {
            let function = frame.function.as_deref().filter(|_| frame.file.is_none())?;
            origin::of_function(function, &self.options.user_roots)
        };
        if let Some(origin) = by_path.or_else(by_name) {
            return origin;
        }
        let name = module
            .path
            .file_name()
            .unwrap_or(module.path.as_os_str())
            .to_string_lossy();
        // With cargo's metadata, a Rust source outside of every package's folder was taken in by `#[path]` or `include!`.
        let is_users =
            |file: Option<&str>| file.is_some_and(|file| !self.options.has_cargo_metadata || file.ends_with(".rs"));
        let is_library = name.contains(".so") || name.starts_with('[');
        if is_system(&module.path) || (is_library && frame.file.is_none()) {
            Origin::System(name.into_owned())
        } else if is_users(frame.file.as_deref()) {
            Origin::User(None)
        } else if is_library {
            Origin::System(name.into_owned())
        } else {
            Origin::Unknown
        }
    }
}

fn unknown_frame() -> Frame {
    Frame {
        function: UNKNOWN.to_owned(),
        ..Frame::default()
    }
}

fn is_system(path: &Path) -> bool {
    path.as_os_str() == "[vdso]" || SYSTEM_FOLDERS.iter().any(|folder| path.starts_with(folder))
}

/// Of the system's libraries the function is enough, and their debug information, where it is installed, takes longer
/// to read than the program's own. Rust's library, which a distribution may put among them, holds inlined calls that
/// tell the operation.
fn detail(module: &Module) -> Detail {
    let name = module.path.file_name().unwrap_or_default().to_string_lossy();
    if is_system(&module.path) && !name.starts_with("libstd-") {
        Detail::Functions
    } else {
        Detail::Lines
    }
}

fn request(module: &Module, svmas: Vec<Svma>) -> Option<Request> {
    let contents = match module.contents() {
        Contents::Open(file) => Bytes::File(opened_again(file)?),
        Contents::Closed => Bytes::File(module.reopen()?),
        Contents::Memory(bytes) => Bytes::Memory(bytes.clone()),
        Contents::Unavailable => return None,
    };
    Some(Request {
        path: module.path.clone(),
        contents,
        functions: module.unwind_table.functions().collect(),
        svmas,
    })
}

/// The same file with a reading position of its own.
fn opened_again(file: &File) -> Option<File> {
    File::open(format!("/proc/self/fd/{}", file.as_raw_fd()))
        .or_else(|_| file.try_clone())
        .ok()
}

/// Resolves on a thread that is left behind when it takes too long: debug information can be crafted, or damaged, so
/// that reading it takes for ever.
fn resolve_within(limit: Duration, request: Request, detail: Detail) -> Answer {
    let request = Arc::new(request);
    let attempt = |detail: Detail| {
        let (sender, receiver) = mpsc::channel();
        let request = Arc::clone(&request);
        let worker = move || {
            // The receiver is gone when the limit has passed.
            let _ = sender.send(resolve(&request, detail));
        };
        thread::Builder::new().spawn(worker).ok()?;
        receiver.recv_timeout(limit).ok()
    };
    attempt(detail).unwrap_or_else(|| Answer {
        names: NameSource::DamagedDebug,
        ..attempt(Detail::Functions).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_takes_too_long_has_no_names_and_nothing_waits_for_it() {
        let request = Request {
            path: "/proc/self/exe".into(),
            contents: Bytes::File(File::open("/proc/self/exe").unwrap()),
            functions: Vec::new(),
            svmas: vec![Svma(1)],
        };
        let answer = resolve_within(Duration::ZERO, request, Detail::Lines);
        assert_eq!((answer.names, answer.frames.len()), (NameSource::DamagedDebug, 0));
    }

    #[test]
    fn every_address_gets_a_frame() {
        let mut symbolizer = Symbolizer::new(SymbolizerOptions::default());
        let kernel = CodeAddress {
            module: ModuleId::KERNEL,
            svma: Svma(u64::MAX),
            kind: crate::AddressKind::Instruction,
        };
        let unknown = CodeAddress {
            module: ModuleId::UNKNOWN,
            ..kernel
        };
        let frames = symbolizer.resolve(&Modules::new(), [kernel, unknown, kernel]);
        assert_eq!(frames[&kernel][0].origin, Origin::Kernel);
        assert_eq!(frames[&unknown][0].function, UNKNOWN);
        assert_eq!(symbolizer.notes(), []);
    }
}
