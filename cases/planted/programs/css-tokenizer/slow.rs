//! Splits style sheets into tokens and checks that their braces match.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    Punctuation(u8),
}

struct Token {
    kind: Kind,
    start: u32,
    length: u32,
}

struct Tokenizer<'a> {
    text: &'a [u8],
    position: usize,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Outline {
    rules: u32,
    words: u32,
    numbers: u32,
    bytes: u32,
    unbalanced: u32,
}

impl<'a> Tokenizer<'a> {
    fn tokens(text: &'a str) -> Vec<Box<Token>> {
        let mut tokenizer = Self {
            text: text.as_bytes(),
            position: 0,
        };
        let mut tokens = Vec::with_capacity(text.len() / 3);
        while let Some(token) = tokenizer.token() {
            tokens.push(token);
        }
        tokens
    }

    fn token(&mut self) -> Option<Box<Token>> {
        let blanks = self.text[self.position..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let start = self.position + blanks;
        let &first = self.text.get(start)?;
        let run = |accept: fn(u8) -> bool| self.text[start..].iter().take_while(|&&byte| accept(byte)).count();
        let (kind, length) = match first {
            b'a'..=b'z' => (Kind::Word, run(|byte| byte.is_ascii_lowercase() || byte == b'-')),
            b'0'..=b'9' => (Kind::Number, run(|byte| byte.is_ascii_digit())),
            other => (Kind::Punctuation(other), 1),
        };
        self.position = start + length;
        Some(Box::new(Token {
            //~^
            kind,
            start: start as u32,
            length: length as u32,
        }))
    }
}

fn outline(tokens: &[Box<Token>]) -> Outline {
    let mut outline = Outline::default();
    let mut depth = 0i32;
    for token in tokens {
        outline.bytes = outline.bytes.max(token.start + token.length);
        match token.kind {
            Kind::Word => outline.words += 1,
            Kind::Number => outline.numbers += 1,
            Kind::Punctuation(b'{') => {
                outline.rules += 1;
                depth += 1;
            }
            Kind::Punctuation(b'}') => depth -= 1,
            Kind::Punctuation(_) => {}
        }
    }
    outline.unbalanced = depth.unsigned_abs();
    outline
}

fn style_sheet(rules: usize, random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..rules {
        let selector = random.pick(&["p", "a", "h1", "li", "td"]);
        text.push_str(selector);
        text.push_str(" { ");
        for _ in 0..1 + random.below(4) {
            text.push_str(random.pick(&["top: 4; ", "left: 12; ", "margin: 0 2; ", "color: #ff0; "]));
        }
        text.push_str("}\n");
    }
    text
}

pub fn run(scale: usize) {
    let mut random = Random::new(179);
    let sheets: Vec<String> = (0..20).map(|_| style_sheet(400, &mut random)).collect();
    let mut rules = 0;
    let mut numbers = 0;
    for round in 0..4_000 * scale {
        let tokens = Tokenizer::tokens(&sheets[round % sheets.len()]);
        let outline = outline(&tokens);
        rules += outline.rules + outline.unbalanced;
        numbers += outline.numbers + outline.words % 2 + outline.bytes % 2;
    }
    println!("{rules} rules, {numbers}");
}
