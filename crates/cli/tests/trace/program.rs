//! Behaves as its first argument says. Built once plainly and once for tracing.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Barrier, Mutex, RwLock, mpsc};
use std::thread;

unsafe extern "C" {
    fn fork() -> i32;
    fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
    fn raise(signal: i32) -> i32;
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    fn _exit(code: i32) -> !;
}

fn main() {
    let behaviour = std::env::args().nth(1).unwrap_or_default();
    match behaviour.as_str() {
        "columns" => columns(),
        "maps" => maps(),
        "atomics" => atomics(),
        "threads" => threads(),
        "many-threads" => many_threads(),
        "shared" => shared(),
        "fields" => fields(),
        "padded" => padded(),
        "contended" => contended(),
        "kill" => kill(),
        "fork" => fork_children(),
        "signals" => signals(),
        "deep" => println!("{}", deep(20_000)),
        "unwind" => unwind(),
        other => panic!("no such behaviour: {other}"),
    }
}

const ROWS: usize = 512;

#[inline(never)]
fn column_sum(matrix: &[u64]) -> u64 {
    let mut sum = 0u64;
    for column in 0..ROWS {
        for row in 0..ROWS {
            sum = sum.wrapping_mul(3).wrapping_add(matrix[row * ROWS + column]); // [columns]
        }
    }
    sum
}

fn columns() {
    let matrix: Vec<u64> = (0..ROWS * ROWS).map(|at| at as u64).collect();
    println!("{}", column_sum(black_box(&matrix)));
}

fn maps() {
    let mut map = HashMap::new();
    for at in 0..20_000u64 {
        *map.entry(at.wrapping_mul(0x9e37_79b9) % 5000).or_insert(0u64) += at;
    }
    let mut sum = 0u64;
    for (key, value) in &map {
        sum = sum.wrapping_add(key.wrapping_mul(*value));
    }
    let mut words: Vec<String> = map.keys().map(|key| format!("w{key}")).collect();
    words.sort();
    println!("{sum} {} {}", map.len(), words[words.len() / 2]);
}

macro_rules! each_operation {
    ($atomic:ty, $value:ty) => {{
        let a = <$atomic>::new(1);
        let mut seen: Vec<$value> = Vec::new();
        for order in [Ordering::Relaxed, Ordering::Release, Ordering::SeqCst] {
            a.store(200, order);
        }
        for order in [Ordering::Relaxed, Ordering::Acquire, Ordering::SeqCst] {
            seen.push(a.load(order));
        }
        for order in [Ordering::Relaxed, Ordering::AcqRel, Ordering::SeqCst] {
            seen.push(a.swap(77, order));
            seen.push(a.fetch_add(250, order));
            seen.push(a.fetch_sub(9, order));
            seen.push(a.fetch_and(0xf3, order));
            seen.push(a.fetch_or(0x0c, order));
            seen.push(a.fetch_xor(0x55, order));
            seen.push(a.fetch_nand(0x3f, order));
            seen.push(a.fetch_max(100, order));
            seen.push(a.fetch_min(90, order));
        }
        seen.push(a.compare_exchange(90, 5, Ordering::AcqRel, Ordering::Relaxed).unwrap_or_else(|old| old));
        seen.push(a.compare_exchange(255, 6, Ordering::SeqCst, Ordering::SeqCst).unwrap_or_else(|old| old));
        while a.compare_exchange_weak(5, 7, Ordering::SeqCst, Ordering::Relaxed) == Err(5) {}
        seen.push(a.load(Ordering::SeqCst));
        println!("{} {seen:?}", stringify!($atomic));
    }};
}

fn atomics() {
    each_operation!(AtomicU8, u8);
    each_operation!(AtomicU16, u16);
    each_operation!(AtomicU32, u32);
    each_operation!(AtomicU64, u64);
    let flag = AtomicBool::new(false);
    println!("{} {}", flag.swap(true, Ordering::AcqRel), flag.fetch_not(Ordering::SeqCst));
    std::sync::atomic::fence(Ordering::SeqCst);
    std::sync::atomic::compiler_fence(Ordering::SeqCst);
}

fn threads() {
    let sum = Arc::new(Mutex::new(0u64));
    let table = Arc::new(RwLock::new(vec![0u64; 64]));
    let (sender, receiver) = mpsc::channel();
    let workers: Vec<_> = (0..4u64)
        .map(|number| {
            let (sum, table, sender) = (Arc::clone(&sum), Arc::clone(&table), sender.clone());
            thread::spawn(move || {
                for at in 0..2000u64 {
                    *sum.lock().unwrap() += at;
                    if at % 100 == 0 {
                        table.write().unwrap()[(at % 64) as usize] += number;
                    }
                    sender.send(at ^ number).unwrap();
                }
            })
        })
        .collect();
    drop(sender);
    let received = receiver.iter().fold(0u64, |all, value| all.wrapping_add(value));
    for worker in workers {
        worker.join().unwrap();
    }
    println!("{} {received} {}", sum.lock().unwrap(), table.read().unwrap().iter().sum::<u64>());
}

fn many_threads() {
    let barrier = Arc::new(Barrier::new(200));
    let workers: Vec<_> = (0..200u64)
        .map(|number| {
            let barrier = Arc::clone(&barrier);
            thread::spawn(move || {
                let own: Vec<u64> = (0..100).map(|at| at * number).collect();
                barrier.wait();
                own.iter().sum::<u64>()
            })
        })
        .collect();
    println!("{}", workers.into_iter().map(|worker| worker.join().unwrap()).sum::<u64>());
}

static COUNTERS: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

#[repr(align(128))]
struct Padded(AtomicU64);

static PADDED: [Padded; 2] = [Padded(AtomicU64::new(0)), Padded(AtomicU64::new(0))];

static CONTENDED: AtomicU64 = AtomicU64::new(0);

/// Takes turns, so that threads interleave however few processors there are.
fn in_turns(first: impl Fn() + Send + Sync, second: impl Fn() + Send + Sync) {
    let turn = AtomicU32::new(0);
    let run = |own: u32, work: &(dyn Fn() + Sync)| {
        for _ in 0..500 {
            while turn.load(Ordering::Acquire) != own {
                thread::yield_now();
            }
            work();
            turn.store(1 - own, Ordering::Release);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| run(0, &first));
        scope.spawn(|| run(1, &second));
    });
}

fn shared() {
    in_turns(
        || {
            COUNTERS[0].fetch_add(1, Ordering::Relaxed); // [first]
        },
        || {
            COUNTERS[1].fetch_add(2, Ordering::Relaxed); // [second]
        },
    );
    println!("{} {}", COUNTERS[0].load(Ordering::Relaxed), COUNTERS[1].load(Ordering::Relaxed));
}

#[derive(Default)]
#[repr(align(64))]
struct Tally {
    hits: AtomicU64,
    misses: AtomicU64,
}

fn fields() {
    let tallies: Vec<Tally> = (0..3).map(|_| Tally::default()).collect();
    in_turns(
        || {
            tallies[1].hits.fetch_add(1, Ordering::Relaxed);
        },
        || {
            tallies[1].misses.fetch_add(2, Ordering::Relaxed);
        },
    );
    println!("{} {}", tallies[1].hits.load(Ordering::Relaxed), tallies[1].misses.load(Ordering::Relaxed));
}

fn padded() {
    in_turns(
        || {
            PADDED[0].0.fetch_add(1, Ordering::Relaxed);
        },
        || {
            PADDED[1].0.fetch_add(2, Ordering::Relaxed);
        },
    );
    println!("{} {}", PADDED[0].0.load(Ordering::Relaxed), PADDED[1].0.load(Ordering::Relaxed));
}

fn contended() {
    let bump = || {
        CONTENDED.fetch_add(1, Ordering::Relaxed);
    };
    in_turns(bump, bump);
    println!("{}", CONTENDED.load(Ordering::Relaxed));
}

#[inline(never)]
fn fill(values: &mut [u64], with: u64) {
    for value in values {
        *value = black_box(*value ^ with); // [fill]
    }
}

fn kill() {
    const SIGKILL: i32 = 9;
    fill(&mut vec![0; 10_000], 7);
    println!("filled");
    // SAFETY: ends the process.
    unsafe { raise(SIGKILL) };
}

fn fork_children() {
    fill(&mut vec![0; 1000], 1);
    // SAFETY: the process has one thread.
    let child = unsafe { fork() };
    fill(&mut vec![0; 1000], 2);
    if child == 0 {
        // SAFETY: ends the child.
        unsafe { _exit(7) };
    }
    let mut status = 0;
    // SAFETY: passes a place for the result.
    unsafe { waitpid(child, &mut status, 0) };
    println!("{}", status >> 8);
}

static HANDLED: AtomicU64 = AtomicU64::new(0);

extern "C" fn on_signal(_: i32) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

fn signals() {
    const SIGUSR1: i32 = 10;
    // SAFETY: the handler only adds to an atomic.
    unsafe { signal(SIGUSR1, on_signal) };
    for _ in 0..1000 {
        // SAFETY: the signal has a handler.
        unsafe { raise(SIGUSR1) };
    }
    println!("{}", HANDLED.load(Ordering::Relaxed));
}

#[inline(never)]
fn deep(n: u64) -> u64 {
    let mut own = [n; 16];
    black_box(&mut own);
    if n == 0 { 0 } else { deep(n - 1) + own[3] % 7 }
}

fn unwind() {
    std::panic::set_hook(Box::new(|_| {}));
    let caught = (0..100).filter(|at| std::panic::catch_unwind(|| fails(*at)).is_err()).count();
    println!("{caught}");
}

#[inline(never)]
fn fails(at: u64) -> Vec<u64> {
    let values: Vec<u64> = (0..at).collect();
    assert!(at % 3 == 0, "not a third");
    values
}
