//! An internal error ends with a short apology that says what to report, instead of a backtrace.

use crate::console::Console;
use profile::Message;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};

/// Replaces the standard panic message. The process still ends with Rust's own exit code for panics, 101.
pub(crate) fn install_hook(console: &Console) {
    // Rendered beforehand: whatever is broken when the hook runs, these words are not.
    let repository = concat!(env!("CARGO_PKG_REPOSITORY"), "/issues");
    let apology = console.render(&Message::new("internal-error").text("address", repository));
    let version = concat!("cargo-whyslow ", env!("CARGO_PKG_VERSION"));
    panic::set_hook(Box::new(move |info| {
        let args: Vec<String> = std::env::args_os()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        let text = format!(
            "{apology}\n  {version}\n  {}\n  {}\n",
            place_and_words(info),
            args.join(" ")
        );
        // Nobody is left to tell when stderr is gone.
        let _ = io::stderr().write_all(text.as_bytes());
    }));
}

fn place_and_words(info: &PanicHookInfo<'_>) -> String {
    let words = info.payload_as_str().unwrap_or("no words");
    match info.location() {
        Some(place) => format!("{}:{}: {words}", place.file(), place.line()),
        None => words.to_owned(),
    }
}
