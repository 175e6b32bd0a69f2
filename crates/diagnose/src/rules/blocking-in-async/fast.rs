//! A crawler fetches the pages of a few sites, politely: it pauses between the pages of one site.

use std::collections::HashMap;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::sync::mpsc::{self, Sender};

const SITES: u32 = 8;

struct Page {
    site: u32,
    words: Vec<u32>,
}

/// What a site would send.
fn page(site: u32, number: u32) -> Page {
    let word = |at: u32| (site * 31 + number * 17 + at * at) % 4093;
    Page {
        site,
        words: (0..600).map(word).collect(),
    }
}

// [page]
async fn fetch(site: u32, number: u32, pause: Duration) -> Page {
    tokio::time::sleep(pause).await;
    page(site, number)
}

async fn crawl(site: u32, pages: u32, found: Sender<Page>) {
    for number in 0..pages {
        let page = fetch(site, number, Duration::from_millis(2)).await;
        if found.send(page).await.is_err() {
            return;
        }
    }
}
// [/page]

/// Counts words until all crawlers are done.
async fn index(pages: u32) -> HashMap<u32, u32> {
    let (sender, mut found) = mpsc::channel(16);
    for site in 0..SITES {
        tokio::spawn(crawl(site, pages, sender.clone()));
    }
    drop(sender);
    let mut counts = HashMap::new();
    while let Some(page) = found.recv().await {
        for word in page.words {
            *counts.entry(word ^ page.site).or_insert(0) += 1;
        }
    }
    counts
}

pub fn run(scale: usize) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build().expect("a runtime");
    let counts = runtime.block_on(index(scale as u32 * 6));
    println!("{} words", counts.len());
}
