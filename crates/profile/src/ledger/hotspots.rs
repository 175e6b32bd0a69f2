//! Where the time goes, by function: self time and inclusive time.

use super::{Hotspot, Ledger, SiteId};
use std::collections::{HashMap, HashSet};

impl Ledger {
    /// The `limit` functions with most self time, each at its costliest line. Self time holds the library calls made
    /// from the function; total time holds every run in which the function is on the stack, once.
    pub fn hotspots(&self, limit: usize) -> Vec<Hotspot> {
        #[derive(Default)]
        struct Sums {
            self_s: f64,
            total_s: f64,
            sites: HashMap<SiteId, f64>,
        }
        let mut functions: HashMap<&str, Sums> = HashMap::new();
        for entry in self.entries.iter().filter(|entry| entry.cost.seconds > 0.0) {
            let seconds = entry.cost.seconds;
            let mut seen = HashSet::new();
            for (index, (_, node)) in self.path(entry.node).enumerate() {
                let function = self.site(node.site).function.as_str();
                let sums = functions.entry(function).or_default();
                if index == 0 {
                    sums.self_s += seconds;
                }
                if seen.insert(function) {
                    sums.total_s += seconds;
                    *sums.sites.entry(node.site).or_default() += seconds;
                }
            }
        }
        let mut hotspots: Vec<Hotspot> = functions
            .into_values()
            .filter_map(|sums| {
                let hottest = sums.sites.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))?;
                Some(Hotspot {
                    site: self.site(*hottest.0).clone(),
                    self_share: self.share_of(sums.self_s),
                    total_share: self.share_of(sums.total_s),
                })
            })
            .collect();
        hotspots.sort_by(|a, b| {
            let by_time = b
                .self_share
                .total_cmp(&a.self_share)
                .then(b.total_share.total_cmp(&a.total_share));
            by_time.then_with(|| a.site.function.cmp(&b.site.function))
        });
        hotspots.truncate(limit);
        hotspots
    }
}
