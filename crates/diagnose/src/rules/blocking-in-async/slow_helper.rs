//! Devices report to a service, which asks an old-fashioned licence server about each of them.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// The licence server: thinks for a while about each question.
fn serve(stream: &UnixStream) -> io::Result<()> {
    let mut answers = stream;
    for question in BufReader::new(stream).lines() {
        let device: u32 = question?.parse().unwrap_or(0);
        thread::sleep(Duration::from_micros(1500));
        answers.write_all(if device.is_multiple_of(7) { b"no\n" } else { b"yes\n" })?;
    }
    Ok(())
}

/// The client that came with the licence server.
struct Client {
    stream: UnixStream,
}

impl Client {
    fn is_licensed(&mut self, device: u32) -> io::Result<bool> {
        self.stream.write_all(format!("{device}\n").as_bytes())?;
        let mut answer = String::new();
        let mut reader = BufReader::new(&self.stream);
        reader.read_line(&mut answer)?; //~ blocking-in-async
        Ok(answer.trim() == "yes")
    }
}

struct Service {
    clients: Vec<Mutex<Client>>,
}

impl Service {
    async fn report(&self, device: u32, level: f64) -> Option<f64> {
        let client = &self.clients[device as usize / 8 % self.clients.len()];
        let is_licensed = client.lock().ok()?.is_licensed(device).ok()?;
        is_licensed.then(|| level.sqrt())
    }
}

/// A device reports a few times.
async fn device(service: Arc<Service>, number: u32, reports: u32) -> f64 {
    let mut sum = 0.0;
    for report in 0..reports {
        let device = number * 8 + report % 8;
        sum += service.report(device, f64::from(report)).await.unwrap_or(0.0);
        tokio::task::yield_now().await;
    }
    sum
}

pub fn run(scale: usize) {
    let mut clients = Vec::new();
    for _ in 0..8 {
        let (near, far) = UnixStream::pair().expect("a pair of sockets");
        thread::spawn(move || serve(&far));
        clients.push(Mutex::new(Client { stream: near }));
    }
    let service = Arc::new(Service { clients });
    let runtime = Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let sum: f64 = runtime.block_on(async {
        let mut devices = JoinSet::new();
        for number in 0..8 {
            devices.spawn(device(Arc::clone(&service), number, scale as u32 * 6));
        }
        devices.join_all().await.into_iter().sum()
    });
    println!("levels {sum:.2}");
}
