//! Keeps the loans of a city library: copies go out, come back, and are asked for in between.

use crate::random::Random;
use std::collections::BTreeMap;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Copy(u64);

struct Loan {
    reader: u32,
    due: u32,
    renewals: u8,
}

enum Request {
    Borrow(u32),
    Return,
    Renew,
    Ask,
}

#[derive(Default)]
struct Desk {
    lent: u64,
    late: u64,
    refused: u64,
    asked: u64,
}

trait Shelf {
    fn handle(&mut self, copy: Copy, request: &Request, today: u32, desk: &mut Desk);
}

#[derive(Default)]
struct Library {
    loans: BTreeMap<Copy, Loan>, //~
}

impl Library {
    fn lend(&mut self, copy: Copy, reader: u32, today: u32) -> bool {
        if self.loans.contains_key(&copy) {
            //~^
            return false;
        }
        let loan = Loan {
            reader,
            due: today + 28,
            renewals: 0,
        };
        self.loans.insert(copy, loan); //~
        true
    }

    fn take_back(&mut self, copy: Copy, today: u32) -> bool {
        self.loans.remove(&copy).is_some_and(|loan| loan.due < today) //~
    }

    fn renew(&mut self, copy: Copy, today: u32) -> bool {
        match self.loans.get_mut(&copy) {
            //~^
            Some(loan) if loan.renewals < 2 => {
                loan.renewals += 1;
                loan.due = today + 28;
                true
            }
            _ => false,
        }
    }
}

impl Shelf for Library {
    fn handle(&mut self, copy: Copy, request: &Request, today: u32, desk: &mut Desk) {
        match request {
            Request::Borrow(reader) if self.lend(copy, *reader, today) => desk.lent += 1,
            Request::Borrow(_) => desk.refused += 1,
            Request::Return => desk.late += u64::from(self.take_back(copy, today)),
            Request::Renew => desk.refused += u64::from(!self.renew(copy, today)),
            Request::Ask => desk.asked += self.loans.get(&copy).map_or(0, |loan| u64::from(loan.reader % 5)), //~
        }
    }
}

fn request(random: &mut Random) -> (Copy, Request) {
    let copy = Copy((random.below(120_000) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20);
    let request = match random.below(8) {
        0..3 => Request::Borrow(random.below(40_000) as u32),
        3 | 4 => Request::Return,
        5 => Request::Renew,
        _ => Request::Ask,
    };
    (copy, request)
}

pub fn run(scale: usize) {
    let mut random = Random::new(17);
    let mut library = Library::default();
    let mut desk = Desk::default();
    for day in 0..700 * scale as u32 {
        for _ in 0..10_000 {
            let (copy, request) = request(&mut random);
            library.handle(copy, &request, day, &mut desk);
        }
    }
    println!(
        "{} lent, {} late, {} refused, {} asked, {} out",
        desk.lent,
        desk.late,
        desk.refused,
        desk.asked,
        library.loans.len()
    );
}
