//! Groups the hits of a web server's log into sessions and reports the longest.

use crate::random::Random;

struct Hit {
    second: u32,
    client: [u8; 4],
    agent: u16,
    bytes: u32,
}

struct Session {
    client: [u8; 4],
    agent: u16,
    first: u32,
    last: u32,
    hits: u32,
    bytes: u64,
}

#[derive(Default)]
struct Tracker {
    sessions: Vec<Session>,
}

impl Tracker {
    /// The session that a hit belongs to, opened when it is the client's first.
    fn session_of(&mut self, hit: &Hit) -> &mut Session {
        let known = self
            .sessions
            .iter()
            .position(|session| session.client == hit.client && session.agent == hit.agent); //~
        let index = known.unwrap_or_else(|| {
            self.sessions.push(Session::opened_by(hit));
            self.sessions.len() - 1
        });
        &mut self.sessions[index]
    }

    fn record(&mut self, hit: &Hit) {
        let session = self.session_of(hit);
        session.last = session.last.max(hit.second);
        session.hits += 1;
        session.bytes += u64::from(hit.bytes);
    }

    fn longest(&self, count: usize) -> Vec<&Session> {
        let mut sessions: Vec<&Session> = self.sessions.iter().collect();
        sessions.sort_by_key(|session| {
            (
                session.first as i64 - session.last as i64,
                session.client,
                session.agent,
            )
        });
        sessions.truncate(count);
        sessions
    }
}

impl Session {
    fn opened_by(hit: &Hit) -> Self {
        Self {
            client: hit.client,
            agent: hit.agent,
            first: hit.second,
            last: hit.second,
            hits: 0,
            bytes: 0,
        }
    }
}

fn log(hits: u32) -> Vec<Hit> {
    let mut random = Random::new(7);
    (0..hits)
        .map(|number| Hit {
            second: number / 40,
            client: [
                10,
                random.below(3) as u8,
                random.below(64) as u8,
                random.below(16) as u8,
            ],
            agent: random.below(2) as u16,
            bytes: 200 + random.below(20_000) as u32,
        })
        .collect()
}

pub fn run(scale: usize) {
    let mut tracker = Tracker::default();
    for hit in &log(800_000 * scale as u32) {
        tracker.record(hit);
    }
    println!("{} sessions", tracker.sessions.len());
    for session in tracker.longest(5) {
        let [a, b, c, d] = session.client;
        println!(
            "{a}.{b}.{c}.{d} {}..{} {} hits {} bytes",
            session.first, session.last, session.hits, session.bytes
        );
    }
}
