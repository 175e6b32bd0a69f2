//! Sorts the requests of an access log by site: each line holds an address with a long path.

use std::env;
use url::Url;

fn main() {
    let lines = env::args().nth(1).map_or(400_000, |n| n.parse().expect("a number of lines"));
    let mut depth = 0;
    let mut length = 0;
    for line in 0..lines {
        let url = Url::parse(&address(line)).expect("the address is valid");
        depth += url.path_segments().map_or(0, |segments| segments.count());
        length += url.as_str().len();
    }
    println!("{lines} addresses, {depth} segments, {length} bytes");
}

fn address(line: u32) -> String {
    format!(
        "https://media.example.com/catalogue/photographs/mountain ranges of the world/2024/high-resolution/photo-{line}.jpeg"
    )
}
