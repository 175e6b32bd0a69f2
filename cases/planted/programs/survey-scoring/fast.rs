//! Scores the forms of a survey on several threads.

use crate::random::Random;
use std::sync::{Mutex, PoisonError};
use std::thread;

#[derive(Clone, Copy)]
struct Form {
    answers: [u8; 6],
}

#[derive(Default, Clone, Copy)]
struct Scores {
    forms: u64,
    sum: u64,
    best: u64,
}

impl Form {
    fn score(&self) -> u64 {
        self.answers
            .iter()
            .map(|&answer| u64::from(answer) * u64::from(answer))
            .sum()
    }
}

impl Scores {
    fn add(&mut self, score: u64) {
        self.forms += 1;
        self.sum += score;
        self.best = self.best.max(score);
    }

    fn merge(&mut self, other: &Self) {
        self.forms += other.forms;
        self.sum += other.sum;
        self.best = self.best.max(other.best);
    }
}

/// What all threads take from.
struct Tray<'a> {
    forms: Mutex<std::slice::Iter<'a, Form>>,
}

impl<'a> Tray<'a> {
    fn new(forms: &'a [Form]) -> Self {
        Self {
            forms: Mutex::new(forms.iter()),
        }
    }

    /// Some hundreds of forms at once.
    fn take(&self) -> &'a [Form] {
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        let all = forms.as_slice();
        let (batch, rest) = all.split_at(all.len().min(512));
        *forms = rest.iter();
        batch
    }
}

struct Board {
    scores: Mutex<Scores>,
}

impl Board {
    fn enter(&self, scores: &Scores) {
        self.scores.lock().unwrap_or_else(PoisonError::into_inner).merge(scores);
    }
}

fn score_all(tray: &Tray, board: &Board) {
    loop {
        let batch = tray.take();
        if batch.is_empty() {
            return;
        }
        let mut scores = Scores::default();
        for form in batch {
            scores.add(form.score());
        }
        board.enter(&scores);
    }
}

fn forms(random: &mut Random, count: usize) -> Vec<Form> {
    (0..count)
        .map(|_| Form {
            answers: std::array::from_fn(|_| random.below(6) as u8),
        })
        .collect()
}

pub fn run(scale: usize) {
    let forms = forms(&mut Random::new(51), 200_000);
    let board = Board {
        scores: Mutex::default(),
    };
    for _ in 0..100 * scale {
        let tray = Tray::new(&forms);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| score_all(&tray, &board));
            }
        });
    }
    let scores = *board.scores.lock().unwrap_or_else(PoisonError::into_inner);
    println!("{} forms, sum {}, best {}", scores.forms, scores.sum, scores.best);
}
