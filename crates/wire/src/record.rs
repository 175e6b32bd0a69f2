//! Records in a ring: a header word, fixed fields, then a stack or a path.

use core::mem::size_of;

/// Values of [`AllocationRecord::kind`], and of the same field of aggregates.
pub mod allocation_kind {
    /// `alloc` of Rust's global allocator.
    pub const ALLOC: u64 = 0;
    /// `alloc_zeroed` of Rust's global allocator.
    pub const ALLOC_ZEROED: u64 = 1;
    /// `malloc` and its aligned family.
    pub const MALLOC: u64 = 2;
    /// `calloc`.
    pub const CALLOC: u64 = 3;
    /// `malloc` or `calloc` by C code next to hooked Rust entry points.
    pub const FOREIGN: u64 = 4;
}

/// First word of every record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordHeader {
    /// Words of the record, this one included.
    pub n_words: u32,
    /// Which of the record types follows.
    pub kind: u32,
}

impl RecordHeader {
    /// As one word.
    pub const fn to_word(self) -> u64 {
        self.n_words as u64 | (self.kind as u64) << 32
    }

    /// From one word.
    pub const fn from_word(word: u64) -> Self {
        Self {
            n_words: word as u32,
            kind: (word >> 32) as u32,
        }
    }
}

/// Declares record types whose fields are one word each.
macro_rules! records {
    ($($(#[$doc:meta])* $name:ident = $kind:literal { $($(#[$field_doc:meta])* $field:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name { $($(#[$field_doc])* pub $field: u64,)* }

        impl $name {
            /// Tells this record type in [`RecordHeader::kind`].
            pub const KIND: u32 = $kind;
            /// Number of its fields.
            pub const N_WORDS: usize = size_of::<Self>() / 8;

            /// Its fields in order.
            pub const fn to_words(self) -> [u64; Self::N_WORDS] {
                [$(self.$field),*]
            }

            /// From its fields in order, and what follows them; none when there are too few.
            pub fn from_words(words: &[u64]) -> Option<(Self, &[u64])> {
                let (&[$($field),*], rest) = words.split_first_chunk::<{ Self::N_WORDS }>()?;
                Some((Self { $($field),* }, rest))
            }
        }
    )*};
}

records! {
    /// A sampled allocation. A stack follows.
    AllocationRecord = 1 {
        /// When.
        time_ns,
        /// Its number.
        id,
        /// An [`allocation_kind`].
        kind,
        /// Bytes requested.
        size,
        /// Alignment requested, or 0.
        align,
        /// Mean weight between samples at that time.
        interval,
    }
    /// A sampled `realloc`. A stack follows.
    GrowthRecord = 2 {
        /// When.
        time_ns,
        /// Bytes before.
        old_size,
        /// Bytes after.
        new_size,
        /// 1: copied to a new place.
        has_moved,
        /// Mean weight between samples at that time.
        interval,
    }
    /// A sampled block was freed.
    EndRecord = 3 {
        /// When.
        time_ns,
        /// Number of its allocation.
        id,
        /// When it was allocated.
        birth_ns,
        /// `realloc` calls in between.
        growths,
        /// Bytes copied by these.
        moved_bytes,
        /// Its last size.
        last_size,
    }
    /// A CPU sample. A stack follows.
    CpuRecord = 4 {
        /// When.
        time_ns,
        /// CPU time of the thread since its previous sample.
        cpu_ns,
    }
    /// An executable segment. Its path follows, zero-padded.
    MappingRecord = 5 {
        /// First address.
        start,
        /// First address after it.
        end,
        /// Offset in the file of the byte at `start`.
        file_offset,
        /// Bytes of the path.
        path_bytes,
    }
}

/// Words before the dump of a stack: instruction pointer, stack pointer, frame pointer, and the two counts.
pub const STACK_HEADER_WORDS: usize = 4;

/// Counts of the words dumped and of the return addresses, in one word.
pub mod stack_counts {
    /// As one word.
    pub const fn to_word(n_dump: usize, n_chain: usize) -> u64 {
        n_dump as u64 | (n_chain as u64) << 32
    }

    /// Words dumped, return addresses.
    pub const fn from_word(word: u64) -> (usize, usize) {
        (word as u32 as usize, (word >> 32) as usize)
    }
}
