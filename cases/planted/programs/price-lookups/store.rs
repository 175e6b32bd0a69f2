//! A key-value server for the tests of its client: lines with keys, a line with as many values.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

pub fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || listener.accept().and_then(|(stream, _)| serve(&stream)));
    Ok(address)
}

fn serve(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut requests = BufReader::new(stream);
    let mut answers = BufWriter::new(stream);
    let mut request = String::new();
    while requests.read_line(&mut request)? > 0 {
        for key in request.split_ascii_whitespace() {
            let price = key
                .bytes()
                .fold(17u32, |hash, byte| hash.wrapping_mul(31) ^ u32::from(byte))
                % 9_000;
            write!(answers, "{price} ")?;
        }
        writeln!(answers)?;
        answers.flush()?;
        request.clear();
    }
    Ok(())
}
