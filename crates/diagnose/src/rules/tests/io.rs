//! Small reads and writes: which are unbuffered, which empty a buffer too early, which answer somebody.

use super::{Source, source};
use profile::{FdKind, Sketch};

/// The findings of 5000 writes of 20 bytes in one stack, with this many reads by the same thread.
fn findings(marked: &str, stack: &str, reads: u64) -> Vec<String> {
    let source: Source = source(marked);
    let stack = source.stack(stack);
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    let read = [
        "libc read",
        "std::io::BufReader<R>::fill_buf",
        "app::ask src/main.rs:1:1",
    ];
    let profile = Sketch::new(0.1)
        .io("write", FdKind::Pipe, 5000, 20, 60, &frames)
        .io("read", FdKind::Pipe, reads, 20, 10, &read)
        .profile();
    source.findings(&profile)
}

const FLUSH: &str = "libc write < std::io::buffered::bufwriter::BufWriter<W>::flush_buf < <std::io::buffered::bufwriter::BufWriter<W> as std::io::Write>::flush < app::main @1";
const LINE: &str = "libc write < <std::io::buffered::linewritershim::LineWriterShim<W> as std::io::Write>::write_all < std::io::Write::write_fmt < app::main @1";
const PRINT: &str = "libc write < <std::io::buffered::linewritershim::LineWriterShim<W> as std::io::Write>::write_all < std::io::stdio::_print < app::main @1";
const DIRECT: &str = "libc write < <std::fs::File as std::io::Write>::write < std::io::Write::write_fmt < app::main @1";

#[test]
fn what_empties_a_buffer_gives_the_finding_its_name() {
    for (line, stack, expected) in [
        ("out.$1flush()", FLUSH, "flush-per-line 2"),
        ("$1writeln!(out)", LINE, "flush-per-line 2"),
        ("$1println!()", PRINT, "unbuffered-io 2"),
        ("$1writeln!(out)", DIRECT, "unbuffered-io 2"),
    ] {
        let source = format!("fn main() {{ for x in xs {{\n {line}; }} }}");
        assert_eq!(findings(&source, stack, 0), [expected], "{line}");
    }
}

#[test]
fn an_answer_to_somebody_is_silent() {
    for (line, stack) in [("out.$1flush()", FLUSH), ("$1println!()", PRINT)] {
        let source = format!("fn main() {{ for x in xs {{\n {line}; }} }}");
        assert_eq!(findings(&source, stack, 4000), [""; 0], "{line}");
    }
}

#[test]
fn a_read_that_fills_a_buffer_is_silent() {
    let source = source("fn main() { for x in xs {\n f.$1read_line(x); } }");
    for (reader, is_found) in [
        ("std::io::BufReader<R>::fill_buf", false),
        ("<std::fs::File as std::io::Read>::read", true),
    ] {
        let stack = source.stack(&format!("libc read < {reader} < app::main @1"));
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let profile = Sketch::new(0.1)
            .io("read", FdKind::Pipe, 5000, 20, 80, &frames)
            .profile();
        assert_eq!(source.findings(&profile).len(), usize::from(is_found), "{reader}");
    }
}
