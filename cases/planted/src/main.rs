//! Runs one of the programs under `programs/`: `<name> <case> <slow|fast> [scale]`; without arguments, lists them.
//!
//! The cured program prints what the slow one prints, much sooner: `scale` gives it more of the same to do, so that
//! there is something to measure.

mod random;

use std::env;
use std::process::ExitCode;

/// Case, variant, and what it runs.
type Program = (&'static str, &'static str, fn(usize));

include!(concat!(env!("OUT_DIR"), "/programs.rs"));

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (case, variant, scale) = match arguments.as_slice() {
        [] => {
            PROGRAMS
                .iter()
                .for_each(|(case, variant, _)| println!("{case} {variant}"));
            return ExitCode::SUCCESS;
        }
        [case, variant] => (case, variant, Ok(1)),
        [case, variant, scale] => (case, variant, scale.parse()),
        _ => return usage(),
    };
    let program = PROGRAMS
        .iter()
        .find(|program| program.0 == case && program.1 == variant);
    let (Some((_, _, run)), Ok(scale)) = (program, scale) else {
        return usage();
    };
    run(scale);
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: <program> <case> <slow|fast> [scale]");
    ExitCode::from(2)
}
