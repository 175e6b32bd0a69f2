//! Fetches documents with retries from an unreliable store, many at the same time.

use crate::random::Random;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

#[derive(Clone, Copy)]
struct DocumentId(u64);

#[derive(Debug)]
struct Unavailable;

struct Fetched {
    attempts: u32,
    checksum: u64,
}

/// Fails at the first attempts, as often as the document's number says.
async fn load(id: DocumentId, attempt: u32) -> Result<u64, Unavailable> {
    tokio::task::yield_now().await;
    if u64::from(attempt) < id.0 % 3 {
        return Err(Unavailable);
    }
    // The work on a document that has arrived.
    let mut random = Random::new(id.0);
    Ok((0..30_000).fold(0, |sum: u64, _| sum.rotate_left(1) ^ random.next()))
}

async fn pause(attempt: u32) {
    let pause = Duration::from_millis(2 << attempt);
    tokio::time::sleep(pause).await;
}

async fn fetch(id: DocumentId) -> Fetched {
    let mut attempts = 0;
    loop {
        match load(id, attempts).await {
            Ok(checksum) => return Fetched { attempts, checksum },
            Err(Unavailable) => pause(attempts).await,
        }
        attempts += 1;
    }
}

async fn fetch_all(count: u64) -> (u32, u64) {
    let mut running = JoinSet::new();
    for number in 0..count {
        running.spawn(fetch(DocumentId(number)));
    }
    let mut totals = (0, 0u64);
    while let Some(fetched) = running.join_next().await {
        let fetched = fetched.expect("fetching does not panic");
        totals = (totals.0 + fetched.attempts, totals.1.wrapping_add(fetched.checksum));
    }
    totals
}

pub fn run(scale: usize) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .expect("the runtime starts");
    let (retries, checksum) = runtime.block_on(fetch_all(700 * scale as u64));
    println!("{retries} retries, {checksum:x}");
}
