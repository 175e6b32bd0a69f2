//! Reads the outlines of lakes.

use std::env;
use std::fmt::Write;

fn main() {
    let points = env::args().nth(1).map_or(4_000, |n| n.parse().expect("a number of points"));
    let mut items = 0;
    let mut letters = 0;
    for lake in 0..4 {
        let text = outline(lake, points);
        letters += text.len();
        items += wkt::Wkt::from_str(&text).expect("the outline is WKT").items.len();
    }
    println!("{items} lakes in {letters} bytes");
}

fn outline(lake: u32, points: u32) -> String {
    let mut text = String::from("POLYGON ((");
    for i in 0..points {
        let angle = f64::from(i) / f64::from(points) * std::f64::consts::TAU;
        let _ = write!(text, "{:.6} {:.6}, ", 8.5 + angle.cos() / 10.0, 47.0 + f64::from(lake) + angle.sin() / 10.0);
    }
    let _ = write!(text, "8.6 {}.0))", 47 + lake);
    text
}
