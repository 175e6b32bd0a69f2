//! Exports rows with two threads, with a progress display that reads how many rows are done.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

#[derive(Default)]
struct Progress {
    done: AtomicUsize, //~
}

trait Observer: Sync {
    fn row_written(&self);
}

impl Observer for Progress {
    fn row_written(&self) {
        self.done.fetch_add(1, Ordering::Relaxed); //~
    }
}

fn export(rows: &[[u16; 4]], observer: &dyn Observer) -> u32 {
    let mut adler = (1u32, 0u32);
    for row in rows {
        for &cell in row {
            adler.0 = (adler.0 + u32::from(cell)) % 65_521;
            adler.1 = (adler.1 + adler.0) % 65_521;
        }
        observer.row_written(); //~
    }
    adler.1 << 16 | adler.0
}

pub fn run(scale: usize) {
    let rows: Arc<Vec<[u16; 4]>> = Arc::new(
        (0..40_000u32)
            .map(|i| [i as u16, (i * 7) as u16, 3, (i / 5) as u16])
            .collect(),
    );
    let progress = Arc::new(Progress::default());
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (rows, progress) = (Arc::clone(&rows), Arc::clone(&progress));
            thread::spawn(move || {
                (0..10 * scale).fold(0, |sum, _| sum ^ export(&rows, progress.as_ref()).rotate_left(3))
            })
        })
        .collect();
    let sums: Vec<u32> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    println!("{sums:x?} {}", progress.done.load(Ordering::Relaxed));
}
