//! Follows chains of references through a store on the network, behind a relay: each question follows from an answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// The store: answers the number of an entry with the number of the entry that it refers to.
fn serve(listener: &TcpListener) -> io::Result<()> {
    let (mut stream, _) = listener.accept()?;
    stream.set_nodelay(true)?;
    for request in BufReader::new(stream.try_clone()?).lines() {
        let entry: u64 = request?.parse().unwrap_or(0);
        let next = entry.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) >> 33;
        stream.write_all(format!("{next}\n").as_bytes())?;
    }
    Ok(())
}

/// Passes on what comes, in both directions: one piece there, one piece back.
fn relay(listener: &TcpListener, target: SocketAddr) -> io::Result<()> {
    let (mut client, _) = listener.accept()?;
    client.set_nodelay(true)?;
    let mut server = TcpStream::connect(target)?;
    server.set_nodelay(true)?;
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let n = client.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        server.write_all(&buffer[..n])?;
        let n = server.read(&mut buffer)?;
        client.write_all(&buffer[..n])?;
    }
}

/// The entry that a chain ends at.
fn follow(address: SocketAddr, first: u64, steps: usize) -> io::Result<u64> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    let mut entry = first;
    for _ in 0..steps {
        stream.write_all(format!("{entry}\n").as_bytes())?;
        line.clear();
        answers.read_line(&mut line)?;
        entry = line.trim().parse().unwrap_or(0);
    }
    Ok(entry)
}

pub fn run(scale: usize) {
    let store = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let front = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let (target, address) = (store.local_addr(), front.local_addr());
    let last = thread::scope(|scope| {
        scope.spawn(|| serve(&store).expect("a client that keeps to the protocol"));
        scope.spawn(|| relay(&front, target.expect("a bound socket")).expect("two sides that are there"));
        follow(address.expect("a bound socket"), 7, scale * 1000).expect("a store that answers")
    });
    println!("the chain ends at {last}");
}
