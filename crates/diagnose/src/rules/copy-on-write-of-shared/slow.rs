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

    fn draw(&mut self, before: &[Line], from: usize) {
        let until = (from + 3).min(self.lines.len());
        for at in from..until {
            if self.lines[at].text != before[at].text && !before[at].is_folded {
                self.drawn += self.lines[at].text.bytes().map(u64::from).sum::<u64>();
            }
        }
    }

    // [page]
    fn type_letter(&mut self, key: &Keystroke) {
        let before = Rc::clone(&self.lines);
        let lines = Rc::make_mut(&mut self.lines); //~ copy-on-write-of-shared
        let text = &mut lines[key.line].text;
        if text.len() > 60 {
            text.truncate(50);
        }
        text.push(key.letter);
        self.draw(&before, key.line);
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
