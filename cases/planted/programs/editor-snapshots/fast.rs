//! An editor's document: edits come in bursts, and after each the status line is brought up to date.

use crate::random::Random;
use std::rc::Rc;

#[derive(Clone)]
struct Document {
    lines: Vec<u64>,
    revision: u32,
}

struct Editor {
    document: Rc<Document>,
    status: Status,
}

#[derive(Default)]
struct Status {
    revision: u32,
    line: usize,
    changed: u64,
}

struct Edit {
    line: usize,
    typed: u64,
}

impl Document {
    fn apply(&mut self, edit: &Edit) {
        self.lines[edit.line] = self.lines[edit.line].rotate_left(7) ^ edit.typed;
        self.revision += 1;
    }
}

impl Editor {
    fn document(&self) -> Rc<Document> {
        Rc::clone(&self.document)
    }

    fn edit(&mut self, edit: &Edit) {
        let before = self.document.lines[edit.line];
        Rc::make_mut(&mut self.document).apply(edit);
        self.status.show(before, edit, self.document.revision);
    }
}

impl Status {
    fn show(&mut self, before: u64, edit: &Edit, revision: u32) {
        self.revision = revision;
        self.line = edit.line;
        self.changed += u64::from((before ^ edit.typed).count_ones());
    }
}

fn edits(count: usize, lines: usize) -> Vec<Edit> {
    let mut random = Random::new(239);
    let mut line = 0;
    (0..count)
        .map(|_| {
            // Most edits are near the last one.
            line = if random.below(10) == 0 {
                random.below(lines)
            } else {
                (line + random.below(3)) % lines
            };
            Edit {
                line,
                typed: random.next(),
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let lines = 4_000;
    let mut editor = Editor {
        document: Rc::new(Document {
            lines: (0..lines as u64).collect(),
            revision: 0,
        }),
        status: Status::default(),
    };
    for edit in &edits(900_000 * scale, lines) {
        editor.edit(edit);
    }
    let sum = editor
        .document()
        .lines
        .iter()
        .fold(0, |sum: u64, line| sum.rotate_left(1) ^ line);
    println!(
        "revision {}, line {}, changed {}, {sum:x}",
        editor.status.revision, editor.status.line, editor.status.changed
    );
}
