//! Checks requests against the grants of the roles of a user, with policies as trait objects.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Grant {
    resource: u32,
    action: Action,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Action {
    Read,
    Write,
    Share,
}

struct Request {
    role: usize,
    grant: Grant,
    hour: u8,
}

trait Policy {
    fn allows(&self, request: &Request) -> bool;
}

#[derive(Default)]
struct Granted {
    grants: Vec<Grant>,
}

struct OfficeHours {
    from: u8,
    to: u8,
}

struct All(Vec<Box<dyn Policy>>);

impl Granted {
    fn grant(mut self, grant: Grant) -> Self {
        if !self.grants.contains(&grant) {
            self.grants.push(grant);
        }
        self
    }
}

impl Policy for Granted {
    fn allows(&self, request: &Request) -> bool {
        self.grants.contains(&request.grant) //~
    }
}

impl Policy for OfficeHours {
    fn allows(&self, request: &Request) -> bool {
        request.grant.action == Action::Read || (self.from..self.to).contains(&request.hour)
    }
}

impl Policy for All {
    fn allows(&self, request: &Request) -> bool {
        self.0.iter().all(|policy| policy.allows(request))
    }
}

#[derive(Default)]
struct Decisions {
    allowed: usize,
    denied: usize,
}

impl Decisions {
    fn count(&mut self, roles: &[All], request: &Request) {
        if roles[request.role].allows(request) {
            self.allowed += 1;
        } else {
            self.denied += 1;
        }
    }
}

fn action(random: &mut Random) -> Action {
    random.pick(&[Action::Read, Action::Read, Action::Write, Action::Share])
}

fn role(random: &mut Random) -> All {
    let grants = 300 + random.below(300);
    let granted = (0..grants).fold(Granted::default(), |granted, _| {
        granted.grant(Grant {
            resource: random.below(900) as u32,
            action: action(random),
        })
    });
    All(vec![Box::new(OfficeHours { from: 7, to: 19 }), Box::new(granted)])
}

pub fn run(scale: usize) {
    let mut random = Random::new(84);
    let roles: Vec<All> = (0..12).map(|_| role(&mut random)).collect();
    let requests: Vec<Request> = (0..30_000)
        .map(|_| Request {
            role: random.below(roles.len()),
            grant: Grant {
                resource: random.below(900) as u32,
                action: action(&mut random),
            },
            hour: random.below(24) as u8,
        })
        .collect();
    let mut decisions = Decisions::default();
    for _ in 0..130 * scale {
        decisions = Decisions::default();
        requests.iter().for_each(|request| decisions.count(&roles, request));
    }
    println!("{} allowed, {} denied", decisions.allowed, decisions.denied);
}
