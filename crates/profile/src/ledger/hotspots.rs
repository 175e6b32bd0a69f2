//! Where the time goes, by function and by line: self time and inclusive time.

use super::{Hotspot, Ledger, Site, SiteId};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

impl Ledger {
    /// The `limit` functions with most self time, each at its costliest line. Self time holds the library calls made
    /// from the function; total time holds every run in which the function is on the stack, once.
    pub fn hotspots(&self, limit: usize) -> Vec<Hotspot> {
        self.hottest(limit, |site| site.function.as_str())
    }

    /// The `limit` lines with most self time. Self time holds the library calls made from the line; total time holds
    /// every run in which the line is on the stack, once.
    pub fn hot_lines(&self, limit: usize) -> Vec<Hotspot> {
        self.hottest(limit, |site| (site.function.as_str(), site.file.as_deref(), site.line))
    }

    /// Sums over the sites that have the same `key`.
    fn hottest<'l, K: Copy + Eq + Hash>(&'l self, limit: usize, key: impl Fn(&'l Site) -> K) -> Vec<Hotspot> {
        struct Sums {
            self_s: f64,
            total_s: f64,
            sites: HashMap<SiteId, f64>,
        }
        let mut groups: HashMap<K, Sums> = HashMap::new();
        for entry in self.entries.iter().filter(|entry| entry.cost.seconds > 0.0) {
            let seconds = entry.cost.seconds;
            let mut seen = HashSet::new();
            for (index, (_, node)) in self.path(entry.node).enumerate() {
                let group = key(self.site(node.site));
                let sums = groups.entry(group).or_insert_with(|| Sums {
                    self_s: 0.0,
                    total_s: 0.0,
                    sites: HashMap::new(),
                });
                if index == 0 {
                    sums.self_s += seconds;
                }
                if seen.insert(group) {
                    sums.total_s += seconds;
                    *sums.sites.entry(node.site).or_default() += seconds;
                }
            }
        }
        let mut hotspots: Vec<Hotspot> = groups
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
            by_time.then_with(|| (&a.site.function, a.site.line).cmp(&(&b.site.function, b.site.line)))
        });
        hotspots.truncate(limit);
        hotspots
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cost, Entry, Node, NodeId, StackId, TimeClass, Work};

    /// `main` calls `work` from line 2; `work` spends 3 s on line 11, 1 s on line 12, and 1 s on line 11 of a recursion.
    fn ledger() -> Ledger {
        let site = |function: &str, line, column| Site {
            file: Some("/w/main.rs".into()),
            line,
            column,
            function: function.into(),
            is_user: true,
        };
        let node = |parent: Option<u32>, site| Node {
            parent: parent.map(NodeId),
            site: SiteId(site),
            call: None,
        };
        let entry = |node, seconds| Entry {
            node: NodeId(node),
            work: Work::Own,
            class: TimeClass::Compute,
            cost: Cost {
                seconds,
                ..Cost::default()
            },
            stack: StackId(0),
        };
        Ledger {
            sites: vec![
                site("main", 2, 5),
                site("work", 11, 5),
                site("work", 12, 5),
                site("work", 11, 9),
            ],
            nodes: vec![node(None, 0), node(Some(0), 1), node(Some(0), 2), node(Some(2), 3)],
            entries: vec![entry(1, 3.0), entry(2, 1.0), entry(3, 1.0)],
            total_s: 5.0,
            ..Ledger::default()
        }
    }

    fn shares(hotspots: Vec<Hotspot>) -> Vec<(String, u32, f64, f64)> {
        let share = |hotspot: Hotspot| {
            let Site { function, line, .. } = hotspot.site;
            (function, line, hotspot.self_share, hotspot.total_share)
        };
        hotspots.into_iter().map(share).collect()
    }

    #[test]
    fn functions_count_recursion_once() {
        let expected = [("work".to_owned(), 11, 1.0, 1.0), ("main".to_owned(), 2, 0.0, 1.0)];
        assert_eq!(shares(ledger().hotspots(10)), expected);
    }

    #[test]
    fn lines_add_up_their_columns() {
        let expected = [
            ("work".to_owned(), 11, 0.8, 0.8),
            ("work".to_owned(), 12, 0.2, 0.4),
            ("main".to_owned(), 2, 0.0, 1.0),
        ];
        assert_eq!(shares(ledger().hot_lines(10)), expected);
        assert_eq!(ledger().hot_lines(1).len(), 1);
    }
}
