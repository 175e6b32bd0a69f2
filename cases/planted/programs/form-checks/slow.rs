//! Validates the sign-up forms of an event site.

use crate::random::Random;

struct Form {
    name: String,
    mail: String,
    seats: u32,
    voucher: Option<String>,
}

enum Fault {
    Empty(&'static str),
    Invalid(&'static str),
    TooMany(u32),
}

trait Validator {
    fn check(&self, form: &Form) -> Result<(), Fault>;
}

struct Required;

struct Mail {
    blocked: Vec<String>,
}

struct Seats {
    most: u32,
}

struct Voucher {
    prefixes: Vec<String>,
}

impl Validator for Required {
    fn check(&self, form: &Form) -> Result<(), Fault> {
        if form.name.trim().is_empty() {
            return Err(Fault::Empty("name"));
        }
        if form.mail.is_empty() {
            return Err(Fault::Empty("mail"));
        }
        Ok(())
    }
}

impl Validator for Mail {
    fn check(&self, form: &Form) -> Result<(), Fault> {
        let (_, host) = form.mail.split_once('@').ok_or(Fault::Invalid("mail"))?;
        if self.blocked.iter().any(|blocked| blocked == host) {
            return Err(Fault::Invalid("mail"));
        }
        Ok(())
    }
}

impl Validator for Seats {
    fn check(&self, form: &Form) -> Result<(), Fault> {
        if form.seats > self.most {
            return Err(Fault::TooMany(form.seats));
        }
        Ok(())
    }
}

impl Validator for Voucher {
    fn check(&self, form: &Form) -> Result<(), Fault> {
        match &form.voucher {
            Some(code) if !self.prefixes.iter().any(|prefix| code.starts_with(prefix)) => {
                Err(Fault::Invalid("voucher"))
            }
            _ => Ok(()),
        }
    }
}

/// The rules of an event, in the order in which a visitor should hear about them.
fn validators(most: u32) -> Vec<Box<dyn Validator>> {
    vec![
        //~^
        Box::new(Required),
        Box::new(Mail {
            //~^
            blocked: ["mailinator.example", "trash.example", "void.example"]
                .map(String::from)
                .to_vec(), //~
        }),
        Box::new(Seats { most }), //~
        Box::new(Voucher {
            //~^
            prefixes: ["SPRING-", "CREW-"].map(String::from).to_vec(), //~
        }),
    ]
}

struct Event {
    most: u32,
    accepted: u64,
    faults: [u64; 3],
}

impl Event {
    fn new(most: u32) -> Self {
        Self {
            most,
            accepted: 0,
            faults: [0; 3],
        }
    }

    fn submit(&mut self, form: &Form) {
        let faults = validators(self.most) //~
            .iter()
            .find_map(|validator| validator.check(form).err());
        match faults {
            None => self.accepted += u64::from(form.seats),
            Some(Fault::Empty(field)) => self.faults[0] += field.len() as u64,
            Some(Fault::Invalid(field)) => self.faults[1] += field.len() as u64,
            Some(Fault::TooMany(seats)) => self.faults[2] += u64::from(seats),
        }
    }
}

fn forms(random: &mut Random, count: usize) -> Vec<Form> {
    (0..count)
        .map(|number| Form {
            name: if random.below(30) == 0 {
                String::new()
            } else {
                format!("Guest {number}")
            },
            mail: match random.below(20) {
                0 => String::from("nobody"),
                1 => format!("g{number}@trash.example"),
                _ => format!("g{number}@post.example"),
            },
            seats: 1 + random.below(9) as u32,
            voucher: match random.below(6) {
                0 => Some(format!("SPRING-{number}")),
                1 => Some(format!("OLD-{number}")),
                _ => None,
            },
        })
        .collect()
}

pub fn run(scale: usize) {
    let forms = forms(&mut Random::new(38), 5_000);
    let mut event = Event::new(7);
    for _ in 0..600 * scale {
        for form in &forms {
            event.submit(form);
        }
    }
    println!("{} seats, faults {:?}", event.accepted, event.faults);
}
