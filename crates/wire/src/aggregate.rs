//! Calls summed up by thread, stack and kind: entries of the pool, found by way of an index.
//!
//! An entry is inserted once, by the thread that owns it, and only that thread adds to it. The index holds the place of
//! an entry in the pool, in words; 0 is an empty place. An index place is taken by compare-and-swap.

/// What an entry counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum EntryKind {
    /// I/O calls. `sub` is an [`crate::IoCall`], `detail` an [`fd_kind`].
    Io = 1,
    /// Waits. `sub` is a [`wait_kind`].
    Wait = 2,
    /// Calls that woke a waiting thread.
    Wake = 3,
    /// Allocations in exact mode. `sub` is an [`crate::allocation_kind`].
    Allocation = 4,
    /// `realloc` calls in exact mode.
    Growth = 5,
}

impl EntryKind {
    /// From the byte in an entry.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Io,
            2 => Self::Wait,
            3 => Self::Wake,
            4 => Self::Allocation,
            5 => Self::Growth,
            _ => return None,
        })
    }

    /// True when its entries have a histogram of sizes.
    pub const fn has_histogram(self) -> bool {
        matches!(self, Self::Io | Self::Allocation | Self::Growth)
    }
}

/// What a descriptor stood for.
pub mod fd_kind {
    /// Not asked yet.
    pub const UNKNOWN: u8 = 0;
    /// A regular file.
    pub const FILE: u8 = 1;
    /// A pipe or FIFO.
    pub const PIPE: u8 = 2;
    /// A socket.
    pub const SOCKET: u8 = 3;
    /// A terminal or another character device.
    pub const CHARACTER: u8 = 4;
    /// Anything else, or none.
    pub const OTHER: u8 = 5;
}

/// What a thread waited on.
pub mod wait_kind {
    /// `FUTEX_WAIT` and its family, by `syscall`.
    pub const FUTEX: u8 = 1;
    /// `pthread_mutex_lock`.
    pub const MUTEX: u8 = 2;
    /// `pthread_rwlock_*lock`.
    pub const RWLOCK: u8 = 3;
    /// `pthread_cond_wait`.
    pub const CONDITION: u8 = 4;
    /// `pthread_join`.
    pub const JOIN: u8 = 5;
    /// `nanosleep` and its family.
    pub const SLEEP: u8 = 6;
    /// `poll`, `select`, `epoll_wait`, `accept` and their families.
    pub const POLL: u8 = 7;
    /// `waitpid` and its family.
    pub const CHILD: u8 = 8;
}

/// Places of the words of an entry.
pub mod entry {
    use crate::{EntryKind, N_BUCKETS};

    /// Hash of key and frames. The first eight words, a cache line, are all that most calls touch.
    pub const HASH: usize = 0;
    /// Thread id, and process id in the high half.
    pub const THREAD: usize = 1;
    /// Kind, sub-kind, detail, and number of frames, as bytes from the lowest.
    pub const KIND: usize = 2;
    /// Number of calls.
    pub const COUNT: usize = 3;
    /// Bytes transferred, requested, or copied.
    pub const BYTES: usize = 4;
    /// Smallest size.
    pub const MIN_SIZE: usize = 5;
    /// Largest size.
    pub const MAX_SIZE: usize = 6;
    /// Address of the lock.
    pub const ADDRESS: usize = 7;
    /// Failed calls; for growths: those that copied the block.
    pub const ERRORS: usize = 8;
    /// Time in the calls; for growths: bytes added.
    pub const TOTAL_NS: usize = 9;
    /// Longest call.
    pub const MAX_NS: usize = 10;
    /// The frames begin here, leaf first; the histogram, two buckets a word, stands at the end.
    pub const FRAMES: usize = 11;
    /// Words of a histogram.
    pub const HISTOGRAM_WORDS: usize = N_BUCKETS / 2;
    /// Frames of an entry at most.
    pub const MAX_FRAMES: usize = 96;

    /// Entries begin at multiples of this many words: a cache line.
    pub const ALIGN_WORDS: usize = 8;

    /// Words of an entry.
    pub const fn n_words(kind: EntryKind, n_frames: usize) -> usize {
        FRAMES + n_frames + if kind.has_histogram() { HISTOGRAM_WORDS } else { 0 }
    }
}

/// What tells an entry from others with the same stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AggregateKey {
    /// Process of the calling thread.
    pub pid: u32,
    /// The calling thread.
    pub tid: u32,
    /// What is counted.
    pub kind: EntryKind,
    /// See [`EntryKind`].
    pub sub: u8,
    /// See [`EntryKind`].
    pub detail: u8,
    /// Address of the lock, or 0.
    pub address: u64,
}

impl AggregateKey {
    /// The word at [`entry::THREAD`].
    pub const fn thread_word(&self) -> u64 {
        self.tid as u64 | (self.pid as u64) << 32
    }

    /// The word at [`entry::KIND`].
    pub const fn kind_word(&self, n_frames: usize) -> u64 {
        self.kind as u64 | (self.sub as u64) << 8 | (self.detail as u64) << 16 | (n_frames as u64) << 24
    }

    /// From the words of an entry, with the number of frames; none when the kind is unknown.
    pub const fn from_words(thread: u64, kind: u64, address: u64) -> Option<(Self, usize)> {
        let Some(entry_kind) = EntryKind::from_byte(kind as u8) else {
            return None;
        };
        let key = Self {
            pid: (thread >> 32) as u32,
            tid: thread as u32,
            kind: entry_kind,
            sub: (kind >> 8) as u8,
            detail: (kind >> 16) as u8,
            address,
        };
        Some((key, (kind >> 24) as u8 as usize))
    }
}

/// Hash of a key and its frames, never 0; the frames' part of it is the sum of their [`hash_term`]s.
///
/// Multilinear hashing (Carter and Wegman 1979): a sum of products with random odd factors, which a processor computes
/// side by side, where a chain of multiplications would wait for each other: while it waits for the next frame.
#[inline]
pub fn hash_of(key: &AggregateKey, n_frames: usize, frames_sum: u64) -> u64 {
    let words = [key.thread_word(), key.kind_word(n_frames), key.address];
    let terms = words.iter().zip(&FACTORS[entry::MAX_FRAMES..]);
    finish(terms.fold(frames_sum, |sum, (&word, &factor)| {
        sum.wrapping_add(word.wrapping_mul(factor))
    })) | 1
}

/// What the frame at a place, counted from the leaf, adds to the hash of its stack.
#[inline(always)]
pub fn hash_term(at: usize, frame: u64) -> u64 {
    FACTORS.get(at).map_or(0, |factor| frame.wrapping_mul(*factor))
}

/// Of the frames, then of the three words of a key.
const FACTORS: [u64; 3 + entry::MAX_FRAMES] = {
    let mut factors = [0; 3 + entry::MAX_FRAMES];
    let mut at = 0;
    while at < factors.len() {
        factors[at] = finish((at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1;
        at += 1;
    }
    factors
};

/// The last step of SplitMix64 (Steele, Lea and Flood 2014): all bits depend on all.
const fn finish(word: u64) -> u64 {
    let word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}
