//! Two threads contend for a `Mutex`, one waits for a `Condvar`, main sleeps and joins; all of it takes known time.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

fn main() {
    let lock = Arc::new(Mutex::new(0u64));
    let (holder, waiter) = (lock.clone(), lock.clone());
    let holding = thread::Builder::new()
        .name("holder".into())
        .spawn(move || hold(&holder))
        .unwrap();
    thread::sleep(Duration::from_millis(20));
    let waiting = thread::Builder::new()
        .name("waiter".into())
        .spawn(move || wait(&waiter))
        .unwrap();
    holding.join().unwrap();
    waiting.join().unwrap();
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let other = pair.clone();
    let sleeper = thread::Builder::new()
        .name("sleeper".into())
        .spawn(move || {
            let guard = other.0.lock().unwrap();
            drop(other.1.wait_while(guard, |is_done| !*is_done).unwrap());
        })
        .unwrap();
    thread::sleep(Duration::from_millis(80));
    *pair.0.lock().unwrap() = true;
    pair.1.notify_one();
    sleeper.join().unwrap();
}

/// Holds the lock for 100 ms.
#[inline(never)]
fn hold(lock: &Mutex<u64>) {
    let mut guard = lock.lock().unwrap();
    thread::sleep(Duration::from_millis(100));
    *guard += 1;
}

/// Waits for it for about 80 ms.
#[inline(never)]
fn wait(lock: &Mutex<u64>) {
    *lock.lock().unwrap() += 1;
}
