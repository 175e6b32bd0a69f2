//! Parses many small sources, as a code generator does, and asks each token where it stands (argument = sources).
use proc_macro2::{TokenStream, TokenTree};

fn lines(tokens: TokenStream) -> usize {
    let one = |token: TokenTree| {
        let inner = match &token {
            TokenTree::Group(group) => lines(group.stream()),
            _ => 0,
        };
        inner + token.span().start().line
    };
    tokens.into_iter().map(one).sum()
}

fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(16_000);
    let parse = |i: usize| {
        let source = format!("fn field_{i}(&self) -> &str {{\n    &self.fields[{i}]\n}}\n");
        source.parse::<TokenStream>().expect("tokens")
    };
    let sources: Vec<TokenStream> = (0..n).map(parse).collect();
    let total: usize = sources.into_iter().map(lines).sum();
    println!("{n} sources, {total}");
}
