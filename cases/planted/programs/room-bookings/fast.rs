//! Books rooms: a request gets the first room that is free for the whole time.

use crate::random::Random;
use std::collections::BTreeMap;

type Minute = u32;

#[derive(Clone, Copy)]
struct Booking {
    until: Minute,
    guest: u32,
}

#[derive(Default)]
struct Room {
    /// By their first minute.
    bookings: BTreeMap<Minute, Booking>,
}

#[derive(Clone, Copy)]
struct Request {
    guest: u32,
    from: Minute,
    until: Minute,
}

impl Room {
    fn is_free(&self, request: &Request) -> bool {
        let before = self.bookings.range(..request.until).next_back();
        before.is_none_or(|(_, booking)| booking.until <= request.from)
    }

    fn book(&mut self, request: &Request) {
        let booking = Booking {
            until: request.until,
            guest: request.guest,
        };
        self.bookings.insert(request.from, booking);
    }

    /// Forgets what is over, oldest first.
    fn forget(&mut self, now: Minute) {
        while let Some(first) = self.bookings.first_entry() {
            if first.get().until > now {
                break;
            }
            first.remove();
        }
    }

    fn guests(&self) -> impl Iterator<Item = u32> {
        self.bookings.values().map(|booking| booking.guest)
    }

    fn gaps(&self) -> u32 {
        let starts = self.bookings.keys().skip(1);
        let ends = self.bookings.values().map(|booking| booking.until);
        ends.zip(starts).map(|(end, start)| start - end).sum()
    }
}

#[derive(Default)]
struct House {
    rooms: Vec<Room>,
    booked: u64,
    refused: u64,
}

impl House {
    fn with_rooms(count: usize) -> Self {
        Self {
            rooms: std::iter::repeat_with(Room::default).take(count).collect(),
            ..Self::default()
        }
    }

    fn handle(&mut self, request: &Request) {
        match self.rooms.iter_mut().find(|room| room.is_free(request)) {
            Some(room) => {
                room.book(request);
                self.booked += 1;
            }
            None => self.refused += 1,
        }
    }

    fn night(&mut self, now: Minute) {
        self.rooms.iter_mut().for_each(|room| room.forget(now));
    }
}

fn request(random: &mut Random, now: Minute, guest: u32) -> Request {
    let from = now + 1_440 + random.below(20_000) as Minute;
    Request {
        guest,
        from,
        until: from + 30 + random.below(400) as Minute,
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(104);
    let mut house = House::with_rooms(12);
    for day in 0..3_500 * scale as u32 {
        for _ in 0..250 {
            let guest = random.below(50_000) as u32;
            house.handle(&request(&mut random, day * 1_440, guest));
        }
        house.night(day * 1_440);
    }
    let gaps: u32 = house.rooms.iter().map(Room::gaps).sum();
    let guests = house
        .rooms
        .iter()
        .flat_map(Room::guests)
        .fold(0, |sum, guest| sum ^ guest);
    println!(
        "{} booked, {} refused, {gaps} minutes between, {guests:x}",
        house.booked, house.refused
    );
}
