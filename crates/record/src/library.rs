//! The libraries that run inside of programs: embedded in this program, unpacked to a private folder at first use.

use crate::agent::AgentError;
use rustix::process::geteuid;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A library of this program's own.
#[derive(Clone, Copy)]
pub(crate) struct Library {
    /// Empty on platforms without it.
    bytes: &'static [u8],
    /// Name of the file in the private folder, with the content's hash for `{}`.
    name: &'static str,
}

/// What is preloaded under the sample lens.
pub(crate) const AGENT: Library = Library {
    bytes: include_bytes!(concat!(env!("OUT_DIR"), "/libwhyslow_agent.so")),
    name: "libwhyslow_agent-{}.so",
};

/// What traced programs are linked with. The name is the one that they ask the loader for, hence a folder of its own.
pub(crate) const TRACE_RUNTIME: Library = Library {
    bytes: include_bytes!(concat!(env!("OUT_DIR"), "/libwhyslow_trace.so")),
    name: "trace-{}/libwhyslow_trace.so",
};

impl Library {
    /// Path of the unpacked library, whose content is known to be right.
    pub(crate) fn unpacked(self) -> Result<PathBuf, AgentError> {
        if self.bytes.is_empty() {
            return Err(AgentError::Unsupported);
        }
        let mut last_error = None;
        for folder in folders(|name| std::env::var_os(name), geteuid().is_root()) {
            match self.unpack(&folder) {
                Ok(path) => return Ok(path),
                Err(source) => last_error = Some(AgentError::Unpack { path: folder, source }),
            }
        }
        Err(last_error.unwrap_or(AgentError::Unsupported))
    }

    /// Tells this content from that of other versions.
    pub(crate) fn hash(self) -> u64 {
        fnv1a(self.bytes)
    }

    fn unpack(self, folder: &Path) -> io::Result<PathBuf> {
        if let Some(parent) = folder.parent() {
            fs::create_dir_all(parent)?;
        }
        create_own_folder(folder)?;
        let path = folder.join(self.name.replace("{}", &format!("{:016x}", self.hash())));
        if let Some(own) = path.parent().filter(|&own| own != folder) {
            create_own_folder(own)?;
        }
        if fs::read(&path).is_ok_and(|found| found == self.bytes) {
            return Ok(path);
        }
        let partial = folder.join(format!(".library-{}-{:x}.partial", std::process::id(), self.hash()));
        let written = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o755)
            .open(&partial)
            .and_then(|mut file| file.write_all(self.bytes))
            .and_then(|()| fs::rename(&partial, &path));
        match written {
            Ok(()) => Ok(path),
            Err(error) => {
                let _ = fs::remove_file(&partial);
                Err(error)
            }
        }
    }
}

/// Folders to try, best first: the user's cache, then the folder for temporary files.
///
/// For the super-user the other way round: a program that gives up its rights still loads the library in the programs
/// that it runs, and the home of the super-user is closed to it then.
fn folders(variable: impl Fn(&str) -> Option<OsString>, is_superuser: bool) -> Vec<PathBuf> {
    let path_in = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = path_in("XDG_CACHE_HOME").or_else(|| path_in("HOME").map(|home| home.join(".cache")));
    let temporary = path_in("TMPDIR").unwrap_or_else(|| PathBuf::from("/tmp"));
    let private = format!("whyslow-{}", geteuid().as_raw());
    let mut candidates = [
        cache.map(|cache| cache.join("whyslow")),
        Some(temporary.join(&private)),
        Some(Path::new("/tmp").join(&private)),
    ];
    if is_superuser {
        candidates.reverse();
    }
    candidates
        .into_iter()
        .flatten()
        .filter(|folder| is_preloadable(folder))
        .collect()
}

/// The loader takes blanks and colons in `LD_PRELOAD` for separators, and `$` for the start of a variable.
fn is_preloadable(path: &Path) -> bool {
    !path.as_os_str().as_bytes().iter().any(|byte| b" \t\n:$".contains(byte))
}

fn create_own_folder(folder: &Path) -> io::Result<()> {
    // Others may pass through, for the sake of programs that give up the super-user's rights, but not look around.
    match fs::DirBuilder::new().mode(0o711).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    // In a folder that others can write to, the library could be replaced between check and use.
    let status = fs::symlink_metadata(folder)?;
    if !status.is_dir() || status.uid() != geteuid().as_raw() || status.mode() & 0o022 != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the folder is not ours alone",
        ));
    }
    Ok(())
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): names the content; the content itself is compared.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_folder_comes_first_and_the_temporary_one_replaces_it_when_the_home_is_unset_or_has_blanks() {
        let home = |value: &'static str| move |name: &str| (name == "HOME").then(|| OsString::from(value));
        assert_eq!(
            folders(home("/home/me"), false)[0],
            Path::new("/home/me/.cache/whyslow")
        );
        assert!(folders(home("/home/my name"), false)[0].starts_with("/tmp"));
        assert!(folders(|_| None, false)[0].starts_with("/tmp"));
        assert!(folders(home("/root"), true)[0].starts_with("/tmp"));
    }

    #[test]
    fn the_libraries_ask_for_libc_only_and_for_nothing_that_allocates() {
        for library in [AGENT, TRACE_RUNTIME] {
            asks_for_little(library.bytes);
        }
    }

    fn asks_for_little(library: &[u8]) {
        use object::{Object, ObjectSymbol};
        let file = object::File::parse(library).unwrap();
        let undefined: Vec<_> = file
            .dynamic_symbols()
            .filter(|symbol| symbol.is_undefined() && !symbol.is_weak())
            .collect();
        assert!(!undefined.is_empty());
        for symbol in &undefined {
            let name = symbol.name().unwrap();
            let known = [
                "__errno_location",
                "__libc_calloc",
                "__libc_malloc",
                "__libc_memalign",
                "__libc_realloc",
                "__libc_stack_end",
                "__register_atfork",
                "abort",
                "bcmp",
                "clock_gettime",
                "dl_iterate_phdr",
                "dlsym",
                "dlvsym",
                "memcmp",
                "memcpy",
                "memmove",
                "memset",
                "pthread_atfork",
                "pthread_attr_getstack",
                "pthread_attr_getstacksize",
                "pthread_attr_init",
                "pthread_key_create",
                "pthread_setspecific",
                "strlen",
            ];
            assert!(name.is_empty() || known.contains(&name), "{name}");
        }
        let imports = file.imports().unwrap().map(Result::unwrap);
        let libraries: Vec<_> = imports.map(|import| import.library().to_vec()).collect();
        assert!(
            libraries
                .iter()
                .all(|library| library.is_empty() || library == b"libc.so.6" || library == b"ld-linux-x86-64.so.2")
        );
    }

    #[test]
    fn a_damaged_library_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("whyslow");
        for library in [AGENT, TRACE_RUNTIME] {
            let path = library.unpack(&inner).unwrap();
            fs::write(&path, b"damaged").unwrap();
            assert_eq!(library.unpack(&inner).unwrap(), path);
            assert_eq!(fs::read(&path).unwrap(), library.bytes);
        }
    }

    #[test]
    fn a_folder_that_others_can_write_to_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(AGENT.unpack(folder.path()).is_err());
    }
}
