//! Routes support mail: a table of patterns is compiled once, in a loop, then used on every message.

use regex::Regex;

struct Route {
    pattern: Regex,
    team: usize,
}

struct Mail {
    subject: String,
    length: u32,
}

const TEAMS: [(&str, usize); 4] = [
    (r"(?i)\binvoice\b", 0),
    (r"(?i)\b(refund|return)s?\b", 1),
    (r"#\d{5,}", 2),
    (r"(?i)^re: ", 3),
];

fn routes() -> Vec<Route> {
    let mut routes = Vec::with_capacity(TEAMS.len());
    for (pattern, team) in TEAMS {
        routes.push(Route {
            pattern: Regex::new(pattern).expect("valid pattern"),
            team,
        });
    }
    routes
}

fn inbox(count: u32) -> Vec<Mail> {
    let subjects = [
        "Invoice missing",
        "Re: my order",
        "Where is #123456?",
        "Returns of last week",
        "Hello there",
    ];
    (0..count)
        .map(|number| Mail {
            subject: subjects[number as usize * 3 % subjects.len()].to_owned(),
            length: 200 + number * 7 % 900,
        })
        .collect()
}

/// Expected handling time, from a queueing model that is solved by iteration.
fn handling_minutes(mail: &Mail) -> f64 {
    let mut minutes = 5.0;
    for _ in 0..250 {
        minutes = (minutes * 0.7 + f64::from(mail.length) / (minutes + 3.0)).sqrt() * 2.0;
    }
    minutes
}

fn dispatch(mails: &[Mail], routes: &[Route], minutes: &mut [f64; 5]) {
    for mail in mails {
        let route = routes.iter().find(|route| route.pattern.is_match(&mail.subject));
        minutes[route.map_or(4, |route| route.team)] += handling_minutes(mail);
    }
}

pub fn run(scale: usize) {
    let routes = routes();
    let mails = inbox(2000);
    let mut minutes = [0.0; 5];
    for _ in 0..scale * 6 {
        dispatch(&mails, &routes, &mut minutes);
    }
    println!("{} mails, minutes by team {minutes:.4?}", mails.len());
}
