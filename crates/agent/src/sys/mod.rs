//! Everything unsafe that is no hook. Runs inside malloc and signal handlers.

mod arena_memory;
mod calls;
mod kernel;
mod local;
mod memory;
mod patching;
mod segments;

pub(crate) use arena_memory::{Arena, arena, map_arena, slot_at};
pub(crate) use calls::{
    abort, call, default_stack_size, errno, now_ns, on_fork, set_errno, stack_of_attributes, thread_cpu_ns,
    thread_end_key, watch_thread_end,
};
pub(crate) use kernel::{
    delete_timer, executable_identity, executable_path, file_mode, pid, set_signal_handler, stack_limit, start_timer,
    thread_name, tid,
};
pub(crate) use local::{Local, local};
pub(crate) use memory::{
    Frames, OwnStack, Registers, StackWords, UnknownStack, c_bytes, caller_of, find_variable, signal_registers,
    usable_size, word_at,
};
pub(crate) use patching::{CodePage, OpenCode, load_bias};
pub(crate) use segments::{executable_code, for_each_segment};
