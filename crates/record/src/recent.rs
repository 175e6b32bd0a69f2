//! Completes stacks that could not be unwound to their root from recent ones of the same thread.
//!
//! A stack is cut off when libc holds no frame pointer and the dump ends before the next function that does. The callers
//! of the last function that was found rarely change within a few milliseconds, so those of the latest stack that goes
//! through the same calls are taken. Two equal return addresses in a row are asked for at least.

use std::collections::VecDeque;
use symbolize::CodeAddress;

/// How many different stacks of a thread are remembered: some tens of milliseconds.
const CAPACITY: usize = 48;
/// Frames at the cut that must agree.
const MIN_OVERLAP: usize = 2;

/// The latest complete stacks of one thread, newest first.
#[derive(Debug, Default)]
pub(crate) struct RecentStacks {
    stacks: VecDeque<Vec<CodeAddress>>,
}

impl RecentStacks {
    /// Completes `stack` (leaf first) if it is truncated, remembers it if it is not. Returns whether it is truncated still.
    pub(crate) fn complete(&mut self, stack: &mut Vec<CodeAddress>, is_truncated: bool) -> bool {
        if !is_truncated {
            self.remember(stack);
            return false;
        }
        // The first address is where the thread happened to be, and tells nothing about the callers.
        let Some(calls) = stack.get(1..) else { return true };
        let mut best: Option<(usize, &[CodeAddress])> = None;
        for recent in &self.stacks {
            for end in 1..recent.len() {
                let overlap = common_suffix(&recent[..end], calls);
                if overlap >= MIN_OVERLAP && best.is_none_or(|(longest, _)| overlap > longest) {
                    best = Some((overlap, &recent[end..]));
                }
            }
        }
        let Some((_, callers)) = best else { return true };
        stack.extend_from_slice(callers);
        false
    }

    fn remember(&mut self, stack: &[CodeAddress]) {
        if let Some(known) = self.stacks.iter().position(|recent| recent.get(1..) == stack.get(1..)) {
            // Most callers come again at once; moving them costs less than copying.
            let stack = self.stacks.remove(known).unwrap_or_default();
            self.stacks.push_front(stack);
            return;
        }
        let mut slot = if self.stacks.len() < CAPACITY {
            Vec::new()
        } else {
            self.stacks.pop_back().unwrap_or_default()
        };
        slot.clear();
        slot.extend_from_slice(stack);
        self.stacks.push_front(slot);
    }
}

fn common_suffix(a: &[CodeAddress], b: &[CodeAddress]) -> usize {
    a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use symbolize::{AddressKind, Avma};

    fn stack(addresses: &[u64]) -> Vec<CodeAddress> {
        addresses
            .iter()
            .map(|&address| CodeAddress::kernel(Avma(address), AddressKind::Return))
            .collect()
    }

    fn completed(recent: &[&[u64]], cut: &[u64]) -> (Vec<CodeAddress>, bool) {
        let mut stacks = RecentStacks::default();
        for complete in recent {
            stacks.complete(&mut stack(complete), false);
        }
        let mut cut = stack(cut);
        let is_truncated = stacks.complete(&mut cut, true);
        (cut, is_truncated)
    }

    #[test]
    fn a_cut_stack_takes_the_callers_of_the_newest_that_agrees() {
        let found = completed(&[&[9, 2, 3, 70, 71], &[9, 2, 3, 80, 81]], &[1, 2, 3]);
        assert_eq!(found, (stack(&[1, 2, 3, 80, 81]), false));
    }

    #[test]
    fn more_agreement_beats_newer() {
        let found = completed(&[&[9, 2, 3, 4, 70], &[9, 3, 4, 80]], &[1, 2, 3, 4]);
        assert_eq!(found, (stack(&[1, 2, 3, 4, 70]), false));
    }

    #[test]
    fn one_equal_call_is_not_enough() {
        let found = completed(&[&[9, 3, 70]], &[1, 2, 3]);
        assert_eq!(found, (stack(&[1, 2, 3]), true));
    }
}
