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

    fn take(&self) -> Option<&'a Form> {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner).next() //~
    }
}

struct Board {
    scores: Mutex<Scores>,
}

impl Board {
    fn enter(&self, score: u64) {
        self.scores.lock().unwrap_or_else(PoisonError::into_inner).add(score); //~
    }
}

fn score_all(tray: &Tray, board: &Board) {
    while let Some(form) = tray.take() {
        //~^
        board.enter(form.score()); //~
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
