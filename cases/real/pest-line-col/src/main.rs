//! Parses lines of words and asks each token for its line and column (argument = lines).
use pest::iterators::Pairs;
use pest::{ParseResult, ParserState};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Rule {
    Line,
    Word,
}

type State<'i> = Box<ParserState<'i, Rule>>;

fn letter(state: State<'_>) -> ParseResult<State<'_>> {
    state.match_range('a'..'z')
}

fn word(state: State<'_>) -> ParseResult<State<'_>> {
    let whole = state.rule(Rule::Word, |state| letter(state).and_then(|state| state.repeat(letter)));
    whole.and_then(|state| state.optional(|state| state.match_string(" ")))
}

fn line(state: State<'_>) -> ParseResult<State<'_>> {
    state.rule(Rule::Line, |state| {
        state.repeat(word).and_then(|state| state.match_string("\n"))
    })
}

fn parse(text: &str) -> Pairs<'_, Rule> {
    pest::state(text, |state| state.repeat(line)).expect("lines of words")
}

fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(2_500);
    let text = "some words that stand on each line\n".repeat(n);
    let mut sum = 0;
    let mut words = 0;
    for pair in parse(&text).flatten() {
        let (line, column) = pair.line_col();
        words += usize::from(pair.as_rule() == Rule::Word);
        sum += line + column;
    }
    println!("{words} words, {sum}");
}
