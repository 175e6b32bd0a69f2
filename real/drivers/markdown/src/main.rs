//! Renders a Markdown document as HTML: `markdown-driver FILE ROUNDS`.

use pulldown_cmark::{Options, Parser, html};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let (Some(path), Some(rounds)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: markdown-driver FILE ROUNDS"));
    };
    let text = fs::read_to_string(path)?;
    let mut bytes = 0;
    for _ in 0..rounds.parse::<u32>().map_err(io::Error::other)? {
        let mut page = String::new();
        html::push_html(&mut page, Parser::new_ext(&text, Options::ENABLE_TABLES));
        bytes += page.len();
    }
    println!("{bytes} bytes");
    Ok(())
}
