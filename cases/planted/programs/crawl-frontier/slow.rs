//! Walks a site's link graph breadth first and collects what each depth adds.

use crate::random::Random;
use std::collections::VecDeque;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct PageId(u32);

struct Site {
    links: Vec<Vec<PageId>>,
}

struct Crawl {
    seen: Vec<PageId>,
    frontier: VecDeque<(PageId, u32)>,
}

/// Adds an item unless it is there already, and tells whether it was added.
fn add_unique<T: PartialEq>(items: &mut Vec<T>, item: T) -> bool {
    if items.contains(&item) {
        //~^
        return false;
    }
    items.push(item);
    true
}

impl Site {
    fn generated(pages: usize, links_per_page: usize) -> Self {
        let mut random = Random::new(11);
        let links = (0..pages)
            .map(|page| {
                let near = (page * 3 + 1..page * 3 + 4)
                    .filter(|&child| child < pages)
                    .map(|child| PageId(child as u32));
                let far = (0..links_per_page).map(|_| PageId(random.below(pages) as u32));
                near.chain(far.collect::<Vec<_>>()).collect()
            })
            .collect();
        Self { links }
    }
}

impl Crawl {
    fn starting_at(page: PageId) -> Self {
        Self {
            seen: vec![page],
            frontier: VecDeque::from([(page, 0)]),
        }
    }

    /// Visits all pages; the result counts the pages by depth.
    fn visit(&mut self, site: &Site) -> Vec<u32> {
        let mut by_depth = Vec::new();
        while let Some((page, depth)) = self.frontier.pop_front() {
            if by_depth.len() <= depth as usize {
                by_depth.push(0);
            }
            by_depth[depth as usize] += 1;
            for &target in &site.links[page.0 as usize] {
                if add_unique(&mut self.seen, target) {
                    //~^
                    self.frontier.push_back((target, depth + 1));
                }
            }
        }
        by_depth
    }
}

pub fn run(scale: usize) {
    let site = Site::generated(22_000 * scale, 18);
    let mut crawl = Crawl::starting_at(PageId(0));
    let by_depth = crawl.visit(&site);
    println!("{} pages, by depth {by_depth:?}", crawl.seen.len());
}
