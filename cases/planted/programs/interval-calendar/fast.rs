//! A room calendar: bookings are kept ordered by start, and free slots are found by range queries.

use crate::random::Random;
use std::collections::BTreeMap;

#[derive(Clone, Copy)]
struct Booking {
    end: u32,
    guest: u32,
}

#[derive(Default)]
struct Calendar {
    /// By start; bookings do not overlap.
    bookings: BTreeMap<u32, Booking>,
}

impl Calendar {
    fn is_free(&self, start: u32, end: u32) -> bool {
        let before = self.bookings.range(..end).next_back();
        before.is_none_or(|(_, booking)| booking.end <= start)
    }

    fn book(&mut self, start: u32, length: u32, guest: u32) -> bool {
        let end = start + length;
        let is_free = self.is_free(start, end);
        if is_free {
            self.bookings.insert(start, Booking { end, guest });
        }
        is_free
    }

    fn cancel_first_after(&mut self, minute: u32) -> Option<u32> {
        let (&start, booking) = self.bookings.range(minute..).next()?;
        let guest = booking.guest;
        self.bookings.remove(&start);
        Some(guest)
    }

    fn busy_minutes(&self, from: u32, to: u32) -> u32 {
        self.bookings
            .range(from..to)
            .map(|(start, booking)| booking.end.min(to) - start)
            .sum()
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(367);
    let mut calendar = Calendar::default();
    let (mut booked, mut cancelled, mut busy) = (0u32, 0u64, 0u64);
    for number in 0..3_500_000 * scale as u32 {
        let start = random.below(6_000_000) as u32;
        match random.below(8) {
            0 => cancelled += u64::from(calendar.cancel_first_after(start).unwrap_or(0)),
            1 => busy += u64::from(calendar.busy_minutes(start, start + 1_440)),
            _ => booked += u32::from(calendar.book(start, 15 + random.below(90) as u32, number)),
        }
    }
    println!(
        "{booked} booked, {cancelled} cancelled, {busy} minutes busy, {} left",
        calendar.bookings.len()
    );
}
