//! Serves the tiles of a map server: reads the query string of each request and decides what to send.

use crate::random::Random;
use std::collections::HashMap;

/// The parameters of a request, as they stood in its address.
struct Query<'a> {
    fields: HashMap<&'a str, &'a str>, //~
}

enum Answer {
    Tile { zoom: u32, bytes: u64 },
    Moved,
    Missing,
}

trait Endpoint {
    fn serve(&self, query: &Query) -> Answer;
}

struct Tiles {
    deepest: u32,
}

struct Legacy;

impl<'a> Query<'a> {
    fn parse(address: &'a str) -> Self {
        let (_, text) = address.split_once('?').unwrap_or((address, ""));
        Self {
            fields: text.split('&').filter_map(|field| field.split_once('=')).collect(), //~
        }
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name).copied() //~
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.text(name)?.parse().ok()
    }
}

impl Endpoint for Tiles {
    fn serve(&self, query: &Query) -> Answer {
        let (Some(zoom), Some(x)) = (query.number("zoom"), query.number("x")) else {
            return Answer::Missing;
        };
        if zoom > self.deepest {
            return Answer::Missing;
        }
        let dense = query.text("style") == Some("relief");
        Answer::Tile {
            zoom,
            bytes: u64::from(x % 1_000) * if dense { 3 } else { 1 },
        }
    }
}

impl Endpoint for Legacy {
    fn serve(&self, query: &Query) -> Answer {
        if query.text("layer").is_some() {
            Answer::Moved
        } else {
            Answer::Missing
        }
    }
}

struct Server {
    tiles: Tiles,
    legacy: Legacy,
    sent: u64,
    depth: u64,
    moved: u64,
    missing: u64,
}

impl Server {
    fn handle(&mut self, address: &str) {
        let endpoint: &dyn Endpoint = if address.starts_with("/old") {
            &self.legacy
        } else {
            &self.tiles
        };
        match endpoint.serve(&Query::parse(address)) {
            //~^
            Answer::Tile { zoom, bytes } => {
                self.sent += bytes;
                self.depth += u64::from(zoom);
            }
            Answer::Moved => self.moved += 1,
            Answer::Missing => self.missing += 1,
        }
    }
}

fn addresses(random: &mut Random, count: usize) -> Vec<String> {
    (0..count)
        .map(|_| match random.below(8) {
            0 => format!("/old?layer=roads&tile={}", random.below(999)),
            1 => format!("/tile?x={}&zoom=25", random.below(9_999)),
            2 | 3 => format!(
                "/tile?zoom={}&x={}&style=relief&v=2",
                random.below(20),
                random.below(9_999)
            ),
            _ => format!("/tile?zoom={}&x={}&style=plain", random.below(20), random.below(9_999)),
        })
        .collect()
}

pub fn run(scale: usize) {
    let addresses = addresses(&mut Random::new(71), 20_000);
    let mut server = Server {
        tiles: Tiles { deepest: 19 },
        legacy: Legacy,
        sent: 0,
        depth: 0,
        moved: 0,
        missing: 0,
    };
    for _ in 0..250 * scale {
        for address in &addresses {
            server.handle(address);
        }
    }
    println!(
        "{} bytes, depth {}, {} moved, {} missing",
        server.sent, server.depth, server.moved, server.missing
    );
}
