//! What is said of a lock that threads wait for, by what they do under it.

use super::source;
use profile::{Sketch, WaitKind};

/// The findings when a lock at `$1` is waited for, and the holder's time is spent in `work` at `$2`.
fn findings(marked: &str, call: &str) -> Vec<String> {
    let source = source(marked);
    let lock = "libc syscall < std::sys::sync::mutex::futex::Mutex::lock_contended";
    let lock = source.stack(&format!("{lock} < {call} < app::work @1"));
    let work = source.stack("app::render src/main.rs:9:1 < app::work @2");
    let lock: Vec<&str> = lock.iter().map(String::as_str).collect();
    let work: Vec<&str> = work.iter().map(String::as_str).collect();
    let profile = Sketch::new(1.0)
        .cpu(500, &work)
        .wait(WaitKind::Futex, 1, 64, 700, &lock)
        .profile();
    source.findings(&profile)
}

const MUTEX: &str = "std::sync::poison::mutex::Mutex<T>::lock";
const RWLOCK: &str = "std::sync::poison::rwlock::RwLock<T>::read";

#[test]
fn what_is_done_under_a_lock_gives_the_finding_its_name() {
    for (body, call, expected) in [
        (
            "let mut g = m.$1lock().unwrap();\n let x = $2render(key);\n g.insert(key, x);",
            MUTEX,
            "lock-held-long 2",
        ),
        (
            "while let Some(x) = m.$1lock().unwrap().pop() {\n $2render(x); }",
            MUTEX,
            "lock-held-long 2",
        ),
        (
            "let mut g = m.$1lock().unwrap();\n g.$2render(key);",
            MUTEX,
            "lock-contention 2",
        ),
        (
            "let x = $2render(key);\n m.$1lock().unwrap().insert(key, x);",
            MUTEX,
            "lock-contention 3",
        ),
        (
            "let g = m.$1lock().unwrap();\n g.$2render(key);",
            MUTEX,
            "read-mostly-mutex 2",
        ),
        (
            "let g = m.$1read().unwrap();\n g.$2render(key);",
            RWLOCK,
            "lock-contention 2",
        ),
    ] {
        let source = format!("fn work() {{\n {body} }}");
        assert_eq!(findings(&source, call), [expected], "{body}");
    }
}

#[test]
fn a_few_long_waits_for_what_is_held_briefly_are_a_busy_machine() {
    let source = source("fn work() {\n m.$1lock().unwrap().insert(key, x); }\nfn main() { $2run(); }");
    let lock = "libc syscall < std::sys::sync::mutex::futex::Mutex::lock_contended";
    let lock = source.stack(&format!("{lock} < {MUTEX} < app::work @1"));
    let taking = source.stack(&format!("{MUTEX} < app::work @1"));
    let other = source.stack("app::main @2");
    let lock: Vec<&str> = lock.iter().map(String::as_str).collect();
    let taking: Vec<&str> = taking.iter().map(String::as_str).collect();
    let other: Vec<&str> = other.iter().map(String::as_str).collect();
    for (waits_ms, taking_samples, is_found) in [(60, 0, false), (60, 400, true), (600, 0, true)] {
        let profile = Sketch::new(1.0)
            .cpu(500, &other)
            .cpu(taking_samples, &taking)
            .wait(WaitKind::Futex, 1, 64, waits_ms, &lock)
            .profile();
        assert_eq!(
            source.findings(&profile).len(),
            usize::from(is_found),
            "{waits_ms} {taking_samples}"
        );
    }
}

#[test]
fn threads_that_take_turns_in_waiting_for_work_are_idle() {
    let source = source("fn work() { loop {\n let job = jobs.$1lock().unwrap().$2recv(); job.run(); } }");
    let lock = "libc syscall < std::sys::sync::mutex::futex::Mutex::lock_contended";
    let lock = source.stack(&format!("{lock} < {MUTEX} < app::work @1"));
    let recv = source.stack("libc syscall < std::sync::mpsc::Receiver<T>::recv < app::work @2");
    let lock: Vec<&str> = lock.iter().map(String::as_str).collect();
    let recv: Vec<&str> = recv.iter().map(String::as_str).collect();
    let profile = Sketch::new(1.0)
        .wait(WaitKind::Futex, 1, 64, 700, &lock)
        .wait(WaitKind::Futex, 2, 128, 700, &recv)
        .profile();
    assert_eq!(source.findings(&profile), [""; 0]);
}

#[test]
fn a_lock_is_found_when_it_is_waited_for() {
    let source = source("fn work() {\n let g = state.$1lock().unwrap(); }\nfn main() { $2work() }");
    let lock = source.stack("libc syscall < std::sys::sync::mutex::futex::Mutex::lock_contended < std::sync::poison::mutex::Mutex<T>::lock < app::work @1");
    let fast = source.stack("std::sync::poison::mutex::Mutex<T>::lock < app::work @1");
    let lock: Vec<&str> = lock.iter().map(String::as_str).collect();
    let fast: Vec<&str> = fast.iter().map(String::as_str).collect();
    let contended = Sketch::new(1.0)
        .cpu(500, &fast)
        .wait(WaitKind::Futex, 1, 64, 700, &lock)
        .profile();
    assert_eq!(source.findings(&contended), ["lock-contention 2"]);
    assert_eq!(source.findings(&Sketch::new(1.0).cpu(1000, &fast).profile()), [""; 0]);
}
