//! Types into a document: each keystroke changes one line, and tells the view which lines to draw again.

use std::rc::Rc;

#[derive(Clone)]
struct Line {
    text: String,
    is_folded: bool,
}

struct Document {
    lines: Rc<Vec<Line>>,
    drawn: u64,
}

struct Keystroke {
    line: usize,
    letter: char,
}

impl Document {
    fn new(count: usize) -> Self {
        let line = |number: usize| Line {
            text: format!("{number:>4}  the quick brown fox jumps over the lazy dog"),
            is_folded: number.is_multiple_of(9),
        };
        Self {
            lines: Rc::new((0..count).map(line).collect()),
            drawn: 0,
        }
    }

    fn draw(&mut self, changed: usize) {
        let line = &self.lines[changed];
        if !line.is_folded {
            self.drawn += line.text.bytes().map(u64::from).sum::<u64>();
        }
    }

    // [page]
    fn type_letter(&mut self, key: &Keystroke) {
        let lines = Rc::make_mut(&mut self.lines);
        let text = &mut lines[key.line].text;
        if text.len() > 60 {
            text.truncate(50);
        }
        text.push(key.letter);
        self.draw(key.line);
    }
    // [/page]
}

fn keystrokes(count: usize, lines: usize) -> Vec<Keystroke> {
    let key = |number: usize| Keystroke {
        line: (number / 40 * 17) % lines,
        letter: char::from(b'a' + (number % 26) as u8),
    };
    (0..count).map(key).collect()
}

pub fn run(scale: usize) {
    let mut document = Document::new(400);
    for key in keystrokes(scale * 4000, 400) {
        document.type_letter(&key);
    }
    println!("{} drawn", document.drawn);
}
