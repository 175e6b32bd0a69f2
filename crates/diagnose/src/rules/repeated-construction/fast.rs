//! Reads the access log of a web server and adds up what each kind of request cost.

use regex::Regex;

struct Request<'a> {
    path: &'a str,
    milliseconds: u64,
}

#[derive(Default)]
struct Costs {
    pages: u64,
    images: u64,
    other: u64,
}

fn access_log(lines: u64) -> Vec<String> {
    let paths = [
        "/index.html",
        "/img/logo.png",
        "/cart?item=17",
        "/img/banner.jpg",
        "/about.html",
    ];
    (0..lines)
        .map(|number| {
            let path = paths[number as usize * 7 % paths.len()];
            format!(
                "10.0.{}.{} GET {path} 200 {}ms",
                number % 256,
                number * 3 % 256,
                3 + number * 11 % 250
            )
        })
        .collect()
}

fn parse(line: &str) -> Option<Request<'_>> {
    let mut words = line.split(' ').skip(2);
    let path = words.next()?;
    let milliseconds = words.nth(1)?.strip_suffix("ms")?.parse().ok()?;
    Some(Request { path, milliseconds })
}

/// Costs grow with the load; the operator's model is a recurrence.
fn cost(request: &Request) -> u64 {
    let mut cost = request.milliseconds as f64;
    for step in 0..1500 {
        cost = (cost + f64::from(step % 9)).sqrt() * 4.0;
    }
    (cost * 1000.0) as u64
}

// [page]
fn classify(log: &[String], costs: &mut Costs) {
    let image = Regex::new(r"^/img/[a-z]+\.(png|jpg)$").expect("valid pattern");
    for request in log.iter().filter_map(|line| parse(line)) {
        let cost = cost(&request);
        if image.is_match(request.path) {
            costs.images += cost;
        } else if request.path.ends_with(".html") {
            costs.pages += cost;
        } else {
            costs.other += cost;
        }
    }
}
// [/page]

pub fn run(scale: usize) {
    let log = access_log(1000);
    let mut costs = Costs::default();
    for _ in 0..scale * 3 {
        classify(&log, &mut costs);
    }
    println!("pages {}, images {}, other {}", costs.pages, costs.images, costs.other);
}
