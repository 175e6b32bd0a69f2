//! Renders tables of measurements as HTML into one growing page.

use crate::random::Random;
use std::fmt::{self, Write};

struct Measurement {
    station: &'static str,
    day: u32,
    celsius: f64,
    remark: &'static str,
}

struct Page {
    html: String,
}

/// Text in which the special characters of HTML are replaced.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['<', '>', '&']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&amp;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

impl Page {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            html: String::with_capacity(bytes),
        }
    }

    fn table(&mut self, title: &str, rows: &[Measurement]) -> fmt::Result {
        writeln!(self.html, "<h2>{}</h2>\n<table>", Escaped(title))?;
        for row in rows {
            self.row(row)?;
        }
        self.html.push_str("</table>\n");
        Ok(())
    }

    fn row(&mut self, row: &Measurement) -> fmt::Result {
        let class = if row.celsius > 30.0 { " class=\"hot\"" } else { "" };
        writeln!(
            self.html,
            "<tr{class}><td>{}</td><td>{}</td><td>{:.1}</td><td>{}</td></tr>",
            row.station,
            row.day,
            row.celsius,
            Escaped(row.remark)
        )
    }
}

fn measurements(count: u32) -> Vec<Measurement> {
    let mut random = Random::new(373);
    (0..count)
        .map(|number| Measurement {
            station: random.pick(&["harbour", "hill", "airport"]),
            day: number / 3,
            celsius: random.unit() * 50.0 - 10.0,
            remark: random.pick(&["", "wind > 8", "fog & rain", "sensor replaced"]),
        })
        .collect()
}

pub fn run(scale: usize) {
    let rows = measurements(40_000);
    let mut bytes = 0;
    let mut sum = 0u64;
    for year in 0..45 * scale {
        let mut page = Page::with_capacity(90 * rows.len());
        page.table("heat & frost", &rows[year % 40..])
            .expect("writing to a string does not fail");
        bytes += page.html.len();
        sum = sum
            .wrapping_mul(31)
            .wrapping_add(page.html.bytes().map(u64::from).sum());
    }
    println!("{bytes} bytes, {sum:x}");
}
