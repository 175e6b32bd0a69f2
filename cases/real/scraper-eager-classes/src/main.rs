//! Reads the prices out of the pages of a shop.

use scraper::{Html, Selector};
use std::env;

fn main() {
    let pages = env::args().nth(1).map_or(20, |n| n.parse().expect("a number of pages"));
    let prices = Selector::parse("main data").expect("a selector");
    let mut count = 0;
    let mut total = 0.0;
    for page in 0..pages {
        let html = Html::parse_document(&page_of(page));
        for price in html.select(&prices) {
            count += 1;
            total += price
                .value()
                .attr("value")
                .and_then(|value| value.parse::<f64>().ok())
                .unwrap_or(0.0);
        }
    }
    println!("{pages} pages, {count} prices, {total:.2}");
}

/// A page in the style of a utility-first framework.
fn page_of(page: u32) -> String {
    let mut html = String::from("<!doctype html><title>Shop</title><main class='mx-auto max-w-7xl px-4'>");
    for item in 0..400 {
        html.push_str(&format!(
            "<div id='item-{item}' class='flex flex-col rounded-lg border p-4 shadow-sm hover:shadow-md dark:bg-gray-{page}'>\
             <span class='text-sm font-medium text-gray-700 truncate tracking-tight' data-sku='{item}' title='Chair'>Chair {item}</span>\
             <data class='mt-2 text-lg font-semibold tabular-nums' value='{}.{:02}'></data></div>",
            item % 90 + page,
            item % 100
        ));
    }
    html
}
