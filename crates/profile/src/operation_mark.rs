//! What one frame says about the work under it: its mark.

use crate::operation_name::Name;
use crate::{Frame, Origin};

/// What a frame says about the work under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// An allocation by libc or another allocator, or Rust's way into it.
    Alloc,
    /// Likewise for giving back.
    Free,
    /// Likewise for `realloc`.
    Grow,
    Copy,
    Fill,
    Compare,
    Scan,
    Hash(&'static str),
    Format,
    Sort,
    Drop,
    /// Taking or releasing a lock.
    Lock,
    /// The slow path of a lock: spinning, sleeping, waking.
    LockSlow,
    /// Waiting for an event of another thread.
    Idle,
    /// A message channel: its own locks are a part of waiting for messages.
    Channel,
    Sleep,
    Poll,
    /// A system call, or the libc function around it.
    Syscall(&'static str),
    PageFault,
    /// An interrupt: the frames below it have nothing to do with those above it.
    Interrupt,
}

/// The mark of a frame, if it has one.
pub(crate) fn mark_of(frame: &Frame) -> Option<Mark> {
    match &frame.origin {
        Origin::Kernel => kernel_mark(&frame.function),
        Origin::Std => std_mark(&frame.function),
        Origin::Dependency { name, .. } => dependency_mark(name, &frame.function),
        Origin::User(_) => user_mark(&frame.function),
        Origin::System(_) | Origin::Unknown => system_mark(&frame.function).or_else(|| std_mark(&frame.function)),
        Origin::Agent => None,
    }
}

/// Whether nothing but an allocator runs below this frame: user frames there belong to the user's own allocator.
pub(crate) fn is_allocator_entry(frame: &Frame) -> bool {
    let Frame { function, origin, .. } = frame;
    match origin {
        Origin::Std | Origin::Unknown | Origin::User(_) => {
            function.starts_with("__rust_") && is_rust_entry(function.as_str())
                || function.starts_with("__rustc::__rust_") && is_rust_entry(&function["__rustc::".len()..])
                || matches!(
                    function.as_str(),
                    "alloc::alloc::alloc"
                        | "alloc::alloc::alloc_zeroed"
                        | "alloc::alloc::realloc"
                        | "alloc::alloc::dealloc"
                )
        }
        _ => false,
    }
}

fn is_rust_entry(name: &str) -> bool {
    matches!(
        name,
        "__rust_alloc" | "__rust_alloc_zeroed" | "__rust_realloc" | "__rust_dealloc"
    )
}

fn kernel_mark(function: &str) -> Option<Mark> {
    if function.contains("page_fault") || function.contains("handle_mm_fault") {
        return Some(Mark::PageFault);
    }
    if function.starts_with("asm_sysvec")
        || function.starts_with("asm_common_interrupt")
        || function.contains("irq_exit")
    {
        return Some(Mark::Interrupt);
    }
    let name = ["__x64_sys_", "__do_sys_", "__se_sys_", "ksys_", "vfs_"]
        .iter()
        .find_map(|prefix| function.strip_prefix(prefix))?;
    Some(syscall_mark(name))
}

/// The mark of a system call or of the libc function around it.
fn syscall_mark(name: &str) -> Mark {
    syscall(name).map_or(Mark::Syscall("other"), |known| match known {
        "poll" => Mark::Poll,
        "sleep" => Mark::Sleep,
        known => Mark::Syscall(known),
    })
}

/// The canonical name of a system call by any of its names.
fn syscall(name: &str) -> Option<&'static str> {
    Some(match name {
        "write" | "pwrite64" | "pwrite" => "write",
        "writev" | "pwritev" | "pwritev2" | "iter_write" | "pwritev64" => "writev",
        "read" | "pread64" | "pread" => "read",
        "readv" | "preadv" | "preadv2" | "iter_read" | "preadv64" => "readv",
        "send" | "sendto" | "sendmsg" | "sendmmsg" => "send",
        "recv" | "recvfrom" | "recvmsg" | "recvmmsg" => "recv",
        "fsync" | "fdatasync" | "sync_file_range" | "fsync_range" | "msync" => "fsync",
        "open" | "openat" | "open64" | "openat64" | "openat2" | "creat" => "open",
        "close" => "close",
        "stat" | "fstat" | "lstat" | "newfstatat" | "newfstat" | "newstat" | "newlstat" | "statx" | "fstatat"
        | "fstatat64" | "stat64" | "fstat64" | "lstat64" | "getattr" => "stat",
        "lseek" | "lseek64" | "llseek" => "lseek",
        "getdents64" | "readdir" | "readdir64" | "iterate_dir" => "readdir",
        "unlink" | "unlinkat" | "rename" | "renameat" | "renameat2" | "mkdir" | "mkdirat" | "rmdir" | "ftruncate"
        | "ftruncate64" | "truncate" | "copy_file_range" | "sendfile" | "sendfile64" | "splice" | "ioctl"
        | "connect" | "access" | "faccessat" | "readlink" | "readlinkat" | "fcntl" | "fallocate" => "file",
        "futex" | "futex_wait" | "futex_wake" => "futex",
        "mmap" | "mmap64" | "munmap" | "brk" | "sbrk" | "madvise" | "mremap" | "mprotect" | "mmap_pgoff" => "memory",
        "poll" | "ppoll" | "select" | "pselect" | "pselect6" | "epoll_wait" | "epoll_pwait" | "epoll_pwait2"
        | "accept" | "accept4" | "wait4" | "waitid" | "waitpid" | "wait" => "poll",
        "nanosleep" | "clock_nanosleep" | "usleep" | "sleep" => "sleep",
        "sched_yield" => "sched_yield",
        "clone" | "clone3" | "fork" | "vfork" | "execve" | "exit" | "exit_group" => "process",
        _ => return None,
    })
}

/// Whether a canonical system call name is input or output.
pub(crate) fn is_io(syscall: &str) -> bool {
    matches!(
        syscall,
        "write"
            | "writev"
            | "read"
            | "readv"
            | "send"
            | "recv"
            | "fsync"
            | "open"
            | "close"
            | "stat"
            | "lseek"
            | "readdir"
            | "file"
    )
}

/// The canonical name of the call of an I/O row, as far as it has one.
pub(crate) fn io_call(name: &str) -> &str {
    syscall(name).unwrap_or(name)
}

fn system_mark(function: &str) -> Option<Mark> {
    let plain = plain_symbol(function);
    let allocator = |name: &str| match name {
        "malloc" | "calloc" | "memalign" | "posix_memalign" | "aligned_alloc" | "int_malloc" | "tcache_get"
        | "int_memalign" | "malloc_consolidate" | "sysmalloc" | "malloc_usable_size" | "alloc_perturb" | "sbrk"
        | "mallocx" | "unlink_chunk" | "malloc_aligned" | "zalloc" | "malloc_small" | "malloc_generic" => {
            Some(Mark::Alloc)
        }
        "free"
        | "cfree"
        | "int_free"
        | "tcache_put"
        | "systrim"
        | "sdallocx"
        | "free_sized"
        | "dallocx"
        | "free_block_mt"
        | "int_free_merge_chunk"
        | "int_free_create_chunk"
        | "int_free_maybe_consolidate" => Some(Mark::Free),
        "realloc" | "int_realloc" | "rallocx" | "reallocarray" | "rezalloc" | "realloc_aligned" => Some(Mark::Grow),
        _ => None,
    };
    if let Some(mark) = allocator(plain) {
        return Some(mark);
    }
    for prefix in ["mi_", "_mi_", "je_", "_rjem_", "rjem_", "tc_", "sn_", "rust_"] {
        if let Some(rest) = function.strip_prefix(prefix) {
            return match allocator(plain_symbol(rest.trim_start_matches("je_"))) {
                Some(mark) => Some(mark),
                None if matches!(prefix, "mi_" | "_mi_" | "je_" | "_rjem_" | "rjem_") => {
                    Some(if rest.contains("free") || rest.contains("dalloc") {
                        Mark::Free
                    } else {
                        Mark::Alloc
                    })
                }
                None => None,
            };
        }
    }
    let routine = plain.split("_avx").next().unwrap_or(plain);
    let routine = routine.split("_sse").next().unwrap_or(routine);
    let routine = routine.split("_evex").next().unwrap_or(routine);
    let routine = routine
        .split("_erms")
        .next()
        .unwrap_or(routine)
        .trim_end_matches("_unaligned");
    match routine {
        "memmove" | "memcpy" | "mempcpy" | "strcpy" => return Some(Mark::Copy),
        "memset" | "bzero" => return Some(Mark::Fill),
        "memcmp" | "bcmp" | "memcmpeq" | "strcmp" | "strncmp" => return Some(Mark::Compare),
        "memchr" | "memrchr" | "rawmemchr" | "strlen" | "strchr" | "memmem" => return Some(Mark::Scan),
        _ => {}
    }
    match plain {
        "pthread_mutex_lock"
        | "pthread_mutex_unlock"
        | "pthread_rwlock_rdlock"
        | "pthread_rwlock_wrlock"
        | "pthread_rwlock_unlock"
        | "pthread_spin_lock" => Some(Mark::Lock),
        "lll_lock_wait" | "lll_lock_wait_private" | "lll_lock_wake" | "lll_lock_wake_private" => Some(Mark::LockSlow),
        "pthread_cond_wait"
        | "pthread_cond_timedwait"
        | "pthread_join"
        | "pthread_timedjoin_ex"
        | "pthread_clockjoin_ex"
        | "pthread_barrier_wait" => Some(Mark::Idle),
        _ => syscall(plain).map(|_| syscall_mark(plain)),
    }
}

/// A libc symbol without its decoration: `memmove_avx512` of `__memmove_avx512`, `write` of `__GI___libc_write`.
fn plain_symbol(symbol: &str) -> &str {
    let symbol = symbol.split('@').next().unwrap_or(symbol);
    let symbol = symbol.split('.').next().unwrap_or(symbol);
    let symbol = symbol.strip_prefix("__GI_").unwrap_or(symbol).trim_start_matches('_');
    symbol.strip_prefix("libc_").unwrap_or(symbol)
}

fn std_mark(function: &str) -> Option<Mark> {
    if let Some(rest) = function
        .strip_prefix("__rustc::")
        .or(Some(function))
        .filter(|name| name.starts_with("__rust_"))
    {
        return match rest {
            "__rust_alloc" | "__rust_alloc_zeroed" => Some(Mark::Alloc),
            "__rust_dealloc" => Some(Mark::Free),
            "__rust_realloc" => Some(Mark::Grow),
            _ => None,
        };
    }
    match function {
        "alloc::alloc::alloc" | "alloc::alloc::alloc_zeroed" | "alloc::alloc::exchange_malloc" => {
            return Some(Mark::Alloc);
        }
        "alloc::alloc::dealloc" => return Some(Mark::Free),
        "alloc::alloc::realloc" => return Some(Mark::Grow),
        _ => {}
    }
    if function.starts_with("core::ptr::drop_in_place") {
        return Some(Mark::Drop);
    }
    if let Some(hash) = hash_of(function) {
        return Some(Mark::Hash(hash));
    }
    let name = Name::parse(function);
    let type_name = name.type_name().unwrap_or("");
    // A type's path or the function's own: what the name starts with.
    let head = function.trim_start_matches(['<', '&']);
    let is_in = |module: &str| head.starts_with(module);
    if let Some(mark) = lock_mark(type_name, name.item) {
        return Some(mark);
    }
    if is_in("core::slice::sort::")
        || is_in("alloc::slice::stable_sort")
        || (type_name == "slice" && (name.item.starts_with("sort") || name.item.starts_with("select_nth")))
    {
        return Some(Mark::Sort);
    }
    if is_in("core::fmt::") || is_in("alloc::fmt::") || is_in("core::num::flt2dec") || is_in("core::num::imp::flt2dec")
    {
        return Some(Mark::Format);
    }
    if matches!(
        name.trait_name(),
        Some("Display" | "Debug" | "LowerHex" | "UpperHex" | "LowerExp")
    ) || name.item == "write_fmt"
    {
        return Some(Mark::Format);
    }
    match (name.path.as_slice(), name.item) {
        (["core", "ptr" | "intrinsics"], "copy" | "copy_nonoverlapping") => Some(Mark::Copy),
        (["core", "slice", "memchr"], _) => Some(Mark::Scan),
        (["std", "thread", ..], "sleep") => Some(Mark::Sleep),
        (["std", "thread", ..], item) if item.starts_with("park") => Some(Mark::Idle),
        _ if type_name == "slice" && name.item == "copy_from_slice" => Some(Mark::Copy),
        _ => None,
    }
}

fn hash_of(function: &str) -> Option<&'static str> {
    const HASHERS: [(&str, &str); 9] = [
        ("core::hash::sip", "SipHash"),
        ("std::hash::random::DefaultHasher", "SipHash"),
        ("std::collections::hash_map::DefaultHasher", "SipHash"),
        ("fxhash", "FxHash"),
        ("rustc_hash", "FxHash"),
        ("ahash", "aHash"),
        ("foldhash", "foldhash"),
        ("fnv::", "FNV"),
        ("xxhash", "xxHash"),
    ];
    let head = function.trim_start_matches(['<', '&']);
    if let Some((_, name)) = HASHERS.iter().find(|(prefix, _)| head.starts_with(prefix)) {
        return Some(name);
    }
    let is_hashing = head.starts_with("core::hash::")
        || function.contains(" as core::hash::Hash>::hash")
        || function.contains(" as core::hash::Hasher>::");
    is_hashing.then_some("")
}

fn lock_mark(type_name: &str, item: &str) -> Option<Mark> {
    let is_lock_type = matches!(
        type_name,
        "Mutex" | "RwLock" | "ReentrantLock" | "RawMutex" | "RawRwLock" | "RawFairMutex" | "RawReentrantMutex"
    );
    if is_lock_type {
        return match item {
            "lock_contended"
            | "spin"
            | "spin_until"
            | "spin_read"
            | "spin_write"
            | "read_contended"
            | "write_contended"
            | "wake"
            | "wake_writer_or_readers"
            | "wake_writer"
            | "lock_slow"
            | "unlock_slow"
            | "lock_shared_slow"
            | "lock_exclusive_slow"
            | "unlock_shared_slow"
            | "unlock_exclusive_slow"
            | "lock_common"
            | "wait_for_readers"
            | "lock_upgradable_slow"
            | "upgrade_slow" => Some(Mark::LockSlow),
            "lock" | "unlock" | "read" | "write" | "read_unlock" | "write_unlock" | "lock_shared"
            | "lock_exclusive" | "unlock_shared" | "unlock_exclusive" | "try_lock" | "try_read" | "try_write" => {
                Some(Mark::Lock)
            }
            _ => None,
        };
    }
    if matches!(
        type_name,
        "MutexGuard" | "RwLockReadGuard" | "RwLockWriteGuard" | "ReentrantLockGuard"
    ) && item == "drop"
    {
        return Some(Mark::Lock);
    }
    let is_message = matches!(
        item,
        "send" | "recv" | "try_send" | "try_recv" | "send_timeout" | "recv_timeout" | "recv_deadline"
    );
    if is_message && matches!(type_name, "Receiver" | "Sender" | "SyncSender" | "Channel") {
        return Some(Mark::Channel);
    }
    let is_waiting = match type_name {
        "Condvar" => item.starts_with("wait"),
        "Parker" => item.starts_with("park"),
        "Once" | "OnceState" => matches!(item, "call" | "wait" | "call_once_slow"),
        "Barrier" => item == "wait",
        "JoinHandle" | "JoinInner" => item == "join",
        "Thread" => matches!(item, "join" | "park"),
        "Context" => item == "wait_until",
        _ => false,
    };
    is_waiting.then_some(Mark::Idle)
}

fn dependency_mark(package: &str, function: &str) -> Option<Mark> {
    match package {
        "hashbrown" | "indexmap" => hash_of(function).map(Mark::Hash),
        "memchr" => Some(Mark::Scan),
        "ryu" | "itoa" | "dtoa" | "lexical-core" | "lexical-write-integer" => Some(Mark::Format),
        "parking_lot" | "parking_lot_core" | "lock_api" => {
            let name = Name::parse(function);
            lock_mark(name.type_name().unwrap_or(""), name.item)
        }
        _ if function.starts_with("core::") || function.starts_with("alloc::") || function.starts_with("std::") => {
            std_mark(function)
        }
        _ if function.starts_with("core::ptr::drop_in_place") => Some(Mark::Drop),
        _ => hash_of(function).map(Mark::Hash).or_else(|| {
            let name = Name::parse(function);
            match name.trait_name() {
                Some("Display" | "Debug") => Some(Mark::Format),
                _ => lock_mark(name.type_name().unwrap_or(""), name.item)
                    .filter(|mark| *mark == Mark::Channel || function.contains("lock")),
            }
        }),
    }
}

/// Traits that user code implements and library code calls back: their time belongs to the library's class.
fn user_mark(function: &str) -> Option<Mark> {
    let name = Name::parse(function);
    match name.trait_name()? {
        "Hash" if name.item == "hash" => Some(Mark::Hash("")),
        "Hasher" => Some(Mark::Hash("custom")),
        "Display" | "Debug" | "LowerHex" | "UpperHex" if name.item == "fmt" => Some(Mark::Format),
        _ => None,
    }
}
