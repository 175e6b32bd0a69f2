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

/// The findings of 900 sends and as many receives on a socket, at marks `$1` and `$2`.
fn exchange(marked: &str, call: &str, received: u64) -> Vec<String> {
    let source: Source = source(marked);
    let send = source.stack(&format!("libc send < {call} < app::main @1"));
    let recv = source.stack(&format!("libc recv < {call} < app::main @2"));
    let send: Vec<&str> = send.iter().map(String::as_str).collect();
    let recv: Vec<&str> = recv.iter().map(String::as_str).collect();
    let profile = Sketch::new(0.1)
        .io("send", FdKind::Socket, 900, 30, 10, &send)
        .io("recv", FdKind::Socket, received, 50, 70, &recv)
        .profile();
    source.findings(&profile)
}

#[test]
fn a_question_and_an_answer_in_every_pass_are_found() {
    let found = ["round-trip-per-item 2"];
    for source in [
        "fn main() { for x in xs {\n s.$1write_all(x); s.$2read_exact(a); } }",
        "fn main() { while let Some(x) = xs.pop() {\n s.$1write_all(x); s.$2read_exact(a); } }",
    ] {
        assert_eq!(exchange(source, "std::io::Write::write_all", 900), found, "{source}");
    }
    let query = "fn main() { for x in xs {\n db.$1$2query(x); } }";
    assert_eq!(exchange(query, "dep postgres::client::Client::query", 900), found);
}

#[test]
fn servers_streams_pages_and_batches_are_silent() {
    let write = "std::io::Write::write_all";
    for (source, call, received) in [
        (
            "fn main() { for x in xs {\n s.$2read_exact(x); s.$1write_all(x); } }",
            write,
            900,
        ),
        (
            "fn main() { for x in xs {\n s.$1write_all(x); } s.$2read_exact(x); }",
            write,
            900,
        ),
        (
            "fn main() { for x in xs {\n s.$1write_all(x); s.$2read_exact(x); } }",
            write,
            30,
        ),
        (
            "fn main() { for x in xs.chunks(9) {\n db.$1$2query(x); } }",
            "dep postgres::client::Client::query",
            900,
        ),
        (
            "fn main() { let mut at = 0; for x in xs {\n let page = db.$1$2query(at); at = page.next; } }",
            "dep postgres::client::Client::query",
            900,
        ),
        (
            "fn main() { for s in all {\n server.$1$2handle(s); } }",
            "dep http::server::Server::handle",
            900,
        ),
    ] {
        assert_eq!(exchange(source, call, received), [""; 0], "{source}");
    }
}

#[test]
fn small_writes_are_found_and_large_ones_and_messages_are_not() {
    let source = source("fn main() { for x in xs {\n f.$1write_all(x); } }");
    let stack = source
        .stack("libc write < <std::fs::File as std::io::Write>::write < std::io::Write::write_all < app::main @1");
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    for (fd_kind, count, bytes, is_found) in [
        (FdKind::File, 5000, 20, true),
        (FdKind::Pipe, 5000, 20, true),
        (FdKind::File, 5000, 8192, false),
        (FdKind::File, 50, 20, false),
        (FdKind::Socket, 5000, 20, false),
    ] {
        let profile = Sketch::new(0.1)
            .io("write", fd_kind, count, bytes, 80, &frames)
            .profile();
        assert_eq!(
            source.findings(&profile).len(),
            usize::from(is_found),
            "{fd_kind:?} {count} {bytes}"
        );
    }
}

#[test]
fn one_small_read_of_each_of_many_files_is_silent() {
    let source = source("fn main() { for x in xs {\n f.$1read(x); } }");
    let stack = source.stack("libc read < <std::fs::File as std::io::Read>::read < app::main @1");
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    for (opens, is_found) in [(1, true), (5000, false)] {
        let profile = Sketch::new(0.1)
            .io("read", FdKind::File, 5000, 3, 80, &frames)
            .io("openat", FdKind::Other, opens, 0, 1, &frames)
            .profile();
        assert_eq!(source.findings(&profile).len(), usize::from(is_found), "{opens}");
    }
}

#[test]
fn writes_to_one_file_are_one_finding_and_those_to_two_are_two() {
    let call = "libc write < <std::fs::File as std::io::Write>::write < std::io::Write::write_all";
    for (marked, n_findings) in [
        (
            "fn main(mut f: File) { for x in xs {\n $1one(&mut f, x); $2two(&mut f, x); } }
fn one(out: &mut File, x: &[u8]) {\n out.$3write_all(x); }
fn two(to: &mut File, x: &[u8]) {\n to.$4write_all(x); }",
            1,
        ),
        (
            "fn main(mut f: File, mut g: File) { for x in xs {\n $1one(&mut f, x); $2two(&mut g, x); } }
fn one(out: &mut File, x: &[u8]) {\n out.$3write_all(x); }
fn two(to: &mut File, x: &[u8]) {\n to.$4write_all(x); }",
            2,
        ),
    ] {
        let source = source(marked);
        let mut sketch = Sketch::new(0.1);
        for callers in ["app::one @3 < app::main @1", "app::two @4 < app::main @2"] {
            let stack = source.stack(&format!("{call} < {callers}"));
            let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
            sketch = sketch.io("write", FdKind::File, 5000, 20, 60, &frames);
        }
        let findings = source.findings(&sketch.profile());
        assert_eq!(findings.len(), n_findings, "{findings:?}");
    }
}

#[test]
fn a_seek_before_each_read_empties_the_buffer() {
    let said = |marked: &str, reads: u64| {
        let source = source(marked);
        let seek = source
            .stack("libc lseek64 < <std::io::buffered::bufreader::BufReader<R> as std::io::Seek>::seek < app::main @1");
        let read = source.stack(
            "libc read < std::io::BufReader<R>::fill_buf < <std::io::buffered::bufreader::BufReader<R> as std::io::Read>::read_exact < app::main @2",
        );
        let [seek, read] = [&seek, &read].map(|stack| stack.iter().map(String::as_str).collect::<Vec<_>>());
        let sketch = Sketch::new(0.1).io("lseek", FdKind::File, 5000, 0, 20, &seek);
        source.findings(&sketch.io("read", FdKind::File, reads, 8192, 80, &read).profile())
    };
    let often = "fn main() { for at in places {\n f.$1seek(SeekFrom::Start(at));\n f.$2read_exact(&mut b); } }";
    let once = "fn main() {\n f.$1seek(SeekFrom::Start(at));\n f.$2read_exact(&mut b); }";
    assert_eq!(said(often, 5000), ["unbuffered-io 2"]);
    assert_eq!(said(often, 300), [""; 0], "most reads are served by the buffer");
    assert_eq!(said(often, 50_000), [""; 0], "the reads are long");
    assert_eq!(said(once, 5000), [""; 0]);
}
