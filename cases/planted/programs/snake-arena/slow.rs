//! Plays the game of several snakes on one field: who bites a body starts anew.

use crate::random::Random;
use std::collections::LinkedList;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Point {
    x: i16,
    y: i16,
}

#[derive(Clone, Copy)]
enum Heading {
    North,
    East,
    South,
    West,
}

struct Snake {
    body: LinkedList<Point>, //~
    heading: Heading,
    longest: usize,
}

/// The picture of a frame, which also says where a snake lies.
struct Field {
    taken: Vec<u8>,
    size: i16,
}

struct Arena {
    field: Field,
    snakes: Vec<Snake>,
    random: Random,
    bites: u64,
}

impl Heading {
    fn step(self, from: Point, size: i16) -> Point {
        let (dx, dy) = match self {
            Self::North => (0, -1),
            Self::East => (1, 0),
            Self::South => (0, 1),
            Self::West => (-1, 0),
        };
        Point {
            x: (from.x + dx).rem_euclid(size),
            y: (from.y + dy).rem_euclid(size),
        }
    }

    fn turned(self, random: &mut Random) -> Self {
        match (random.below(150), self) {
            (0, Self::North | Self::South) => Self::East,
            (0, _) => Self::North,
            (1, Self::North | Self::South) => Self::West,
            (1, _) => Self::South,
            _ => self,
        }
    }
}

impl Field {
    fn new(size: i16) -> Self {
        Self {
            taken: vec![0; size as usize * size as usize],
            size,
        }
    }

    fn index(&self, point: Point) -> usize {
        point.y as usize * self.size as usize + point.x as usize
    }

    fn mark(&mut self, point: Point) {
        let index = self.index(point);
        self.taken[index] += 1;
    }

    fn is_taken(&self, point: Point) -> bool {
        self.taken[self.index(point)] > 0
    }
}

impl Snake {
    fn hatch(random: &mut Random, size: i16) -> Self {
        let mut snake = Self {
            body: LinkedList::new(),
            heading: Heading::East,
            longest: 0,
        };
        snake.restart(random, size);
        snake
    }

    fn restart(&mut self, random: &mut Random, size: i16) {
        self.longest = self.longest.max(self.body.len());
        self.body.clear();
        self.body.push_front(Point {
            x: random.below(size as usize) as i16,
            y: random.below(size as usize) as i16,
        });
    }

    fn paint(&self, field: &mut Field) {
        for &part in &self.body {
            //~^
            field.mark(part);
        }
    }

    fn crawl(&mut self, head: Point, grows: bool) {
        self.body.push_front(head);
        if !grows {
            self.body.pop_back();
        }
    }
}

impl Arena {
    fn new(size: i16, snakes: usize) -> Self {
        let mut random = Random::new(100);
        Self {
            field: Field::new(size),
            snakes: (0..snakes).map(|_| Snake::hatch(&mut random, size)).collect(),
            random,
            bites: 0,
        }
    }

    fn frame(&mut self) {
        self.field.taken.fill(0);
        self.snakes.iter().for_each(|snake| snake.paint(&mut self.field));
    }

    fn tick(&mut self) {
        self.frame();
        for index in 0..self.snakes.len() {
            let snake = &mut self.snakes[index];
            snake.heading = snake.heading.turned(&mut self.random);
            let Some(&head) = snake.body.front() else { continue };
            let head = snake.heading.step(head, self.field.size);
            if self.field.is_taken(head) {
                self.bites += 1;
                self.snakes[index].restart(&mut self.random, self.field.size);
            } else {
                let grows = self.random.below(3) > 0 && self.snakes[index].body.len() < 900;
                self.snakes[index].crawl(head, grows);
            }
        }
    }
}

pub fn run(scale: usize) {
    let mut line = String::new();
    for _ in 0..scale {
        let mut arena = Arena::new(160, 10);
        for _ in 0..160_000 {
            arena.tick();
        }
        let longest = arena.snakes.iter().map(|snake| snake.longest).max();
        line = format!("{} bites, longest {}", arena.bites, longest.unwrap_or(0));
    }
    println!("{line}");
}
