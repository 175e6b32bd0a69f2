//! Spreads support tickets over teams: each ticket's urgency by its team's part of the whole capacity.

struct Ticket {
    team: usize,
    words: u32,
    minutes: u32,
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn open_tickets(count: usize, teams: usize) -> Vec<Ticket> {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    (0..count)
        .map(|_| Ticket {
            team: random.below(teams as u64) as usize,
            words: 5 + random.below(400) as u32,
            minutes: random.below(10_000) as u32,
        })
        .collect()
}

fn capacities(teams: usize) -> Vec<f64> {
    (0..teams).map(|team| 1.0 + (team % 17) as f64 / 4.0).collect()
}

/// The older, the more urgent, on a curve that the support team chose.
fn urgency(ticket: &Ticket, steps: u32) -> f64 {
    let mut urgency = f64::from(ticket.minutes) + f64::from(ticket.words).sqrt();
    for step in 0..steps {
        urgency = (urgency * 1.02 + f64::from(step % 5)).sqrt() * 3.0;
    }
    urgency
}

// [page]
fn scores(tickets: &[Ticket], capacities: &[f64]) -> Vec<f64> {
    let mut scores = Vec::with_capacity(tickets.len());
    let total: f64 = capacities.iter().sum();
    for ticket in tickets {
        let part = capacities[ticket.team] / total;
        scores.push(urgency(ticket, 40) * part);
    }
    scores
}
// [/page]

pub fn run(scale: usize) {
    let teams = 500;
    let tickets = open_tickets(20_000, teams);
    let mut capacities = capacities(teams);
    let mut sum = 0.0;
    for round in 0..scale * 7 {
        capacities[round % teams] += 0.25;
        sum += scores(&tickets, &capacities).iter().sum::<f64>();
    }
    println!("{} tickets, {sum:.6}", tickets.len());
}
