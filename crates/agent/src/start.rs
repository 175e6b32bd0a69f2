//! Starts the agent, in the program and in the children that it forks. Runs inside malloc and signal handlers.

use crate::hooks::loader;
use crate::sys::{self, Arena, CodePage, OpenCode};
use crate::{arena, exports, heap, real, thread, timer};
use core::ffi::{CStr, c_char, c_int};
use core::sync::atomic::Ordering::Relaxed;
use wire::{Patch, heap_mode, process_flag, role};

/// Runs before `main`, and before the constructors of the executable.
pub(crate) extern "C" fn on_load(_: c_int, arguments: *const *const c_char, environment: *const *const c_char) {
    exports::pass_heap_calls_on();
    let Some(value) = sys::find_variable(environment, wire::ARENA_VARIABLE) else {
        return;
    };
    if !map(value) {
        return;
    }
    if let Some(arena) = sys::arena() {
        start(arena, arguments as u64);
    }
}

/// The variable holds `<nonce>:<path>`.
fn map(value: &[u8]) -> bool {
    let Some(colon) = value.iter().position(|&byte| byte == b':') else {
        return false;
    };
    let (nonce, path) = value.split_at(colon);
    let nonce = core::str::from_utf8(nonce)
        .ok()
        .and_then(|nonce| u64::from_str_radix(nonce, 16).ok());
    let mut buffer = [0u8; 64];
    let path = path.get(1..).unwrap_or(&[]);
    // One byte less than the buffer: it must end with zero.
    if path.len() >= buffer.len() {
        return false;
    }
    buffer.iter_mut().zip(path).for_each(|(to, from)| *to = *from);
    let (Some(nonce), Ok(path)) = (nonce, CStr::from_bytes_until_nul(&buffer)) else {
        return false;
    };
    sys::map_arena(path, nonce)
}

/// Everything that is above the arguments is no frame of the main thread.
fn start(arena: &'static Arena, stack_high: u64) {
    /// Stands for "unlimited": beyond it, stacks are read by system calls.
    const PLAIN_STACK_BYTES: u64 = 8 << 20;
    let limit = sys::stack_limit();
    let stack_bytes = if limit > 1 << 40 { PLAIN_STACK_BYTES } else { limit };
    thread::set_stack(stack_high.saturating_sub(stack_bytes), stack_high);
    thread::end_all_of(arena, sys::pid());
    let config = &arena.header.config;
    let is_heap_wanted = config.heap.load(Relaxed) != heap_mode::OFF;
    let flags = if is_heap_wanted { watch_heap(arena) } else { 0 };
    arena::enter_process(arena, flags);
    sys::thread_end_key(thread::on_end);
    sys::on_fork(before_fork, after_fork_in_parent, after_fork_in_child);
    timer::install(config);
    arena::activate();
    if is_heap_wanted {
        let is_hooked = flags & (process_flag::RUST_HOOKED | process_flag::ALLOCATOR_HOOKED) != 0;
        exports::watch_heap_calls(is_hooked);
    }
    loader::record_segments();
}

/// Decides where the heap is watched; returns [`process_flag`] bits.
fn watch_heap(arena: &Arena) -> u32 {
    let (first_malloc, next_malloc) = real::addresses_of(c"malloc");
    set_size_source(next_malloc);
    let patches = &arena.header.patches;
    let identity = (patches.device.load(Relaxed), patches.inode.load(Relaxed));
    if sys::executable_identity() != Some(identity) {
        // A child that runs another program: all of `malloc` is its own.
        return 0;
    }
    let n_patches = patches.n_patches.load(Relaxed) as usize;
    let patches_here = patches.patches.get(..n_patches).unwrap_or(&[]);
    let is_direct = patches.is_system_allocator.load(Relaxed) != 0;
    if is_direct {
        // Where the executable has a `malloc` of its own, that one comes first, and the agent's is never called.
        let pick = |name: &CStr| {
            let (first, next) = real::addresses_of(name);
            if first_malloc == exports::malloc_address() {
                next
            } else {
                first
            }
        };
        exports::set_direct_functions(pick(c"malloc"), pick(c"calloc"), pick(c"free"));
    }
    match redirect(patches_here, is_direct) {
        Some(flags) => flags,
        None => {
            let (start, end) = sys::executable_code();
            exports::set_own_code(start as usize, end as usize);
            if n_patches > 0 { process_flag::PATCH_REFUSED } else { 0 }
        }
    }
}

/// Says how the size of a block of the C library's `malloc` is found.
fn set_size_source(malloc: usize) {
    let glibc_malloc = real::addresses_of(c"__libc_malloc").0;
    if malloc == glibc_malloc && malloc != 0 {
        heap::set_usable_size_function(None);
    } else if let function @ 1.. = real::address_behind(c"malloc_usable_size") {
        heap::set_usable_size_function(Some(function));
    }
}

/// Redirects the entry points; none, with nothing changed, when the executable is not as expected or refuses.
fn redirect(patches: &[Patch], is_direct: bool) -> Option<u32> {
    let bias = sys::load_bias();
    let address = |patch: &Patch| bias.wrapping_add(patch.svma.load(Relaxed));
    let to_change = || {
        patches
            .iter()
            .filter(|patch| patch.role.load(Relaxed) != role::USABLE_SIZE)
    };
    let start = to_change().map(address).min()?;
    let end = to_change().map(address).max()? + wire::MAX_OVERWRITTEN as u64;
    let mut page = CodePage::near(start)?;
    let Some(code) = OpenCode::open(start, end) else {
        page.discard();
        return None;
    };
    let mut jumps = [0; MAX_PATCHES];
    let is_ready = jumps.iter_mut().zip(to_change()).all(|(jump, patch)| {
        *jump = page.next();
        code.is_equal(address(patch), expected(patch, &mut [0; wire::MAX_OVERWRITTEN]))
            && push_trampoline(&mut page, patch, bias, is_direct)
    });
    if !is_ready || !page.seal() {
        code.close();
        page.discard();
        return None;
    }
    for (jump, patch) in jumps.into_iter().zip(to_change()) {
        let at = address(patch);
        let [a, b, c, d] = (jump.wrapping_sub(at + 5) as u32).to_le_bytes();
        code.replace(at, &[0xe9, a, b, c, d]);
    }
    code.close();
    let has = |role: u32| patches.iter().find(|patch| patch.role.load(Relaxed) == role);
    let is_rust = has(role::RUST_ALLOC).is_some();
    match has(role::USABLE_SIZE) {
        Some(patch) => heap::set_usable_size_function(Some(address(patch) as usize)),
        // With Rust's entry points in front of `malloc`, its blocks are the C library's.
        None if is_direct => {}
        None => heap::set_sizes_unknown(),
    }
    Some(if is_rust {
        process_flag::RUST_HOOKED
    } else {
        process_flag::ALLOCATOR_HOOKED
    })
}

const MAX_PATCHES: usize = 32;

fn expected<'a>(patch: &Patch, buffer: &'a mut [u8; wire::MAX_OVERWRITTEN]) -> &'a [u8] {
    buffer
        .iter_mut()
        .zip(&patch.expected)
        .for_each(|(to, from)| *to = from.load(Relaxed));
    buffer.get(..patch.n_overwritten.load(Relaxed) as usize).unwrap_or(&[])
}

/// Writes the trampoline of an entry point (r11 = the original code; jump to the hook), then that code, moved.
fn push_trampoline(page: &mut CodePage, patch: &Patch, bias: u64, is_direct: bool) -> bool {
    let Some(hook) = exports::hook_for_role(patch.role.load(Relaxed), is_direct) else {
        return false;
    };
    /// `movabs r11, imm64` · `jmp [rip + 0]` · the hook's address.
    const TRAMPOLINE_BYTES: u64 = 10 + 6 + 8;
    let original = page.next() + TRAMPOLINE_BYTES;
    let is_pushed = page.push(&[0x49, 0xbb])
        && page.push(&original.to_le_bytes())
        && page.push(&[0xff, 0x25, 0, 0, 0, 0])
        && page.push(&(hook as u64).to_le_bytes());
    let mut code = [0u8; 64];
    code.iter_mut()
        .zip(&patch.code)
        .for_each(|(to, from)| *to = from.load(Relaxed));
    let n_code = patch.n_code.load(Relaxed) as usize;
    let Some(code) = code.get_mut(..n_code) else {
        return false;
    };
    let n_fixups = patch.n_fixups.load(Relaxed) as usize;
    for fixup in patch.fixups.iter().take(n_fixups) {
        let target = bias.wrapping_add(fixup.target_svma.load(Relaxed));
        let from = original + u64::from(fixup.end.load(Relaxed));
        let at = fixup.at.load(Relaxed) as usize;
        let Ok(displacement) = i32::try_from(target.wrapping_sub(from) as i64) else {
            return false;
        };
        let Some(place) = code.get_mut(at..at + 4) else {
            return false;
        };
        place.copy_from_slice(&displacement.to_le_bytes());
    }
    is_pushed && page.push(code)
}

/// The thread leaves its slot for the time of a fork: until the child knows that it is one, it must not write there.
extern "C" fn before_fork() {
    let local = sys::local();
    let slot = local.slot.swap(0, Relaxed);
    if slot != 0 {
        local.saved_slot.store(slot, Relaxed);
        local.is_done.store(1, Relaxed);
    }
}

extern "C" fn after_fork_in_parent() {
    let local = sys::local();
    let slot = local.saved_slot.swap(0, Relaxed);
    if slot != 0 {
        local.slot.store(slot, Relaxed);
        local.is_done.store(0, Relaxed);
    }
}

extern "C" fn after_fork_in_child() {
    let local = sys::local();
    local.saved_slot.store(0, Relaxed);
    local.is_done.store(0, Relaxed);
    local.is_busy.store(0, Relaxed);
    // Timers are not inherited.
    local.timer.store(0, Relaxed);
    heap::forget_tracked_blocks();
    if let Some(arena) = arena::active() {
        let flags = arena::process(arena).map_or(0, |process| process.flags.load(Relaxed));
        arena::enter_process(arena, flags | process_flag::FORKED);
        loader::record_segments();
    }
}
