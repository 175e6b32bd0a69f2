//! Decides for every event of a shop which of the tenant's hooks get it, and when it is tried again.

use crate::random::Random;

#[derive(Clone)]
struct Hook {
    url: String,
    topics: Vec<Topic>,
}

#[derive(Clone)]
struct Policy {
    hooks: Vec<Hook>,
    secret: String,
    first_retry: u64,
    attempts: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Topic {
    OrderPaid,
    OrderSent,
    StockLow,
    CartLeft,
}

const TOPICS: [Topic; 4] = [Topic::OrderPaid, Topic::OrderSent, Topic::StockLow, Topic::CartLeft];

struct Event {
    tenant: usize,
    topic: Topic,
    failures: u32,
}

struct Policies {
    own: Vec<Option<Policy>>,
    standard: Policy,
}

impl Policies {
    fn of(&self, tenant: usize) -> Policy {
        self.own[tenant].clone().unwrap_or_else(|| self.standard.clone()) //~
    }
}

#[derive(Default)]
struct Outbox {
    deliveries: u64,
    checksum: u64,
    given_up: u64,
}

impl Outbox {
    fn accept(&mut self, event: &Event, policies: &Policies) {
        let policy = policies.of(event.tenant); //~
        if event.failures >= policy.attempts {
            self.given_up += 1;
            return;
        }
        let due = policy.first_retry << event.failures;
        for hook in policy.hooks.iter().filter(|hook| hook.topics.contains(&event.topic)) {
            self.deliver(hook, &policy.secret, due);
        }
    }

    fn deliver(&mut self, hook: &Hook, secret: &str, due: u64) {
        self.deliveries += 1;
        let first = u64::from(hook.url.as_bytes()[8]) ^ u64::from(secret.as_bytes()[0]);
        self.checksum = self.checksum.rotate_left(7) ^ (due + first);
    }
}

fn policy(random: &mut Random, tenant: usize) -> Policy {
    let hooks = (0..2 + random.below(2)).map(|hook| Hook {
        url: format!("https://{tenant}.example/hooks/{hook}"),
        topics: TOPICS.into_iter().filter(|_| random.below(2) == 0).collect(),
    });
    Policy {
        hooks: hooks.collect(),
        secret: format!("{:016x}", tenant * 7919),
        first_retry: 1 + tenant as u64 % 5,
        attempts: 6,
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(81);
    let policies = Policies {
        own: (0..200)
            .map(|tenant| (tenant % 4 != 0).then(|| policy(&mut random, tenant)))
            .collect(),
        standard: policy(&mut random, 999),
    };
    let events: Vec<Event> = (0..20_000)
        .map(|_| Event {
            tenant: random.below(200),
            topic: random.pick(&TOPICS),
            failures: random.below(8) as u32,
        })
        .collect();
    let mut outbox = Outbox::default();
    for _ in 0..150 * scale {
        outbox = Outbox::default();
        events.iter().for_each(|event| outbox.accept(event, &policies));
    }
    println!(
        "{} sent, {} given up, {:x}",
        outbox.deliveries, outbox.given_up, outbox.checksum
    );
}
