//! A mini-redis server and four clients that talk to it over loopback: `kv-driver ROUNDS`.

use bytes::Bytes;
use mini_redis::client;
use mini_redis::server;
use std::env;
use tokio::net::TcpListener;

const CLIENTS: usize = 4;

/// Sets a key and asks for it and for an older one, `rounds` times; returns the bytes that came back.
async fn talk(client: usize, rounds: usize, address: String) -> mini_redis::Result<usize> {
    let mut connection = client::connect(address).await?;
    let mut bytes = 0;
    for round in 0..rounds {
        let key = format!("client-{client}/key-{}", round % 500);
        let value = Bytes::from(vec![b'a' + (round % 26) as u8; 50 + round % 400]);
        connection.set(&key, value).await?;
        for key in [key, format!("client-{client}/key-{}", round % 250)] {
            bytes += connection.get(&key).await?.map_or(0, |value| value.len());
        }
    }
    Ok(bytes)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> mini_redis::Result<()> {
    let rounds = env::args().nth(1).ok_or("usage: kv-driver ROUNDS")?.parse()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(server::run(listener, stopped));
    let talks: Vec<_> = (0..CLIENTS)
        .map(|client| tokio::spawn(talk(client, rounds, address.clone())))
        .collect();
    let mut bytes = 0;
    for talk in talks {
        bytes += talk.await??;
    }
    drop(stop);
    server.await??;
    println!("{bytes} bytes");
    Ok(())
}
