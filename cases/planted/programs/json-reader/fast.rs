//! Reads JSON documents into trees and sums up what they hold.

use crate::random::Random;
use std::fmt::Write as _;

enum Value<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a str),
    List(Vec<Value<'a>>),
    Object(Vec<(&'a str, Value<'a>)>),
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
}

#[derive(Debug)]
struct Malformed(#[expect(dead_code, reason = "read by Debug only")] usize);

impl<'a> Parser<'a> {
    fn parse(text: &'a str) -> Result<Value<'a>, Malformed> {
        let mut parser = Self { text, position: 0 };
        let value = parser.value()?;
        parser.skip_blanks();
        if parser.position == text.len() {
            Ok(value)
        } else {
            Err(Malformed(parser.position))
        }
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.position..];
        self.position += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn accept(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let is_there = self.peek() == Some(byte);
        self.position += usize::from(is_there);
        is_there
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Malformed> {
        if self.text[self.position..].starts_with(word) {
            self.position += word.len();
            return Ok(value);
        }
        Err(Malformed(self.position))
    }

    fn value(&mut self) -> Result<Value<'a>, Malformed> {
        self.skip_blanks();
        match self.peek() {
            Some(b'n') => self.word("null", Value::Null),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'[') => self.list(),
            Some(b'{') => self.object(),
            _ => self.number(),
        }
    }

    fn string(&mut self) -> Result<&'a str, Malformed> {
        let start = self.position + 1;
        let length = self.text[start..].find('"').ok_or(Malformed(start))?;
        self.position = start + length + 1;
        Ok(&self.text[start..start + length])
    }

    fn number(&mut self) -> Result<Value<'a>, Malformed> {
        let rest = &self.text[self.position..];
        let end = rest.find([',', ']', '}', ' ', '\n']).unwrap_or(rest.len());
        let number = rest[..end].parse().map_err(|_| Malformed(self.position))?;
        self.position += end;
        Ok(Value::Number(number))
    }

    fn list(&mut self) -> Result<Value<'a>, Malformed> {
        self.position += 1;
        let mut items = Vec::new();
        if self.accept(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            if self.accept(b']') {
                return Ok(Value::List(items));
            }
            if !self.accept(b',') {
                return Err(Malformed(self.position));
            }
        }
    }

    fn object(&mut self) -> Result<Value<'a>, Malformed> {
        self.position += 1;
        let mut members = Vec::new();
        if self.accept(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_blanks();
            let name = self.string()?;
            if !self.accept(b':') {
                return Err(Malformed(self.position));
            }
            members.push((name, self.value()?));
            if self.accept(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.accept(b',') {
                return Err(Malformed(self.position));
            }
        }
    }
}

fn weigh(value: &Value<'_>) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(flag) => f64::from(u8::from(*flag)),
        Value::Number(number) => *number,
        Value::Text(text) => text.len() as f64,
        Value::List(items) => items.iter().map(weigh).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| name.len() as f64 + weigh(value))
            .sum(),
    }
}

fn document(records: usize, random: &mut Random) -> String {
    let mut text = String::from("[");
    for number in 0..records {
        let separator = if number == 0 { "" } else { ",\n " };
        let (x, y) = (random.below(100_000), random.below(1_000));
        let tag = random.pick(&["alpha", "beta", "a much longer tag for a change"]);
        let _ = write!(
            text,
            r#"{separator}{{"id": {number}, "x": {x}.{y:03}, "tag": "{tag}", "path": [{y}, {x}, -1, true], "next": null}}"#
        );
    }
    text + "]"
}

pub fn run(scale: usize) {
    let mut random = Random::new(307);
    let mut sum = 0.0;
    for _ in 0..28 * scale {
        let text = document(12_000, &mut random);
        let value = Parser::parse(&text).expect("documents are correct");
        sum += weigh(&value);
    }
    println!("{sum:.1}");
}
