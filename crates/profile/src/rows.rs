//! The aggregated measurements of a profile: one row per distinct thread, stack and kind.

use crate::{Distribution, StackId};
use serde::{Deserialize, Serialize};

/// Index of a [`Thread`] in a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ThreadId(pub u32);

/// A thread of the target or of one of its children.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// Kernel thread id.
    pub tid: u32,
    /// Kernel process id.
    pub pid: u32,
    /// Name, as the kernel knows it.
    pub name: String,
    /// First and last event, in seconds since launch.
    pub first_s: f64,
    /// See `first_s`.
    pub last_s: f64,
}

/// CPU samples of one thread at one stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CpuRow {
    /// The sampled thread.
    pub thread: ThreadId,
    /// Its stack, kernel frames included at the leaf end when the sample fell into the kernel.
    pub stack: StackId,
    /// Number of samples.
    pub samples: u64,
    /// CPU time that they stand for, in nanoseconds.
    pub cpu_ns: u64,
}

/// Allocations of one thread at one stack. Counts are unbiased estimates unless the heap mode is exact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AllocationRow {
    /// The allocating thread.
    pub thread: ThreadId,
    /// Stack of the allocation call.
    pub stack: StackId,
    /// Recorded events that the estimates rest on.
    pub samples: u64,
    /// Number of allocations.
    pub allocations: f64,
    /// Bytes requested.
    pub bytes: f64,
    /// How many of them were freed before the run ended.
    pub freed: f64,
    /// How many were freed by another thread.
    pub freed_by_other_thread: f64,
    /// Requested size, in bytes.
    pub size: Distribution,
    /// Time from allocation to free, in nanoseconds, of those that were freed.
    pub lifetime_ns: Distribution,
    /// How many of these blocks were grown by `realloc` later: the chains that start here.
    pub grown: f64,
    /// `realloc` calls per grown block.
    pub growths_per_chain: Distribution,
    /// Size of a grown block after its last growth, in bytes.
    pub final_size: Distribution,
}

/// `realloc` calls of one thread at one stack. Counts are unbiased estimates unless the heap mode is exact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthRow {
    /// The thread.
    pub thread: ThreadId,
    /// Stack of the call.
    pub stack: StackId,
    /// Recorded events that the estimates rest on.
    pub samples: u64,
    /// Number of calls.
    pub growths: f64,
    /// How many of them moved the block.
    pub moves: f64,
    /// Bytes copied by those that moved.
    pub moved_bytes: f64,
    /// Bytes added (new size less old size).
    pub added_bytes: f64,
    /// Size before, in bytes.
    pub old_size: Distribution,
    /// Size after, in bytes.
    pub new_size: Distribution,
}

/// What a thread waited on. Whether a futex wait is a lock, a condition variable or parking is told by the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WaitKind {
    /// `FUTEX_WAIT*`: std, parking_lot.
    Futex,
    /// `pthread_mutex_lock`.
    PthreadMutex,
    /// `pthread_rwlock_*lock`.
    PthreadRwLock,
    /// `pthread_cond_wait`, `pthread_cond_timedwait`.
    PthreadCondition,
    /// `pthread_join`.
    Join,
    /// `nanosleep`, `clock_nanosleep`, `usleep`.
    Sleep,
    /// `poll`, `select`, `epoll_wait`, `accept`.
    Poll,
    /// `waitpid` and its family.
    Child,
}

/// Waits of one thread at one stack on one address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitRow {
    /// The waiting thread.
    pub thread: ThreadId,
    /// Its stack.
    pub stack: StackId,
    /// What it waited on.
    pub kind: WaitKind,
    /// Address of the futex or lock in the target; 0 for sleeps and polls.
    pub address: u64,
    /// Number of waits.
    pub count: u64,
    /// Time waited, in nanoseconds.
    pub total_ns: u64,
    /// Longest wait, in nanoseconds.
    pub max_ns: u64,
}

/// Wake-ups that one thread gave at one stack: it held what others waited for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WakeRow {
    /// The waking thread.
    pub thread: ThreadId,
    /// Its stack.
    pub stack: StackId,
    /// Address of the futex or lock in the target.
    pub address: u64,
    /// Number of calls that woke a thread.
    pub count: u64,
}

/// What a file descriptor stood for when it was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FdKind {
    /// A regular file.
    File,
    /// A pipe or FIFO.
    Pipe,
    /// A socket.
    Socket,
    /// A terminal or another character device.
    Character,
    /// Anything else, or the call has no descriptor.
    #[default]
    Other,
}

/// I/O calls of one thread at one stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IoRow {
    /// The calling thread.
    pub thread: ThreadId,
    /// Its stack.
    pub stack: StackId,
    /// Name of the libc function: `write`, `read`, `pread64`, `openat` …
    pub call: String,
    /// What the descriptor stood for.
    pub fd_kind: FdKind,
    /// Number of calls.
    pub count: u64,
    /// How many of them failed.
    pub errors: u64,
    /// Bytes transferred, as returned by the calls.
    pub bytes: u64,
    /// Time in the calls, in nanoseconds.
    pub total_ns: u64,
    /// Longest call, in nanoseconds.
    pub max_ns: u64,
    /// Bytes per call.
    pub size: Distribution,
}
