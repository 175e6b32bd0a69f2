//! The outermost loop that works on one place: follows `self.sink` to `engine.journal.sink` of a caller's caller.

use crate::Context;
use crate::context::position;
use crate::lent::given;
use crate::syntax::{Loop, LoopKind, Position, root_name};
use profile::{NodeId, Site};

/// A loop through whose passes a place stays the same.
pub(crate) struct Outermost<'c> {
    /// The site in the function that holds the loop.
    pub(crate) site: &'c Site,
    /// The loop.
    pub(crate) found: &'c Loop,
    /// How the place is called there.
    pub(crate) place: String,
    /// This loop and those within it that repeat the node, innermost first; each with the site in its function.
    pub(crate) passes: Vec<(&'c Loop, &'c Site)>,
}

impl<'a> Context<'a> {
    /// The outermost loop around a node, in its function or a caller, outside of which a place is already there.
    pub(crate) fn outermost_loop<'c>(&'c self, node: NodeId, place: &str) -> Option<Outermost<'c>>
    where
        'a: 'c,
    {
        // What an index or a call stands for may be another one in each pass.
        let mut place = Some(place).filter(|place| is_path(place))?.to_owned();
        let mut outermost = None;
        let mut below: Vec<(&Loop, &Site)> = Vec::new();
        let path: Vec<_> = self.path(node).collect();
        for (index, &(_, _, site)) in path.iter().enumerate() {
            let (syntax, function) = (self.syntax(site)?, self.function(site)?);
            let at = position(site);
            let is_there = |found: &&Loop| {
                let is_repeating = !matches!(found.kind, LoopKind::Closure { .. });
                is_repeating && is_known_outside(syntax, &place, at, found)
            };
            let loops = syntax.loops_at(at);
            if let Some(index) = loops.iter().rposition(is_there) {
                let (deeper, own) = (below.iter().copied(), loops[..=index].iter());
                outermost = Some(Outermost {
                    site,
                    found: loops[index],
                    place: place.clone(),
                    passes: deeper.chain(own.map(|&found| (found, site))).collect(),
                });
            }
            below.extend(loops.into_iter().map(|found| (found, site)));
            let Some(&(_, _, above)) = path.get(index + 1) else {
                break;
            };
            if self.function(above).map(|outer| outer.span) == Some(function.span) && site.function != above.function {
                continue;
            }
            let call = self.call(above, &[function.name.as_str()]);
            let (root, rest) = place.split_at(place.find('.').unwrap_or(place.len()));
            let lent = call.and_then(|call| given(function, root, call)).map(plain);
            match lent.filter(|lent| is_path(lent)) {
                Some(lent) => place = format!("{lent}{rest}"),
                None => break,
            }
        }
        outermost
    }
}

/// Whether what a place at a position stands for is already there before a loop.
pub(crate) fn is_known_outside(syntax: &crate::syntax::FileSyntax, place: &str, at: Position, found: &Loop) -> bool {
    let binding = syntax.flow.binding(root_name(place), at);
    binding.is_none_or(|binding| !found.span.contains(binding.scope.start))
}

fn plain(expression: &str) -> &str {
    let lent = expression.trim_start_matches('&').trim_start();
    lent.strip_prefix("mut ").unwrap_or(lent)
}

fn is_path(expression: &str) -> bool {
    !expression.is_empty()
        && expression
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
}
