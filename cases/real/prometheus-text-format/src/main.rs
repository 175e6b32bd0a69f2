//! A service with many labelled metrics is scraped again and again.

use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};
use std::env;

const ROUTES: [&str; 12] = [
    "/",
    "/login",
    "/logout",
    "/cart",
    "/cart/items",
    "/orders",
    "/orders/open",
    "/search",
    "/help",
    "/health",
    "/admin",
    "/api/v2",
];
const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

fn main() -> prometheus::Result<()> {
    let scrapes = env::args()
        .nth(1)
        .map_or(100, |n| n.parse().expect("a number of scrapes"));
    let registry = Registry::new();
    let requests = IntCounterVec::new(
        Opts::new("http_requests_total", "Requests by route"),
        &["route", "method", "status"],
    )?;
    let durations = HistogramVec::new(
        HistogramOpts::new("http_request_duration_seconds", "How long requests take"),
        &["route", "method"],
    )?;
    registry.register(Box::new(requests.clone()))?;
    registry.register(Box::new(durations.clone()))?;
    for (i, route) in ROUTES.iter().enumerate() {
        for (j, method) in METHODS.iter().enumerate() {
            durations
                .with_label_values(&[route, method])
                .observe((i * j) as f64 / 16.0);
            for status in ["200", "304", "404", "500"] {
                requests
                    .with_label_values(&[route, method, status])
                    .inc_by((i * 7 + j) as i64);
            }
        }
    }

    let families = registry.gather();
    let encoder = TextEncoder::new();
    let mut page = Vec::new();
    let mut bytes = 0;
    for _ in 0..scrapes {
        page.clear();
        encoder.encode(&families, &mut page)?;
        bytes += page.len();
    }
    println!(
        "{scrapes} scrapes, {bytes} bytes, {} lines",
        page.iter().filter(|byte| **byte == b'\n').count()
    );
    Ok(())
}
