//! Renders the Mandelbrot set in bands: workers take bands from a channel and send lines back.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Clone, Copy)]
struct View {
    width: usize,
    height: usize,
    zoom: f64,
}

struct Band {
    top: usize,
    rows: usize,
}

struct Rendered {
    top: usize,
    iterations: Vec<u16>,
}

const LIMIT: u16 = 200;

fn iterations(x: f64, y: f64) -> u16 {
    let (mut real, mut imaginary) = (0.0, 0.0);
    (0..LIMIT)
        .find(|_| {
            (real, imaginary) = (real * real - imaginary * imaginary + x, 2.0 * real * imaginary + y);
            real * real + imaginary * imaginary > 4.0
        })
        .unwrap_or(LIMIT)
}

fn render(view: View, band: &Band) -> Rendered {
    let mut lines = Vec::with_capacity(band.rows * view.width);
    for row in band.top..band.top + band.rows {
        let y = (row as f64 / view.height as f64 - 0.5) * view.zoom;
        lines.extend((0..view.width).map(|column| {
            let x = (column as f64 / view.width as f64 - 0.6) * view.zoom;
            iterations(x, y)
        }));
    }
    Rendered {
        top: band.top,
        iterations: lines,
    }
}

fn worker(view: View, bands: Arc<Mutex<Receiver<Band>>>, results: Sender<Rendered>) -> JoinHandle<()> {
    thread::spawn(move || {
        loop {
            let band = bands.lock().expect("no worker panics").recv();
            let Ok(band) = band else { return };
            if results.send(render(view, &band)).is_err() {
                return;
            }
        }
    })
}

fn picture(view: View) -> Vec<u16> {
    let (bands, waiting) = mpsc::channel();
    let (results, rendered) = mpsc::channel();
    let waiting = Arc::new(Mutex::new(waiting));
    let workers: Vec<_> = (0..2)
        .map(|_| worker(view, Arc::clone(&waiting), results.clone()))
        .collect();
    drop(results);
    for top in (0..view.height).step_by(25) {
        bands
            .send(Band {
                top,
                rows: 25.min(view.height - top),
            })
            .expect("workers are waiting");
    }
    drop(bands);
    let mut picture = vec![0; view.width * view.height];
    for band in rendered {
        let start = band.top * view.width;
        picture[start..start + band.iterations.len()].copy_from_slice(&band.iterations);
    }
    workers
        .into_iter()
        .for_each(|worker| worker.join().expect("no worker panics"));
    picture
}

pub fn run(scale: usize) {
    let mut sum = 0u64;
    for frame in 0..16 * scale {
        let view = View {
            width: 500,
            height: 400,
            zoom: 3.0 * 0.97f64.powi(frame as i32 % 30),
        };
        sum = picture(view)
            .iter()
            .fold(sum, |sum, &count| sum.rotate_left(1).wrapping_add(u64::from(count)));
    }
    println!("{sum:x}");
}
