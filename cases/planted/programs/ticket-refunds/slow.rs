//! Refunds of a box office: tickets pass through a chain of conditions, and what is left is paid back.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Show {
    venue: u16,
    number: u32,
}

struct Ticket {
    show: Show,
    cents: u32,
    voucher: bool,
}

type Condition = Box<dyn Fn(&Ticket) -> bool>;

/// Decides which tickets are paid back.
struct Refunds {
    conditions: Vec<Condition>,
}

struct Notice {
    show: Show,
    withdrawn: bool,
}

impl Refunds {
    fn new() -> Self {
        Self { conditions: Vec::new() }
    }

    fn paid_in_cash(mut self) -> Self {
        self.conditions.push(Box::new(|ticket| !ticket.voucher));
        self
    }

    fn cancelled(mut self, notices: &[Notice]) -> Self {
        let shows: Vec<Show> = notices
            .iter()
            .filter(|notice| !notice.withdrawn)
            .map(|notice| notice.show)
            .collect();
        self.conditions
            .push(Box::new(move |ticket| shows.contains(&ticket.show))); //~
        self
    }

    fn due(&self, ticket: &Ticket) -> bool {
        self.conditions.iter().all(|condition| condition(ticket))
    }

    fn total(&self, tickets: &[Ticket]) -> (usize, u64) {
        tickets
            .iter()
            .filter(|ticket| self.due(ticket))
            .fold((0, 0), |(count, cents), ticket| {
                (count + 1, cents + u64::from(ticket.cents))
            })
    }
}

fn show(random: &mut Random) -> Show {
    Show {
        venue: random.below(30) as u16,
        number: random.below(400) as u32,
    }
}

fn notices(random: &mut Random) -> Vec<Notice> {
    (0..700)
        .map(|_| Notice {
            show: show(random),
            withdrawn: random.below(9) == 0,
        })
        .collect()
}

fn tickets(random: &mut Random, count: usize) -> Vec<Ticket> {
    (0..count)
        .map(|_| Ticket {
            show: show(random),
            cents: 1_500 + random.below(80) as u32 * 100,
            voucher: random.below(4) == 0,
        })
        .collect()
}

pub fn run(scale: usize) {
    let mut random = Random::new(2);
    let tickets = tickets(&mut random, 40_000);
    let mut sum = (0, 0);
    for _ in 0..60 * scale {
        let refunds = Refunds::new().paid_in_cash().cancelled(&notices(&mut random));
        let (count, cents) = refunds.total(&tickets);
        sum = (sum.0 + count, sum.1 + cents);
    }
    println!("{} refunds, {} cents", sum.0, sum.1);
}
