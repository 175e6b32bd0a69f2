//! All that touches the system or memory by address. Makes system calls directly, so that `errno` stays.

mod kernel;
mod loader;
mod local;
mod mapped;
mod simd;
mod stack;

pub(crate) use kernel::{executable_identity, give_way, pid, random_bytes, thread_name, ticks, tid};
pub(crate) use loader::{
    Segment, abort, for_each_code_segment, next_function, on_fork, thread_end_key, watch_thread_end,
};
pub(crate) use local::local;
pub(crate) use mapped::{
    copy_bytes, dense_rows, environment_value, map_file, private, private_rows, release, row_at, rows_at, write_bytes,
};
pub(crate) use simd::{N_LANES, position, position_of_least, prefetch};
pub(crate) use stack::{frames_above, is_on_main_stack, stack_end, stack_pointer};
