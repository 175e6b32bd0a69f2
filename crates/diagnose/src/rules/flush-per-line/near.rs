//! A calculator that another party talks to: it answers each request at once, because the other side waits for it.

use std::io::{self, BufRead, BufReader, BufWriter, PipeReader, PipeWriter, Write};
use std::thread;

/// Sum of the divisors of a number.
fn divisor_sum(number: u64) -> u64 {
    (1..=number).filter(|divisor| number.is_multiple_of(*divisor)).sum()
}

/// Reads a number a line, answers with the sum of its divisors.
fn serve(requests: PipeReader, answers: PipeWriter) -> io::Result<()> {
    let mut answers = BufWriter::new(answers);
    for request in BufReader::new(requests).lines() {
        let number = request?.parse().unwrap_or(0);
        writeln!(answers, "{}", divisor_sum(number))?;
        answers.flush()?;
    }
    Ok(())
}

/// Walks along a chain of numbers: every question follows from the answer before it.
fn chain(questions: PipeWriter, answers: PipeReader, first: u64, steps: usize) -> io::Result<u64> {
    let mut questions = BufWriter::new(questions);
    let mut answers = BufReader::new(answers);
    let mut number = first;
    let mut line = String::new();
    for _ in 0..steps {
        writeln!(questions, "{number}")?;
        questions.flush()?;
        line.clear();
        answers.read_line(&mut line)?;
        let sum: u64 = line.trim().parse().unwrap_or(0);
        number = (sum + number) % 10_000 + first;
    }
    Ok(number)
}

fn talk(scale: usize) -> io::Result<u64> {
    let (far_requests, questions) = io::pipe()?;
    let (answers, far_answers) = io::pipe()?;
    thread::scope(|scope| {
        scope.spawn(move || serve(far_requests, far_answers).expect("the other end reads"));
        chain(questions, answers, 2_496, scale * 1500)
    })
}

pub fn run(scale: usize) {
    let last = talk(scale).expect("a pair of pipes");
    println!("the chain ends at {last}");
}
