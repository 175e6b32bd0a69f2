//! An async server that answers lines with their checksums, and clients that pipeline requests.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

fn checksum(line: &str) -> u64 {
    line.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

async fn serve(mut stream: TcpStream) -> io::Result<()> {
    let (input, output) = stream.split();
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut output = BufWriter::with_capacity(1 << 16, output);
    let (mut line, mut answer) = (String::new(), String::new());
    while input.read_line(&mut line).await? > 0 {
        answer.clear();
        let _ = writeln!(answer, "{:016x}", checksum(line.trim_end()));
        output.write_all(answer.as_bytes()).await?;
        line.clear();
        if input.buffer().is_empty() {
            output.flush().await?;
        }
    }
    output.flush().await
}

async fn accept_all(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve(stream));
    }
}

/// Sends a batch of lines and reads all answers.
async fn client(server: SocketAddr, number: usize, rounds: usize) -> io::Result<u64> {
    let mut stream = TcpStream::connect(server).await?;
    let mut batch = String::new();
    let mut answers = vec![0; 17 * 500];
    let mut sum = 0u64;
    for round in 0..rounds {
        batch.clear();
        for line in 0..500 {
            let _ = writeln!(
                batch,
                "client {number} round {round} line {line}: {}",
                "-".repeat(line % 90)
            );
        }
        stream.write_all(batch.as_bytes()).await?;
        stream.read_exact(&mut answers).await?;
        sum = answers
            .iter()
            .fold(sum, |sum, &byte| sum.wrapping_mul(31) ^ u64::from(byte));
    }
    Ok(sum)
}

async fn session(rounds: usize) -> io::Result<u64> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    tokio::spawn(accept_all(listener));
    let mut clients = JoinSet::new();
    for number in 0..8 {
        clients.spawn(client(server, number, rounds));
    }
    let mut sum = 0u64;
    while let Some(answers) = clients.join_next().await {
        sum = sum.wrapping_add(answers.expect("no client panics")?);
    }
    Ok(sum)
}

pub fn run(scale: usize) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_io()
        .build()
        .expect("the runtime starts");
    let sum = runtime.block_on(session(600 * scale)).expect("loopback works");
    println!("{sum:x}");
}
