//! A service that keeps its blocking work off the runtime: files are written by threads for that, settings are read first.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{env, process, thread};
use tokio::runtime::Builder;
use tokio::task::{self, JoinSet};

/// What all tasks share: locked for moments only.
#[derive(Default)]
struct Statistics {
    snapshots: u64,
    bytes: u64,
}

/// A snapshot of a simulation of waves.
fn simulate(seed: u64, steps: usize) -> Vec<u8> {
    let mut levels: Vec<f64> = (0..2000).map(|at| ((seed + at) as f64 / 40.0).sin()).collect();
    for _ in 0..steps {
        for at in 1..levels.len() - 1 {
            levels[at] = (levels[at - 1] + levels[at + 1]) * 0.25 + levels[at] * 0.5;
        }
    }
    levels.iter().flat_map(|level| level.to_le_bytes()).collect()
}

/// Writes a file so that it is there after a power cut.
fn store(path: &Path, bytes: &[u8]) -> io::Result<u64> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    thread::sleep(Duration::from_millis(2));
    Ok(bytes.len() as u64)
}

async fn snapshot(folder: Arc<PathBuf>, number: u64, statistics: Arc<Mutex<Statistics>>) -> io::Result<()> {
    let bytes = simulate(number, 60);
    task::yield_now().await;
    let path = folder.join(format!("{}.wave", number % 4));
    let written = task::spawn_blocking(move || store(&path, &bytes)).await??;
    let mut statistics = statistics.lock().unwrap();
    statistics.snapshots += 1;
    statistics.bytes += written;
    Ok(())
}

async fn serve(folder: Arc<PathBuf>, snapshots: u64) -> Arc<Mutex<Statistics>> {
    let statistics = Arc::new(Mutex::new(Statistics::default()));
    let mut running = JoinSet::new();
    for number in 0..snapshots {
        if running.len() >= 4 {
            running.join_next().await;
        }
        running.spawn(snapshot(Arc::clone(&folder), number, Arc::clone(&statistics)));
    }
    running.join_all().await;
    statistics
}

pub fn run(scale: usize) {
    let folder = env::temp_dir().join(format!("waves-{}", process::id()));
    fs::create_dir_all(&folder).expect("the temporary folder is writable");
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build().expect("a runtime");
    let statistics = runtime.block_on(serve(Arc::new(folder.clone()), scale as u64 * 20));
    fs::remove_dir_all(folder).expect("nobody else uses it");
    let statistics = statistics.lock().unwrap();
    println!("{} snapshots, {} bytes", statistics.snapshots, statistics.bytes);
}
