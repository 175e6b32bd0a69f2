//! A backend that takes a while for each answer, as one with a database behind it does.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

pub fn start() -> io::Result<SocketAddr> {
    let (bound, address) = mpsc::channel();
    let runtime = Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || runtime.block_on(serve(&bound)));
    address.recv().map_err(io::Error::other)
}

async fn serve(bound: &mpsc::Sender<SocketAddr>) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    bound.send(listener.local_addr()?).map_err(io::Error::other)?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(stream));
    }
}

async fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut question = [0; 8];
    stream.read_exact(&mut question).await?;
    tokio::time::sleep(Duration::from_millis(4)).await;
    let number = u64::from_le_bytes(question);
    stream.write_all(&(number * number).to_le_bytes()).await
}
