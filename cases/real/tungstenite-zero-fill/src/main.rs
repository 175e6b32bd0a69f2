//! Reads one large message that arrives in small pieces (argument = kilobytes).
use std::io::{self, Read, Write};
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};

/// A connection whose other side has sent one frame.
struct Arriving {
    data: Vec<u8>,
    at: usize,
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = buffer.len().min(16 * 1024).min(self.data.len() - self.at);
        buffer[..size].copy_from_slice(&self.data[self.at..self.at + size]);
        self.at += size;
        Ok(size)
    }
}

impl Write for Arriving {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(16_000);
    let size = n * 1024;
    let mut data = vec![0x82, 127];
    data.extend_from_slice(&(size as u64).to_be_bytes());
    data.extend((0..size).map(|i| (i * 7) as u8));
    let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
    let mut socket = WebSocket::from_raw_socket(Arriving { data, at: 0 }, Role::Client, Some(config));
    let message = socket.read().expect("a whole message");
    println!("{} bytes", message.len());
}
