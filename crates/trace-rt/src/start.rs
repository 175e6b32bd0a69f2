//! Starts recording, in the program and in the children that it forks.

use crate::caches::LastLevel;
use crate::sys::{self, Segment};
use crate::{directory, hooks, objects, thread};
use core::ffi::{CStr, c_char, c_int};
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use core::sync::atomic::{AtomicU64, AtomicUsize};
use wire::trace::{
    AllocationSite, MAX_L1_SETS, Module, SharedLine, StaticRange, TRACE_MAGIC, TRACE_VARIABLE, TRACE_VERSION,
    TraceGeometry, TraceHeader, UsedLine,
};

/// Longest path of an arena, with its zero.
const MAX_PATH: usize = 64;

/// The memory shared with the recorder, and what goes with it.
pub(crate) struct Arena {
    pub(crate) header: &'static TraceHeader,
    pub(crate) geometry: TraceGeometry,
    pub(crate) allocation_sites: &'static [AllocationSite],
    pub(crate) shared_lines: &'static [SharedLine],
    pub(crate) used_lines: &'static [UsedLine],
    modules: &'static [Module],
    /// First address of the executable's code.
    pub(crate) text_start: u64,
    /// All threads' last level.
    pub(crate) last_level: LastLevel,
    path: [u8; MAX_PATH],
}

static ARENA: AtomicUsize = AtomicUsize::new(0);

/// None when nothing is recorded.
#[inline(always)]
pub(crate) fn arena() -> Option<&'static Arena> {
    let address = ARENA.load(Acquire);
    (address != 0).then(|| sys::row_at(address))
}

/// Runs before `main`, and before the constructors of the executable.
pub(crate) extern "C" fn on_load(_: c_int, _: *const *const c_char, environment: *const *const c_char) {
    let Some(value) = sys::environment_value(environment, TRACE_VARIABLE.as_bytes()) else {
        return;
    };
    let Some((nonce, path)) = parse(value) else { return };
    if let Some(arena) = open(nonce, path) {
        start(arena);
    }
}

/// The variable holds `<nonce>:<path>`.
fn parse(value: &[u8]) -> Option<(u64, [u8; MAX_PATH])> {
    let colon = value.iter().position(|&byte| byte == b':')?;
    let (nonce, path) = value.split_at(colon);
    let nonce = u64::from_str_radix(core::str::from_utf8(nonce).ok()?, 16).ok()?;
    let path = path.get(1..)?;
    let mut buffer = [0u8; MAX_PATH];
    if path.len() >= buffer.len() {
        return None;
    }
    buffer.iter_mut().zip(path).for_each(|(to, from)| *to = *from);
    Some((nonce, buffer))
}

fn open(nonce: u64, path: [u8; MAX_PATH]) -> Option<&'static Arena> {
    let name = CStr::from_bytes_until_nul(&path).ok()?;
    let header_bytes = TraceGeometry::default().modules_at();
    let header: &'static TraceHeader = sys::row_at(sys::map_file(name, 0, header_bytes)?);
    let is_ours = header.magic.load(Acquire) == TRACE_MAGIC
        && header.version.load(Relaxed) == TRACE_VERSION
        && header.nonce.load(Relaxed) == nonce;
    if !is_ours {
        return None;
    }
    if sys::executable_identity() != Some((header.device.load(Relaxed), header.inode.load(Relaxed))) {
        header.n_other_programs.fetch_add(1, Relaxed);
        return None;
    }
    let geometry = header.geometry();
    let base = sys::map_file(name, 0, geometry.common_bytes())?;
    let part = |at: u64| base + at as usize;
    let statics: &'static [StaticRange] = sys::rows_at(part(geometry.statics_at()), geometry.n_statics as usize);
    let [first, _, last] = &header.levels;
    if !(1..=MAX_L1_SETS).contains(&first.sets.load(Relaxed)) || !first.sets.load(Relaxed).is_power_of_two() {
        return None;
    }
    let bias = executable_bias();
    header.load_bias.store(bias, Relaxed);
    objects::prepare();
    for (number, range) in statics.iter().enumerate() {
        let start = range.svma.load(Relaxed).wrapping_add(bias);
        objects::mark_static(start, range.bytes.load(Relaxed), number as u32);
    }
    sys::private(Arena {
        header,
        geometry,
        allocation_sites: sys::rows_at(
            part(geometry.allocation_sites_at()),
            TraceGeometry::N_ALLOCATION_SITES as usize,
        ),
        shared_lines: sys::rows_at(part(geometry.shared_lines_at()), TraceGeometry::N_SHARED_LINES as usize),
        used_lines: sys::rows_at(part(geometry.used_lines_at()), TraceGeometry::N_USED_LINES as usize),
        modules: sys::rows_at(part(geometry.modules_at()), TraceGeometry::N_MODULES as usize),
        text_start: header.text_svma.load(Relaxed).wrapping_add(bias),
        last_level: LastLevel::new(last.sets.load(Relaxed), last.ways.load(Relaxed))?,
        path,
    })
}

fn start(arena: &'static Arena) {
    arena.header.n_processes.fetch_add(1, Relaxed);
    hooks::prepare();
    note_modules(arena);
    sys::thread_end_key(thread::on_end);
    sys::on_fork(after_fork_in_child);
    ARENA.store(core::ptr::from_ref(arena).expose_provenance(), Release);
}

extern "C" fn after_fork_in_child() {
    if let Some(arena) = arena() {
        arena.header.n_processes.fetch_add(1, Relaxed);
        directory::close_in_child();
        thread::after_fork_in_child();
    }
}

impl Arena {
    /// Maps a slot; none when the recorder is gone or the system has no memory.
    pub(crate) fn map_slot(&self, slot_idx: u64) -> Option<usize> {
        let path = CStr::from_bytes_until_nul(&self.path).ok()?;
        sys::map_file(path, self.geometry.slot_at(slot_idx), self.geometry.slot_bytes())
    }
}

fn executable_bias() -> u64 {
    let mut bias = None;
    // The loader lists the executable first.
    sys::for_each_code_segment(&mut |segment: Segment| {
        bias.get_or_insert(segment.bias);
    });
    bias.unwrap_or(0)
}

/// The modules are looked at again when code of an unknown one calls.
#[cold]
pub(crate) fn note_module_of(site: u64) {
    let Some(arena) = arena() else { return };
    let n = arena.header.n_modules.load(Acquire) as usize;
    let is_in = |module: &Module| (module.start.load(Relaxed)..module.end.load(Relaxed)).contains(&site);
    if !arena.modules.iter().take(n).any(is_in) {
        note_modules(arena);
    }
}

fn note_modules(arena: &'static Arena) {
    static IS_NOTING: AtomicU64 = AtomicU64::new(0);
    if IS_NOTING.swap(1, Acquire) != 0 {
        return;
    }
    sys::for_each_code_segment(&mut |segment: Segment| note_segment(arena, segment));
    IS_NOTING.store(0, Release);
}

fn note_segment(arena: &Arena, segment: Segment) {
    let n = arena.header.n_modules.load(Relaxed);
    let is_same = |module: &Module| {
        module.start.load(Relaxed) == segment.start
            && module.end.load(Relaxed) == segment.end
            && module.file_offset.load(Relaxed) == segment.file_offset
    };
    if arena.modules.iter().take(n as usize).any(is_same) {
        return;
    }
    let Some(module) = arena.modules.get(n as usize) else {
        arena.header.lost_rows.fetch_add(1, Relaxed);
        return;
    };
    module.start.store(segment.start, Relaxed);
    module.end.store(segment.end, Relaxed);
    module.file_offset.store(segment.file_offset, Relaxed);
    sys::copy_bytes(&module.path, segment.path);
    arena.header.n_modules.store(n + 1, Release);
}
