//! An internal error ends with a short apology that says what to report, instead of a backtrace.

use crate::console::Console;
use profile::Message;
use std::ffi::OsString;
use std::io::{self, Write};
use std::panic;

/// Replaces the standard panic message. The process still ends with Rust's own exit code for panics, 101.
pub(crate) fn install_hook(console: &Console) {
    // Rendered beforehand: whatever is broken when the hook runs, these words are not.
    let repository = concat!(env!("CARGO_PKG_REPOSITORY"), "/issues");
    let apology = console.render(&Message::new("internal-error").text("address", repository));
    panic::set_hook(Box::new(move |info| {
        let words = info.payload_as_str().unwrap_or("no words");
        let place = info.location().map_or_else(String::new, ToString::to_string);
        // Nobody is left to tell when stderr is gone.
        let _ = io::stderr().write_all(text(&apology, &place, words, std::env::args_os()).as_bytes());
    }));
}

/// The apology, then what a developer needs: version, place, words, command line.
fn text(apology: &str, place: &str, words: &str, args: impl Iterator<Item = OsString>) -> String {
    let args: Vec<String> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let version = concat!("cargo-whyslow ", env!("CARGO_PKG_VERSION"));
    format!("{apology}\n  {version}\n  {place}: {words}\n  {}\n", args.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apology_carries_what_to_report() {
        let args = ["cargo-whyslow", "report"].map(OsString::from).into_iter();
        let text = text("sorry", "src/x.rs:3:7", "impossible", args);
        let expected = concat!(
            "sorry\n  cargo-whyslow ",
            env!("CARGO_PKG_VERSION"),
            "\n  src/x.rs:3:7: impossible\n  cargo-whyslow report\n"
        );
        assert_eq!(text, expected);
    }
}
