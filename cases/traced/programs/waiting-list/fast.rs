//! A clinic's waiting list by urgency; the board sums up the waiting times of each ward again and again.

use crate::random::Random;

struct Patient {
    urgency: u32,
    ward: u8,
    waited_min: u16,
}

#[derive(Default)]
struct WaitingList {
    patients: Vec<Patient>,
}

impl WaitingList {
    /// Patients by urgency, most urgent first.
    fn from_arrivals(mut patients: Vec<Patient>) -> Self {
        patients.sort_by_key(|patient| std::cmp::Reverse(patient.urgency));
        Self { patients }
    }

    fn iter(&self) -> impl Iterator<Item = &Patient> {
        self.patients.iter()
    }

    fn waiting_time(&self, ward: u8) -> u64 {
        self.iter()
            .filter(|patient| patient.ward == ward)
            .map(|patient| u64::from(patient.waited_min))
            .sum()
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(17);
    let arrivals = (0..200_000)
        .map(|_| Patient {
            urgency: random.next() as u32,
            ward: random.below(8) as u8,
            waited_min: random.below(300) as u16,
        })
        .collect();
    let list = WaitingList::from_arrivals(arrivals);
    let total: u64 = (0..8 * scale).map(|round| list.waiting_time(round as u8 % 8)).sum();
    println!("{total}");
}
