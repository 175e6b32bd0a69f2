//! Simulates the triage of an emergency room: the most urgent patient goes next, among equals who came first.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Minor,
    Standard,
    Urgent,
    Immediate,
}

/// Ordered so that the next one to be treated is the greatest.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Patient {
    urgency: Urgency,
    arrival: std::cmp::Reverse<u32>,
    minutes: u16,
}

#[derive(Default)]
struct WaitingRoom {
    patients: Vec<Patient>,
}

impl WaitingRoom {
    fn admit(&mut self, patient: Patient) {
        self.patients.push(patient);
        self.patients.sort(); //~
    }

    fn call_next(&mut self) -> Option<Patient> {
        self.patients.pop()
    }
}

struct Doctor {
    busy_until: u32,
}

struct Ward {
    room: WaitingRoom,
    doctors: Vec<Doctor>,
    treated: [u64; 4],
    waited: [u64; 4],
}

impl Ward {
    fn new(doctors: usize) -> Self {
        Self {
            room: WaitingRoom::default(),
            doctors: (0..doctors).map(|_| Doctor { busy_until: 0 }).collect(),
            treated: [0; 4],
            waited: [0; 4],
        }
    }

    fn arrive(&mut self, minute: u32, random: &mut Random) {
        let urgency = match random.below(20) {
            0 => Urgency::Immediate,
            1..5 => Urgency::Urgent,
            5..12 => Urgency::Standard,
            _ => Urgency::Minor,
        };
        self.room.admit(Patient {
            //~^
            urgency,
            arrival: std::cmp::Reverse(minute),
            minutes: 5 + random.below(40) as u16,
        });
    }

    fn treat(&mut self, minute: u32) {
        for doctor in &mut self.doctors {
            if doctor.busy_until > minute {
                continue;
            }
            let Some(patient) = self.room.call_next() else {
                return;
            };
            doctor.busy_until = minute + u32::from(patient.minutes);
            self.treated[patient.urgency as usize] += 1;
            self.waited[patient.urgency as usize] += u64::from(minute - patient.arrival.0);
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(112);
    let mut treated = [0u64; 4];
    let mut waited = [0u64; 4];
    for _ in 0..3 * scale {
        let mut ward = Ward::new(240);
        for minute in 0..4_000 {
            for _ in 0..random.below(24) {
                ward.arrive(minute, &mut random);
            }
            ward.treat(minute);
        }
        for level in 0..4 {
            treated[level] += ward.treated[level];
            waited[level] += ward.waited[level];
        }
    }
    println!("treated {treated:?}, waited {waited:?}");
}
