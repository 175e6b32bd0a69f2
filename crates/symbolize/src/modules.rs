//! The files that code came from, each read once however many processes map it.

use crate::address::{FileOffset, ModuleId, Svma};
use crate::address_space::{Mapping, Pid};
use crate::elf::Image;
use crate::roots::Roots;
use crate::unwind_table::UnwindTable;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

/// Files are kept open, so that one that is replaced after the run is still read as it ran. No more than this many:
/// a process has 1024 descriptors by default.
const MAX_OPEN_FILES: usize = 300;
/// The page of code that the kernel maps into each process is two pages long; more is damage.
const MAX_VDSO_BYTES: u64 = 1 << 20;

/// All files seen, shared by all address spaces.
#[derive(Debug)]
pub struct Modules {
    list: Vec<Module>,
    by_file: HashMap<FileKey, ModuleId>,
    by_name: HashMap<PathBuf, ModuleId>,
    n_open: usize,
}

/// What tells one file from another, also from a later one at the same path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct FileKey {
    pub(crate) path: PathBuf,
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) size: u64,
    pub(crate) modified_ns: i128,
}

/// A file with code in it.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// As the mapping names it, without ` (deleted)`.
    pub(crate) path: PathBuf,
    /// `None` when it could not be opened.
    pub(crate) key: Option<FileKey>,
    pub(crate) image: Image,
    pub(crate) unwind_table: UnwindTable,
    pub(crate) roots: Roots,
    contents: Contents,
}

/// Where the bytes of a module are.
#[derive(Debug, Default)]
pub(crate) enum Contents {
    #[default]
    Unavailable,
    Open(File),
    /// Too many files are open: to be opened again.
    Closed,
    Memory(Box<[u8]>),
}

impl Default for Modules {
    fn default() -> Self {
        let special = |name: &str| Module {
            path: name.into(),
            ..Module::default()
        };
        Self {
            list: vec![special("[kernel]"), special("[unknown]")],
            by_file: HashMap::new(),
            by_name: HashMap::new(),
            n_open: 0,
        }
    }
}

impl Modules {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The path of a module as its mapping named it; `[vdso]`, `[kernel]`, `[unknown]` for code without a file.
    pub fn path(&self, id: ModuleId) -> &Path {
        &self.module(id).path
    }

    pub(crate) fn module(&self, id: ModuleId) -> &Module {
        &self.list[id.0 as usize]
    }

    /// The module that a mapping shows a part of.
    pub(crate) fn of_mapping(&mut self, mapping: &Mapping, pid: Option<Pid>) -> ModuleId {
        if mapping.path.as_os_str() == "[vdso]" {
            return self.named(&mapping.path, || vdso().unwrap_or_default());
        }
        if !mapping.path.is_absolute() || mapping.path.starts_with("//anon") {
            return ModuleId::UNKNOWN;
        }
        let path = without_deleted(&mapping.path);
        let Some((file, key)) = open(&path, mapping, pid) else {
            return self.named(&path, Module::default);
        };
        if let Some(&id) = self.by_file.get(&key) {
            return id;
        }
        let image = Image::read(&file).unwrap_or_default();
        let has_start_code = image.is_static || is_c_library(&path);
        let module = Module::new(path, image, has_start_code.then_some(&file));
        let contents = if self.n_open == MAX_OPEN_FILES {
            Contents::Closed
        } else {
            self.n_open += 1;
            Contents::Open(file)
        };
        let id = self.push(Module {
            key: Some(key.clone()),
            contents,
            ..module
        });
        self.by_file.insert(key, id);
        id
    }

    fn named(&mut self, path: &Path, load: impl FnOnce() -> Module) -> ModuleId {
        if let Some(&id) = self.by_name.get(path) {
            return id;
        }
        let id = self.push(Module {
            path: path.into(),
            ..load()
        });
        self.by_name.insert(path.into(), id);
        id
    }

    fn push(&mut self, module: Module) -> ModuleId {
        let id = ModuleId(self.list.len() as u32);
        self.list.push(module);
        id
    }
}

impl Module {
    fn new(path: PathBuf, mut image: Image, start_code: Option<&File>) -> Self {
        let unwind_table = UnwindTable::new(&mut image);
        let roots = Roots::new(image.entry, &unwind_table, start_code);
        Self {
            path,
            image,
            unwind_table,
            roots,
            ..Self::default()
        }
    }

    /// True when the file could be read and is an ELF file.
    pub(crate) fn is_elf(&self) -> bool {
        !self.image.segments.is_empty()
    }

    /// The contents, for those who read the whole file.
    pub(crate) fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Reads code bytes from `svma` on, as the file holds them. Returns how many there were.
    pub(crate) fn read_code(&self, svma: Svma, into: &mut [u8]) -> usize {
        let Some(FileOffset(offset)) = self.image.file_offset_of(svma) else {
            return 0;
        };
        match &self.contents {
            Contents::Open(file) => file.read_at(into, offset).unwrap_or(0),
            Contents::Memory(bytes) => {
                let rest = usize::try_from(offset)
                    .ok()
                    .and_then(|at| bytes.get(at..))
                    .unwrap_or_default();
                let n_bytes = rest.len().min(into.len());
                into[..n_bytes].copy_from_slice(&rest[..n_bytes]);
                n_bytes
            }
            Contents::Closed | Contents::Unavailable => 0,
        }
    }

    /// Opens the file again by its path, if it is still the same one.
    pub(crate) fn reopen(&self) -> Option<File> {
        let key = self.key.as_ref()?;
        let (file, found) = open_regular(&key.path, &self.path)?;
        (found == *key).then_some(file)
    }
}

/// The path without what the kernel appends for a file that is gone.
fn without_deleted(path: &Path) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    let bytes = path.as_os_str().as_bytes();
    match bytes.strip_suffix(b" (deleted)") {
        Some(kept) if !path.exists() => PathBuf::from(std::ffi::OsStr::from_bytes(kept)),
        _ => path.to_owned(),
    }
}

/// True for the libraries that start threads.
fn is_c_library(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    ["libc.so", "libc-", "libpthread", "ld-musl", "libc.musl"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// Opens the mapped file: through the process where the kernel lets us, because its root folder may be another one and
/// the path may name a later file by now, else by its path.
fn open(path: &Path, mapping: &Mapping, pid: Option<Pid>) -> Option<(File, FileKey)> {
    let is_deleted = path != mapping.path;
    let through_process = pid.and_then(|Pid(pid)| {
        let process = PathBuf::from(format!("/proc/{pid}"));
        let range = format!("{:x}-{:x}", mapping.start.0, mapping.end.0);
        let links = [process.join("map_files").join(range), process.join("exe")];
        // By now the process may have mapped or run something else.
        let is_same = |link: &PathBuf| std::fs::read_link(link).is_ok_and(|target| target == mapping.path);
        let linked = links
            .iter()
            .filter(|link| is_same(link))
            .find_map(|link| open_regular(link, path));
        let below_root = || {
            let relative = path.strip_prefix("/").ok().filter(|_| !is_deleted)?;
            open_regular(&process.join("root").join(relative), path)
        };
        linked.or_else(below_root)
    });
    // What stands at the path of a deleted file is another one.
    through_process.or_else(|| (!is_deleted).then(|| open_regular(path, path)).flatten())
}

fn open_regular(at: &Path, path: &Path) -> Option<(File, FileKey)> {
    // A device or a pipe must not be opened: that can block, or do something.
    if !std::fs::metadata(at).ok()?.is_file() {
        return None;
    }
    let file = File::open(at).ok()?;
    let metadata = file.metadata().ok()?;
    let key = FileKey {
        path: path.to_owned(),
        device: metadata.dev(),
        inode: metadata.ino(),
        size: metadata.size(),
        modified_ns: i128::from(metadata.mtime()) * 1_000_000_000 + i128::from(metadata.mtime_nsec()),
    };
    metadata.is_file().then_some((file, key))
}

/// The code that the kernel maps into each process: the same in ours, unless the target is of another word size.
fn vdso() -> Option<Module> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let line = maps.lines().find(|line| line.ends_with("[vdso]"))?;
    let (start, end) = line.split_whitespace().next()?.split_once('-')?;
    let (start, end) = (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
    let size = end.checked_sub(start).filter(|&size| size <= MAX_VDSO_BYTES)?;
    let mut bytes = vec![0; size as usize];
    let mut memory = File::open("/proc/self/mem").ok()?;
    memory.seek(SeekFrom::Start(start)).ok()?;
    memory.read_exact(&mut bytes).ok()?;
    let image = Image::read(Cursor::new(&bytes))?;
    Some(Module {
        contents: Contents::Memory(bytes.into()),
        ..Module::new("[vdso]".into(), image, None)
    })
}
