//! What happens while a lock is held: how long a guard lives, what needs it, and whether it is only read.

use super::{BindingKind, CallExpr, Callee, FileSyntax, How, Position, SourceText, Span};
use std::collections::BTreeSet;

/// A critical section: the code that runs while a lock is held.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Section {
    /// From behind the call that takes the lock to where the guard dies.
    pub(crate) span: Span,
    /// The call that takes it.
    pub(crate) lock: Span,
    /// Names that stand for the guard or for what it lends; empty when it is never named.
    names: BTreeSet<String>,
    /// Whether the guard can be written through, as far as its declaration says.
    is_mutable: Option<bool>,
}

/// Methods that hand a guard on.
const UNWRAPPING: [&str; 6] = ["unwrap", "expect", "unwrap_or_else", "await", "ok", "into_inner"];
/// Methods whose result owns itself, or is a plain value: using it needs no guard.
const OWNING: [&str; 32] = [
    "pop",
    "pop_front",
    "pop_back",
    "pop_first",
    "pop_last",
    "remove",
    "swap_remove",
    "take",
    "clone",
    "cloned",
    "copied",
    "len",
    "is_empty",
    "contains",
    "contains_key",
    "insert",
    "to_vec",
    "to_owned",
    "to_string",
    "collect",
    "recv",
    "try_recv",
    "replace",
    "split_off",
    "sum",
    "count",
    "is_some",
    "is_none",
    "max",
    "min",
    "any",
    "all",
];
/// Methods of the standard library that only read.
const READING: [&str; 40] = [
    "get",
    "contains",
    "contains_key",
    "len",
    "is_empty",
    "iter",
    "keys",
    "values",
    "first",
    "last",
    "clone",
    "cloned",
    "copied",
    "to_vec",
    "to_owned",
    "to_string",
    "as_str",
    "as_slice",
    "as_ref",
    "range",
    "binary_search",
    "binary_search_by",
    "binary_search_by_key",
    "partition_point",
    "starts_with",
    "ends_with",
    "find",
    "chunks",
    "windows",
    "peek",
    "front",
    "back",
    "get_key_value",
    "first_key_value",
    "last_key_value",
    "as_deref",
    "is_some",
    "is_none",
    "bytes",
    "chars",
];

impl FileSyntax {
    /// The critical section that a call which takes a lock begins.
    pub(crate) fn section_of(&self, lock: &CallExpr, text: &SourceText<'_>) -> Option<Section> {
        let bound = self.flow.bindings.iter().find(|binding| {
            let takes_guard = matches!(binding.kind, BindingKind::Let | BindingKind::Part);
            takes_guard && binding.from.is_some_and(|from| is_guard(from, lock.span, text))
        });
        let Some(binding) = bound else {
            let covering = self.temporaries.iter().filter(|span| span.covers(&lock.span));
            let scope = covering.min_by_key(|span| span.size())?;
            return Some(Section {
                span: Span {
                    start: lock.span.end,
                    end: scope.end,
                },
                lock: lock.span,
                names: BTreeSet::new(),
                is_mutable: None,
            });
        };
        let dropped = self.calls.iter().find(|call| {
            let is_drop = call.callee == Callee::Function && call.name == "drop";
            is_drop && binding.scope.covers(&call.span) && call.arguments.first() == Some(&binding.name)
        });
        let span = Span {
            start: lock.span.end,
            end: dropped.map_or(binding.scope.end, |call| call.span.start),
        };
        let local = self.locals.iter().find(|local| Some(local.init_span) == binding.from);
        let is_mutable =
            local.map(|local| local.is_mut || local.init.as_ref().is_some_and(|init| init.starts_with("&mut")));
        let mut section = Section {
            span,
            lock: lock.span,
            names: BTreeSet::from([binding.name.clone()]),
            is_mutable,
        };
        self.follow(&mut section, text);
        Some(section)
    }

    /// Adds the names of what the guard lends: bound from it, unless by a method whose result owns itself.
    fn follow(&self, section: &mut Section, text: &SourceText<'_>) {
        loop {
            let lent = self
                .flow
                .bindings
                .iter()
                .filter(|binding| section.span.contains(binding.scope.start));
            let lent = lent.filter(|binding| {
                let from = binding.from.filter(|&from| self.names_guard(section, from));
                from.is_some_and(|from| !is_owned(text.slice(from)))
            });
            let more: Vec<String> = lent.map(|binding| binding.name.clone()).collect();
            let known = section.names.len();
            section.names.extend(more);
            if section.names.len() == known {
                return;
            }
        }
    }

    /// Whether an expression in a section names its guard.
    fn names_guard(&self, section: &Section, expression: Span) -> bool {
        let mut uses = self.flow.uses.iter().filter(|used| expression.covers(&used.span));
        uses.any(|used| section.names.contains(used.root()))
    }

    /// Whether what runs at a position in a section needs the lock: names its guard, or what the guard lends.
    pub(crate) fn needs_guard(&self, section: &Section, at: Position) -> bool {
        let here = self.calls.iter().filter(|call| call.callee != Callee::Operator);
        let here = here.filter(|call| call.at == at || call.span.start == at);
        // Of calls that start at one place, `queue.lock().unwrap()`, the outer is what a position means.
        let call = here.max_by_key(|call| call.span.size()).map(|call| call.span);
        let around = || {
            self.temporaries
                .iter()
                .filter(|span| span.contains(at))
                .min_by_key(|span| span.size())
                .copied()
        };
        let Some(span) = call.or_else(around) else {
            return true;
        };
        span.covers(&section.lock) || self.names_guard(section, span)
    }

    /// Whether a section only reads what its lock guards. `reads` tells of a method that is no known one of the standard
    /// library whether it borrows immutably.
    pub(crate) fn is_reading(&self, section: &Section, reads: impl Fn(&str) -> bool) -> bool {
        if !section.names.is_empty() && !self.names_guard(section, section.span) {
            // Held for the sake of something else.
            return false;
        }
        let is_reading = |method: &str| READING.contains(&method) || reads(method);
        match section.is_mutable {
            // Nothing can be written through a guard that is not `mut`.
            Some(false) => return true,
            None if section.names.is_empty() => {
                let after = self
                    .calls
                    .iter()
                    .filter(|call| call.span.covers(&section.lock) && call.span != section.lock);
                let mut chain: Vec<&CallExpr> = after
                    .filter(|call| call.operands.first().is_some_and(|first| first.covers(&section.lock)))
                    .filter(|call| call.callee == Callee::Method && !UNWRAPPING.contains(&call.name.as_str()))
                    .collect();
                chain.sort_by_key(|call| call.span.size());
                return chain.first().is_some_and(|call| is_reading(&call.name));
            }
            _ => {}
        }
        let mut changes = self
            .flow
            .changes
            .iter()
            .filter(|change| section.names.contains(change.root()) && section.span.contains(change.span.start));
        changes.all(|change| matches!(&change.how, How::Method(method) if is_reading(method)))
    }
}

/// Whether the value of an expression is the guard that a call in it gives: nothing but unwrapping follows.
fn is_guard(expression: Span, lock: Span, text: &SourceText<'_>) -> bool {
    if !expression.covers(&lock) {
        return false;
    }
    let before = text.slice(Span {
        start: expression.start,
        end: lock.start,
    });
    let after = text.slice(Span {
        start: lock.end,
        end: expression.end,
    });
    let is_borrow = before
        .trim_matches([' ', '&', '*', '('])
        .trim_start_matches("mut")
        .trim_matches([' ', '*', '('])
        .is_empty();
    let mut rest = after.trim();
    while let Some(shorter) = rest.strip_prefix('?').or_else(|| rest.strip_prefix(')')) {
        rest = shorter.trim();
    }
    let methods = rest
        .split('.')
        .skip(1)
        .map(|part| part.split(['(', '?', ' ', '\n']).next().unwrap_or(""));
    let mut methods = methods.filter(|method| !method.is_empty());
    is_borrow && (rest.is_empty() || rest.starts_with('.')) && methods.all(|method| UNWRAPPING.contains(&method))
}

/// Whether the value of an expression owns itself, by the last method that is more than unwrapping.
fn is_owned(expression: &str) -> bool {
    let methods = expression
        .split('.')
        .skip(1)
        .map(|part| part.split(['(', '?', ':', ' ', '\n']).next().unwrap_or(""));
    let last = methods
        .filter(|method| !UNWRAPPING.contains(method) && !method.starts_with("unwrap_or"))
        .last();
    last.is_some_and(|method| OWNING.contains(&method))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The section of the lock taken at `$`, and the position of `%`.
    fn section(marked: &str) -> (FileSyntax, Section, Position) {
        let position = |mark: char, text: &str| {
            let at = text.find(mark).expect("a mark");
            let line = text[..at].matches('\n').count() as u32 + 1;
            let column = (at - text[..at].rfind('\n').map_or(0, |newline| newline + 1)) as u32 + 1;
            Position { line, column }
        };
        let lock = position('$', &marked.replace('%', ""));
        let at = position('%', &marked.replace('$', ""));
        let plain = marked.replace(['$', '%'], "");
        let syntax = FileSyntax::parse(&plain).expect("valid source");
        let call = syntax.call_at(lock, &["lock"]).expect("a lock").clone();
        let section = syntax.section_of(&call, &SourceText::new(&plain)).expect("a section");
        (syntax, section, at)
    }

    #[test]
    fn a_guard_lives_to_the_end_of_its_block_or_to_its_drop() {
        for (source, is_held) in [
            ("fn f() { let g = m.$lock().unwrap(); %h(); }", true),
            ("fn f() { { let g = m.$lock().unwrap(); } %h(); }", false),
            ("fn f() { let g = m.$lock().unwrap(); drop(g); %h(); }", false),
            ("fn f() { let n = m.$lock().unwrap().len(); %h(); }", false),
            ("fn f() { m.$lock().unwrap().push(%h()); }", true),
            ("fn f() { if m.$lock().unwrap().is_empty() { %h(); } }", false),
            ("fn f() { if let Some(x) = m.$lock().unwrap().pop() { %h(); } }", true),
            (
                "fn f() { while let Some(x) = m.$lock().unwrap().pop() { %h(); } }",
                true,
            ),
            ("fn f() { match m.$lock() { Ok(g) => %h(), Err(_) => {} } }", true),
            (
                "fn f() { let g = m.$lock().unwrap_or_else(PoisonError::into_inner); %h(); }",
                true,
            ),
            ("fn f() { let g = &mut *m.$lock().unwrap(); %h(); }", true),
            ("fn f() { let g = m.$lock()?; %h(); }", true),
        ] {
            let (_, section, at) = section(source);
            assert_eq!(section.span.contains(at), is_held, "{source}");
        }
    }

    #[test]
    fn what_names_the_guard_or_what_it_lends_needs_it() {
        for (source, is_needed) in [
            ("fn f() { let mut g = m.$lock().unwrap(); g.%push(1); }", true),
            (
                "fn f() { let mut g = m.$lock().unwrap(); let x = %render(key); g.push(x); }",
                false,
            ),
            (
                "fn f() { let mut g = m.$lock().unwrap(); g.insert(key, %render(key)); }",
                false,
            ),
            ("fn f() { let g = m.$lock().unwrap(); let x = g.get(1); %h(x); }", true),
            (
                "fn f() { let mut g = m.$lock().unwrap(); let x = g.pop(); %h(x); }",
                false,
            ),
            (
                "fn f() { let g = m.$lock().unwrap(); for x in g.iter() { %h(x); } }",
                true,
            ),
            (
                "fn f() { while let Some(x) = m.$lock().unwrap().pop() { %h(x); } }",
                false,
            ),
            ("fn f() { m.$lock().unwrap().%push(1); }", true),
            ("fn f() { m.$lock().unwrap().push(%h()); }", false),
            (
                "fn f() { let mut g = m.$lock().unwrap(); for i in 0..9 { %g.n[i] += 1; } }",
                true,
            ),
            (
                "fn f() { let mut g = m.$lock().unwrap(); for i in 0..9 { %n += i; } g.n = n; }",
                false,
            ),
        ] {
            let (syntax, section, at) = section(source);
            assert_eq!(syntax.needs_guard(&section, at), is_needed, "{source}");
        }
    }

    #[test]
    fn a_guard_that_is_not_mut_only_reads() {
        let reads = |method: &str| method == "price";
        for (source, is_reading) in [
            ("fn f() { let g = m.$lock().unwrap(); %g.price(1); }", true),
            ("fn f() { let mut g = m.$lock().unwrap(); %g.push(1); }", false),
            ("fn f() { let g = &mut *m.$lock().unwrap(); %g.push(1); }", false),
            ("fn f() { m.$lock().unwrap().%get(1).cloned(); }", true),
            ("fn f() { m.$lock().unwrap().%price(1); }", true),
            ("fn f() { m.$lock().unwrap().%insert(1); }", false),
            ("fn f() { if let Ok(mut g) = m.$lock() { %g.n += 1; } }", false),
            ("fn f() { let _g = m.$lock().unwrap(); %h(); }", false),
            ("fn f() { *m.$lock().unwrap() += %h(); }", false),
        ] {
            let (syntax, section, _) = section(source);
            assert_eq!(syntax.is_reading(&section, reads), is_reading, "{source}");
        }
    }
}
