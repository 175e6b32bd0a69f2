//! Where the time goes, by function and by line: self time and inclusive time.

use super::{Hotspot, Ledger, Site, SiteId};
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// What the sites of one function, or of one line, cost.
#[derive(Clone, Default)]
struct Group {
    self_s: f64,
    total_s: f64,
    /// The last entry that was counted.
    last_round: u64,
    hottest: Option<(SiteId, f64)>,
}

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
        let mut numbers: FxHashMap<K, usize> = FxHashMap::default();
        let group_of: Vec<usize> = self
            .sites
            .iter()
            .map(|site| {
                let next = numbers.len();
                *numbers.entry(key(site)).or_insert(next)
            })
            .collect();
        let mut groups = vec![Group::default(); numbers.len()];
        let mut site_s = vec![0.0; self.sites.len()];
        let spent = self.entries.iter().filter(|entry| entry.cost.seconds > 0.0);
        for (round, entry) in (1..).zip(spent) {
            let seconds = entry.cost.seconds;
            groups[group_of[self.node(entry.node).site.0 as usize]].self_s += seconds;
            for (_, node) in self.path(entry.node) {
                let group = &mut groups[group_of[node.site.0 as usize]];
                // Only the innermost of recursive calls counts.
                if group.last_round != round {
                    group.last_round = round;
                    group.total_s += seconds;
                    site_s[node.site.0 as usize] += seconds;
                }
            }
        }
        for (site, (&group, &seconds)) in group_of.iter().zip(&site_s).enumerate() {
            let group = &mut groups[group];
            if seconds > group.hottest.map_or(0.0, |(_, most)| most) {
                group.hottest = Some((SiteId(site as u32), seconds));
            }
        }
        let mut hotspots: Vec<Hotspot> = groups
            .into_iter()
            .filter_map(|group| {
                let (hottest, _) = group.hottest?;
                Some(Hotspot {
                    site: self.site(hottest).clone(),
                    self_share: self.share_of(group.self_s),
                    total_share: self.share_of(group.total_s),
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
