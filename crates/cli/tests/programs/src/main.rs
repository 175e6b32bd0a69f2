//! Behaves as its first argument says. Every behaviour has a fixed output and exit status.

mod descriptors;
mod endings;
mod processes;
mod signals;
mod work;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["quick"] => ExitCode::SUCCESS,
        ["code", code] => ExitCode::from(code.parse::<u8>().expect("a code")),
        ["args", rest @ ..] => work::print_args(rest),
        ["copy"] => work::copy_stdin(),
        ["spin"] => work::spin_and_tell(),
        ["forever"] => work::forever(),
        ["long"] => work::long(),
        ["chatter"] => work::chatter(),
        ["threads", count] => work::threads(count.parse().expect("a count")),
        ["chdir"] => work::change_directory(),
        ["panic"] => endings::panic(),
        ["abort"] => endings::abort(),
        ["segfault"] => endings::segfault(),
        ["kill"] => endings::kill(),
        ["exit-now"] => endings::exit_now(),
        ["fork"] => processes::fork(),
        ["exec"] => processes::exec(),
        ["spawn"] => processes::spawn(),
        ["drop-privileges"] => processes::drop_privileges(),
        ["refuse-perf", command @ ..] => processes::refuse_perf(command),
        ["own-sigprof"] => signals::own_sigprof(),
        ["own-sigsegv"] => signals::own_sigsegv(),
        ["close-all", scratch] => descriptors::close_all(scratch),
        other => panic!("unknown behaviour {other:?}"),
    }
}
