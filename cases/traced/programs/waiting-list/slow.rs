//! A clinic's waiting list by urgency; the board sums up the waiting times of each ward again and again.

use crate::random::Random;

struct Patient {
    urgency: u32,
    ward: u8,
    waited_min: u16,
    next: Option<Box<Patient>>, //~
}

#[derive(Default)]
struct WaitingList {
    first: Option<Box<Patient>>, //~
}

impl WaitingList {
    /// Patients by urgency, most urgent first.
    fn from_arrivals(mut arrivals: Vec<Box<Patient>>) -> Self {
        arrivals.sort_by_key(|patient| patient.urgency);
        let mut first = None;
        for mut patient in arrivals {
            patient.next = first;
            first = Some(patient);
        }
        Self { first }
    }

    fn iter(&self) -> impl Iterator<Item = &Patient> {
        std::iter::successors(self.first.as_deref(), |patient| patient.next.as_deref()) //~
    }

    fn waiting_time(&self, ward: u8) -> u64 {
        self.iter()
            .filter(|patient| patient.ward == ward) //~
            .map(|patient| u64::from(patient.waited_min)) //~
            .sum()
    }
}

impl Drop for WaitingList {
    fn drop(&mut self) {
        let mut next = self.first.take();
        while let Some(mut patient) = next {
            next = patient.next.take();
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(17);
    let arrivals = (0..200_000)
        .map(|_| {
            Box::new(Patient {
                urgency: random.next() as u32,
                ward: random.below(8) as u8,
                waited_min: random.below(300) as u16,
                next: None,
            })
        })
        .collect();
    let list = WaitingList::from_arrivals(arrivals);
    let total: u64 = (0..8 * scale).map(|round| list.waiting_time(round as u8 % 8)).sum();
    println!("{total}");
}
