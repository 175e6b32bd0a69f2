//! A gateway that answers many clients by asking a backend for each of them.

mod backend;

use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

#[derive(Clone, Copy)]
struct Gateway {
    backend: SocketAddr,
}

struct Question {
    client: u64,
    number: u64,
}

impl Gateway {
    async fn ask(&self, number: u64) -> io::Result<u64> {
        let mut stream = TcpStream::connect(self.backend).await?;
        stream.write_all(&number.to_le_bytes()).await?;
        let mut answer = [0; 8];
        stream.read_exact(&mut answer).await?;
        Ok(u64::from_le_bytes(answer))
    }

    async fn handle(self, question: Question) -> io::Result<u64> {
        let answer = self.ask(question.number).await?;
        Ok(render(question.client, answer))
    }
}

/// The answer as the client wants it.
fn render(client: u64, answer: u64) -> u64 {
    (0..20_000).fold(answer, |text: u64, line| {
        text.rotate_left(5) ^ client.wrapping_mul(line)
    })
}

async fn serve(gateway: Gateway, clients: u64) -> io::Result<u64> {
    let mut sum = 0u64;
    for wave in 0..clients / 50 {
        let mut running = JoinSet::new();
        for client in wave * 50..(wave + 1) * 50 {
            let number = client % 1000;
            running.spawn(gateway.handle(Question { client, number }));
        }
        while let Some(answer) = running.join_next().await {
            sum = sum.wrapping_add(answer.expect("no handler panics")?);
        }
    }
    Ok(sum)
}

pub fn run(scale: usize) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_io()
        .build()
        .expect("the runtime starts");
    let gateway = Gateway {
        backend: backend::start().expect("the backend starts"),
    };
    let sum = runtime
        .block_on(serve(gateway, 350 * scale as u64))
        .expect("the backend answers");
    println!("{sum:x}");
}
