//! Reads and writes a file in ways that can be counted. Argument: the file.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let mut file = File::create(&path).unwrap();
    for round in 0..1000usize {
        file.write_all(&[b'x'; 64][..1 + round % 64]).unwrap();
    }
    file.sync_all().unwrap();
    file.set_len(30_000).unwrap();
    let mut file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let mut buffer = [0; 100];
    for _ in 0..200 {
        file.read_exact(&mut buffer).unwrap();
    }
    for round in 0..50 {
        file.read_exact_at(&mut buffer, round * 10).unwrap();
        file.seek(SeekFrom::Start(round)).unwrap();
    }
    for _ in 0..7 {
        assert!(fs::metadata("/nonexistent/file").is_err());
        assert!(File::open("/nonexistent/file").is_err());
    }
    // errno is the program's.
    assert_eq!(File::open("/nonexistent/file").unwrap_err().raw_os_error(), Some(2));
}
