//! Stacks as real programs have them, and what the ledger must make of them.

use crate::{FdKind, Ledger, Scope, Sketch, TimeClass, WaitKind};

const MAIN: &str = "app::main src/main.rs:20:9";

/// Books one stack and gives `line | call | work | class` of its row.
fn booked(stack: &[&str]) -> String {
    let profile = Sketch::new(0.1).cpu(100, stack).profile();
    row(&Ledger::book(&profile, &Scope::User))
}

fn row(ledger: &Ledger) -> String {
    let row = &ledger.rows[0];
    let site = ledger.site(row.site);
    let call = ledger.call_name(row.operation.call);
    format!(
        "{}:{} | {call} | {} | {}",
        site.function,
        site.line,
        row.operation.work,
        row.class.name()
    )
}

#[test]
fn the_first_user_frame_is_the_site_and_the_library_frames_name_the_operation() {
    for (stack, expected) in [
        (
            &[
                "libc __memmove_avx512_unaligned_erms",
                "core::ptr::copy",
                "alloc::vec::Vec<T,A>::try_remove",
                "alloc::vec::Vec<T,A>::remove",
                MAIN,
            ][..],
            "app::main:20 | Vec::remove | memmove | copy",
        ),
        (
            &[
                "libc __memcmp_evex_movbe",
                "<A as core::slice::cmp::SlicePartialEq<B>>::equal_same_length",
                "<alloc::string::String as core::cmp::PartialEq>::eq",
                "<core::slice::iter::Iter<T> as core::iter::traits::iterator::Iterator>::any",
                "<T as core::slice::cmp::SliceContains>::slice_contains",
                "core::slice::<impl [T]>::contains",
                "app::dedup src/main.rs:5:17",
                MAIN,
            ],
            "app::dedup:5 | slice::contains | memcmp | compute",
        ),
        (
            &[
                "<core::hash::sip::Hasher<S> as core::hash::Hasher>::write",
                "core::hash::BuildHasher::hash_one",
                "std::collections::hash::map::HashMap<K,V,S,A>::entry",
                MAIN,
            ],
            "app::main:20 | HashMap::entry | hash SipHash | hash",
        ),
        (
            &[
                "libc _int_malloc",
                "libc malloc",
                "alloc::alloc::alloc",
                "<alloc::string::String as core::clone::Clone>::clone",
                MAIN,
            ],
            "app::main:20 | String::clone | alloc | allocate",
        ),
        (
            &[
                "libc __memmove_avx_unaligned",
                "libc realloc",
                "alloc::alloc::realloc",
                "alloc::vec::Vec<T,A>::push",
                MAIN,
            ],
            "app::main:20 | Vec::push | grow | allocate",
        ),
        (
            &[
                "libc _int_free",
                "libc cfree@GLIBC_2.2.5",
                "alloc::alloc::dealloc",
                "core::ptr::drop_in_place<alloc::vec::Vec<u8>>",
                MAIN,
            ],
            "app::main:20 | drop Vec | free | allocate",
        ),
        (
            &[
                "kernel exc_page_fault",
                "kernel asm_exc_page_fault",
                "libc _int_malloc",
                "libc malloc",
                "alloc::alloc::alloc",
                MAIN,
            ],
            "app::main:20 | alloc::alloc | alloc | allocate",
        ),
        (
            &[
                "kernel exc_page_fault",
                "kernel asm_exc_page_fault",
                "alloc::vec::Vec<T,A>::push",
                MAIN,
            ],
            "app::main:20 | Vec::push | page fault | kernel",
        ),
        (
            &[
                "kernel vfs_write",
                "kernel ksys_write",
                "kernel do_syscall_64",
                "libc __GI___libc_write",
                "<std::fs::File as std::io::Write>::write",
                "core::fmt::write",
                "std::io::Write::write_fmt",
                MAIN,
            ],
            "app::main:20 | write! | syscall write | io",
        ),
        (
            &[
                "kernel do_syscall_64",
                "libc __GI___libc_write",
                "<std::fs::File as std::io::Write>::write",
                MAIN,
            ],
            "app::main:20 | File::write | syscall write | io",
        ),
        (
            &[
                "<u64 as core::fmt::Display>::fmt",
                "core::fmt::write",
                "alloc::fmt::format",
                MAIN,
            ],
            "app::main:20 | format! | fmt | format",
        ),
        (
            &[
                "core::slice::sort::stable::merge::merge",
                "core::slice::sort::stable::sort",
                "alloc::slice::<impl [T]>::sort",
                MAIN,
            ],
            "app::main:20 | slice::sort | sort | sort",
        ),
        (
            &[
                "std::sys::sync::mutex::futex::Mutex::spin",
                "std::sys::sync::mutex::futex::Mutex::lock_contended",
                "std::sync::poison::mutex::Mutex<T>::lock",
                MAIN,
            ],
            "app::main:20 | Mutex::lock | lock wait | lock-wait",
        ),
        (
            &["std::sync::poison::mutex::Mutex<T>::lock", MAIN],
            "app::main:20 | Mutex::lock | lock | compute",
        ),
        (&[MAIN], "app::main:20 |  | own code | compute"),
        (
            &["kernel asm_sysvec_apic_timer_interrupt", MAIN],
            "app::main:20 |  | own code | compute",
        ),
    ] {
        assert_eq!(booked(stack), expected, "{stack:#?}");
    }
}

#[test]
fn a_comparator_is_its_own_site_and_its_time_is_sorting() {
    let stack = [
        "<alloc::string::String as core::cmp::Ord>::cmp",
        "app::main::{{closure}} src/main.rs:21:40",
        "core::slice::sort::stable::merge::merge",
        "alloc::slice::<impl [T]>::sort_by",
        MAIN,
    ];
    assert_eq!(booked(&stack), "app::main::{closure}:21 | String::cmp | sort | sort");
}

#[test]
fn a_callback_keeps_its_adaptor_and_its_caller_on_the_path() {
    let stack = [
        "app::find::{{closure}} src/main.rs:8:30",
        "<core::slice::iter::Iter<T> as core::iter::traits::iterator::Iterator>::position",
        "app::find src/main.rs:8:17",
        MAIN,
    ];
    let ledger = Ledger::book(&Sketch::new(0.1).cpu(10, &stack).profile(), &Scope::User);
    let path: Vec<String> = ledger
        .path(ledger.entries[0].node)
        .map(|(_, node)| format!("{} {}", ledger.site(node.site).function, ledger.call_name(node.call)))
        .collect();
    assert_eq!(
        path,
        ["app::find::{closure} ", "app::find Iterator::position", "app::main "]
    );
}

#[test]
fn the_users_own_allocator_is_not_the_site() {
    let stack = [
        "libc malloc",
        "<app::Counting as core::alloc::global::GlobalAlloc>::alloc src/alloc.rs:9:9",
        "__rustc::__rust_alloc",
        "alloc::alloc::alloc",
        "alloc::vec::Vec<T>::with_capacity",
        MAIN,
    ];
    assert_eq!(booked(&stack), "app::main:20 | Vec::with_capacity | alloc | allocate");
}

#[test]
fn the_scope_decides_whose_code_is_the_users() {
    let stack = [
        "dep toml::de::next src/de.rs:33:5",
        "dep serde::de::visit src/visit.rs:4:1",
        MAIN,
    ];
    let profile = Sketch::new(0.1).cpu(10, &stack).profile();
    for (scope, expected) in [
        (Scope::User, "app::main:20"),
        (Scope::AllDependencies, "toml::de::next:33"),
        (Scope::Dependencies(vec!["serde".to_owned()]), "serde::de::visit:4"),
    ] {
        let row = row(&Ledger::book(&profile, &scope));
        assert!(row.starts_with(expected), "{scope:?}: {row}");
    }
    let without_user = Sketch::new(0.1).cpu(10, &stack[..1]).profile();
    let ledger = Ledger::book(&without_user, &Scope::User);
    assert!(!ledger.site(ledger.rows[0].site).is_user);
    assert!(row(&ledger).starts_with("toml::de::next:33"));
}

fn seconds(ledger: &Ledger, class: TimeClass) -> f64 {
    ledger
        .time
        .iter()
        .filter(|time| time.class == class)
        .map(|time| time.seconds)
        .sum()
}

#[test]
fn the_classes_of_one_thread_add_up_to_wall_clock() {
    let write = [
        "kernel ksys_write",
        "libc __GI___libc_write",
        "<std::fs::File as std::io::Write>::write",
        MAIN,
    ];
    let profile = Sketch::new(1.0)
        .cpu(300, &[MAIN])
        .cpu(100, &write)
        .io("write", FdKind::File, 1000, 10, 150, &write[1..])
        .wait(
            WaitKind::Sleep,
            0,
            0,
            200,
            &["libc clock_nanosleep", "std::thread::sleep", MAIN],
        )
        .wait(
            WaitKind::Join,
            0,
            0,
            250,
            &["libc pthread_join", "std::thread::JoinHandle<T>::join", MAIN],
        )
        .profile();
    let ledger = Ledger::book(&profile, &Scope::User);
    assert!((ledger.total_s - 1.0).abs() < 1e-9, "{}", ledger.total_s);
    // 100 ms of the 150 ms in write were processor time that the samples show already.
    for (class, expected) in [
        (TimeClass::Compute, 0.3),
        (TimeClass::Io, 0.15),
        (TimeClass::Sleep, 0.2),
        (TimeClass::Other, 0.35),
    ] {
        let found = seconds(&ledger, class);
        assert!((found - expected).abs() < 1e-9, "{}: {found}", class.name());
    }
    let shares: f64 = ledger.time.iter().map(|time| time.share).sum();
    assert!((shares - 1.0).abs() < 1e-9);
}

#[test]
fn a_sleeping_helper_does_not_dilute_the_busy_thread() {
    let profile = Sketch::new(1.0)
        .cpu(1000, &[MAIN])
        .wait(
            WaitKind::Sleep,
            1,
            0,
            1000,
            &["libc clock_nanosleep", "std::thread::sleep", MAIN],
        )
        .io("read", FdKind::Pipe, 1, 1, 1000, &["libc read", MAIN])
        .profile();
    let ledger = Ledger::book(&profile, &Scope::User);
    assert!((ledger.total_s - 1.0).abs() < 1e-9, "{}", ledger.total_s);
}

#[test]
fn lock_waits_count_in_full_and_idle_waits_do_not() {
    let lock = [
        "libc syscall",
        "std::sys::sync::mutex::futex::Mutex::lock_contended",
        "std::sync::poison::mutex::Mutex<T>::lock",
        MAIN,
    ];
    let condvar = [
        "libc syscall",
        "std::sys::sync::condvar::futex::Condvar::wait_optional_timeout",
        "std::sync::poison::condvar::Condvar::wait",
        MAIN,
    ];
    let profile = Sketch::new(1.0)
        .cpu(1000, &[MAIN])
        .wait(WaitKind::Futex, 1, 64, 600, &lock)
        .wait(WaitKind::Futex, 2, 128, 900, &condvar)
        .profile();
    let ledger = Ledger::book(&profile, &Scope::User);
    assert!((seconds(&ledger, TimeClass::LockWait) - 0.6).abs() < 1e-9);
    assert!((ledger.total_s - 1.6).abs() < 1e-9, "{}", ledger.total_s);
}

#[test]
fn the_locks_inside_of_a_channel_are_waiting_for_messages() {
    let receive = [
        "libc syscall",
        "<std::sys::sync::mutex::futex::Mutex>::lock_contended",
        "<std::sync::mpmc::waker::SyncWaker>::register",
        "std::sync::mpmc::list::Channel<T>::recv",
        "std::sync::mpsc::Receiver<T>::recv",
        MAIN,
    ];
    let profile = Sketch::new(1.0)
        .cpu(1000, &[MAIN])
        .wait(WaitKind::Futex, 1, 64, 600, &receive)
        .profile();
    assert_eq!(seconds(&Ledger::book(&profile, &Scope::User), TimeClass::LockWait), 0.0);
}

#[test]
fn without_kernel_samples_the_runs_own_figure_stands_in() {
    let mut profile = Sketch::new(1.0).cpu(600, &[MAIN]).profile();
    profile.totals.sys_s = 0.3;
    let ledger = Ledger::book(&profile, &Scope::User);
    assert!((seconds(&ledger, TimeClass::Kernel) - 0.3).abs() < 1e-9);
    assert!((ledger.total_s - 1.0).abs() < 1e-9);
}

#[test]
fn recursion_counts_once_in_inclusive_time() {
    let visit = "app::visit src/main.rs:30:5";
    let profile = Sketch::new(0.1).cpu(100, &[visit, visit, visit, MAIN]).profile();
    let ledger = Ledger::book(&profile, &Scope::User);
    let hotspots = ledger.hotspots(10);
    assert_eq!(hotspots[0].site.function, "app::visit");
    assert!((hotspots[0].total_share - 1.0).abs() < 1e-9);
}
