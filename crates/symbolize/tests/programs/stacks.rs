//! Captures its own stack at known places, from a function without a frame, and prints what a sampler would have seen.

use std::arch::global_asm;
use std::ffi::{c_int, c_void};
use std::hint::black_box;

const DUMP_WORDS: usize = 512;

/// Written by `capture_frameless`; the order is known there.
#[repr(C)]
struct Capture {
    ip: u64,
    sp: u64,
    bp: u64,
    dump: [u64; DUMP_WORDS],
}

// Like libc's `memcpy`: no frame of its own, so the frame pointer is its caller's.
global_asm!(
    ".globl capture_frameless",
    ".type capture_frameless, @function",
    "capture_frameless:",
    ".cfi_startproc",
    "lea rax, [rip]",
    "mov [rdi], rax",
    "mov [rdi + 8], rsp",
    "mov [rdi + 16], rbp",
    "lea rdi, [rdi + 24]",
    "mov rsi, rsp",
    "mov rcx, {words}",
    "rep movsq",
    "ret",
    ".cfi_endproc",
    ".size capture_frameless, . - capture_frameless",
    words = const DUMP_WORDS,
);

// Saves and then destroys the frame pointer, as libc's `malloc` does.
global_asm!(
    ".globl capture_clobbering",
    ".type capture_clobbering, @function",
    "capture_clobbering:",
    ".cfi_startproc",
    "push rbp",
    ".cfi_def_cfa_offset 16",
    ".cfi_offset rbp, -16",
    "mov rbp, 12345",
    "call capture_frameless",
    "pop rbp",
    ".cfi_def_cfa_offset 8",
    ".cfi_restore rbp",
    "ret",
    ".cfi_endproc",
    ".size capture_clobbering, . - capture_clobbering",
);

// Like start code and hand-written assembly: not in the unwind table.
global_asm!(
    ".globl capture_uncovered",
    ".type capture_uncovered, @function",
    "capture_uncovered:",
    "lea rax, [rip]",
    "mov [rdi], rax",
    "mov [rdi + 8], rsp",
    "mov [rdi + 16], rbp",
    "lea rdi, [rdi + 24]",
    "mov rsi, rsp",
    "mov rcx, {words}",
    "rep movsq",
    "ret",
    ".size capture_uncovered, . - capture_uncovered",
    words = const DUMP_WORDS,
);

unsafe extern "C" {
    fn capture_frameless(into: *mut Capture);
    fn capture_uncovered(into: *mut Capture);
    fn capture_clobbering(into: *mut Capture);
    fn qsort(base: *mut c_void, n: usize, size: usize, compare: extern "C" fn(*const c_void, *const c_void) -> c_int);
}

type Take = unsafe extern "C" fn(*mut Capture);

/// End of the mapping that holds `address`.
fn mapping_end(address: u64) -> u64 {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let bounds = maps.lines().filter_map(|line| {
        let (start, end) = line.split_whitespace().next()?.split_once('-')?;
        Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
    });
    bounds.into_iter().find(|&(start, end)| (start..end).contains(&address)).unwrap().1
}

fn print(label: &str, capture: &Capture) {
    let end = mapping_end(capture.sp);
    let mut chain = vec![capture.ip];
    let mut bp = capture.bp;
    while bp >= capture.sp && bp + 16 <= end && chain.len() < 200 {
        // SAFETY: both words lie in the mapping of this thread's stack.
        let (next, return_address) = unsafe { (*(bp as *const u64), *((bp + 8) as *const u64)) };
        chain.push(return_address);
        if next <= bp {
            break;
        }
        bp = next;
    }
    let words = |words: &[u64]| words.iter().map(|word| format!("{word:x}")).collect::<Vec<_>>().join(",");
    let n_words = (((end - capture.sp) / 8) as usize).min(DUMP_WORDS);
    println!("stack {label} {:x} {:x} {:x} {} {}", capture.ip, capture.sp, capture.bp, words(&chain), words(&capture.dump[..n_words]));
}

#[inline(never)]
fn capture(label: &str, take: Take) {
    // Not on this stack: the part of it that callers use must be within reach of the dump.
    let mut capture = Box::new(Capture { ip: 0, sp: 0, bp: 0, dump: [0; DUMP_WORDS] });
    // SAFETY: the buffer is as large as the function writes, and 4 KiB of stack lie above (the environment at least).
    unsafe { take(&mut *capture) };
    print(label, &capture);
    black_box(&capture);
}

#[inline(never)]
fn direct() {
    capture("direct", capture_frameless);
    black_box(());
}

#[inline(never)]
fn uncovered() {
    capture("uncovered", capture_uncovered);
    black_box(());
}

#[inline(never)]
fn clobbered() {
    capture("clobbered", capture_clobbering);
    black_box(());
}

#[inline(never)]
fn recurse(depth: u32, label: &str, take: Take) -> u32 {
    let mut local = [0_u64; 8];
    black_box(&mut local);
    if depth == 0 {
        capture(label, take);
        return 0;
    }
    recurse(depth - 1, label, take) + black_box(1)
}

extern "C" fn compare(a: *const c_void, b: *const c_void) -> c_int {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once_force(|_| ());
    // SAFETY: `qsort` passes pointers to two elements.
    let (a, b) = unsafe { (*a.cast::<i32>(), *b.cast::<i32>()) };
    if a == 3 || b == 3 {
        called_back();
    }
    a.cmp(&b) as c_int
}

#[inline(never)]
fn called_back() {
    static IS_FIRST: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(true);
    if IS_FIRST.swap(false, std::sync::atomic::Ordering::Relaxed) {
        capture("qsort", capture_frameless);
    }
    black_box(());
}

#[inline(never)]
fn sort() {
    let mut numbers = [5, 3, 4, 1, 2];
    // SAFETY: base, length and element size belong together.
    unsafe { qsort(numbers.as_mut_ptr().cast(), numbers.len(), 4, compare) };
    black_box(numbers);
}

#[inline(never)]
fn in_thread() {
    capture("thread", capture_frameless);
    black_box(());
}

fn main() {
    for line in std::fs::read_to_string("/proc/self/maps").unwrap().lines() {
        println!("map {line}");
    }
    direct();
    uncovered();
    clobbered();
    recurse(30, "recursive", capture_frameless);
    recurse(30, "clobbered_far", capture_clobbering);
    sort();
    std::thread::spawn(in_thread).join().unwrap();
}
