//! What blocks a worker of an async runtime, and what is meant to block.

use super::source;
use profile::{FdKind, Sketch, WaitKind};

const POLL: &str = "dep tokio::runtime::task::core::Core<T,S>::poll";
const WORKER: &str = "dep tokio::runtime::scheduler::multi_thread::worker::Context::run_task";
const POOL: &str = "dep <tokio::runtime::blocking::task::BlockingTask<T> as core::future::future::Future>::poll";
const ROOT: &str = "dep tokio::runtime::park::CachedParkThread::block_on";

/// The findings of sleeps, 60 in 60 ms, under some frames of a runtime.
fn sleeps(runtime: &str) -> Vec<String> {
    let source = source("async fn work() {\n thread::$1sleep(pause); }");
    let stack = source.stack(&format!(
        "libc clock_nanosleep < std::thread::sleep < app::work::{{{{closure}}}} @1 < {runtime}"
    ));
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    let profile = Sketch::new(0.1).wait(WaitKind::Sleep, 1, 0, 60, &frames).profile();
    source.findings(&profile)
}

#[test]
fn a_sleep_is_found_on_a_worker_and_not_where_blocking_is_meant_to_be() {
    let worker = format!("{POLL} < {WORKER} < {POOL}");
    assert_eq!(sleeps(&worker), ["blocking-in-async 2"]);
    assert_eq!(sleeps("dep async_executor::Executor::run"), ["blocking-in-async 2"]);
    for runtime in [
        format!("{POOL} < {POLL}"),
        format!("dep tokio::task::blocking::block_in_place < {worker}"),
        ROOT.to_owned(),
        "std::thread::Builder::spawn_unchecked".to_owned(),
    ] {
        assert_eq!(sleeps(&runtime), [""; 0], "{runtime}");
    }
}

#[test]
fn file_calls_are_found_when_they_take_long() {
    let source = source("async fn work() {\n file.$1sync_all(); }");
    let stack = source.stack(&format!(
        "libc fsync < std::fs::File::sync_all < app::work::{{{{closure}}}} @1 < {POLL} < {WORKER}"
    ));
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    for (count, is_found) in [(60, true), (30_000, false), (3, false)] {
        let profile = Sketch::new(0.1)
            .io("fsync", FdKind::File, count, 0, 60, &frames)
            .profile();
        assert_eq!(source.findings(&profile).len(), usize::from(is_found), "{count}");
    }
}

#[test]
fn the_wait_of_the_runtime_itself_is_silent() {
    let source = source("fn main() {\n runtime.$1block_on(work()); }");
    let stack = source.stack("libc epoll_wait < dep mio::poll::Poll::poll < dep tokio::runtime::scheduler::current_thread::Context::park < app::main @1");
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    let profile = Sketch::new(0.1).wait(WaitKind::Poll, 0, 0, 90, &frames).profile();
    assert_eq!(source.findings(&profile), [""; 0]);
}
