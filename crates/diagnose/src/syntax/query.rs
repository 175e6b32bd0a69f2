//! Questions about a position.

use super::{CallExpr, FileSyntax, Function, Local, Loop, LoopKind, Position, Span};

impl FileSyntax {
    /// The innermost function around a position.
    pub(crate) fn function_at(&self, at: Position) -> Option<&Function> {
        let around = self.functions.iter().filter(|function| function.span.contains(at));
        around.min_by_key(|function| function.span.size())
    }

    /// The loops of the same function whose repeated part holds the position, innermost first.
    pub(crate) fn loops_at(&self, at: Position) -> Vec<&Loop> {
        let function = self.function_at(at).map(|function| function.span);
        let mut around: Vec<&Loop> = self
            .loops
            .iter()
            .filter(|found| found.body.contains(at))
            .filter(|found| function.is_none_or(|span| span.contains(found.span.start)))
            .collect();
        around.sort_by_key(|found| found.body.size());
        around
    }

    /// The `for` loop that walks over the expression at a position.
    pub(crate) fn for_loop_over(&self, at: Position) -> Option<&Loop> {
        let walks = |found: &&Loop| matches!(&found.kind, LoopKind::For { at: head, .. } if head.contains(at));
        self.loops.iter().filter(walks).min_by_key(|found| found.span.size())
    }

    /// The call that debug information means by a position: one whose name stands there; else the innermost around it
    /// with one of these names; else the innermost that starts there. With an empty list any name will do.
    pub(crate) fn call_at(&self, at: Position, names: &[&str]) -> Option<&CallExpr> {
        let is_named = |call: &&CallExpr| names.is_empty() || names.contains(&call.name.as_str());
        let innermost = |calls: &mut dyn Iterator<Item = &'_ CallExpr>| -> Option<usize> {
            let best = calls.min_by_key(|call| call.span.size())?;
            self.calls.iter().position(|call| std::ptr::eq(call, best))
        };
        let exact = innermost(&mut self.calls.iter().filter(|call| call.at == at).filter(is_named));
        let around = || innermost(&mut self.calls.iter().filter(|call| call.span.contains(at)).filter(is_named));
        let starting = || {
            let on_line = |call: &&CallExpr| call.at.line == at.line || call.span.start.line == at.line;
            innermost(&mut self.calls.iter().filter(on_line).filter(is_named))
        };
        exact.or_else(around).or_else(starting).map(|index| &self.calls[index])
    }

    /// Whether a local variable, or what a loop binds from it, is given away by value after its declaration.
    pub(crate) fn is_given_away(&self, local: &Local) -> bool {
        let Some(function) = self.function_at(local.span.start).map(|function| function.span) else {
            return false;
        };
        let is_moved = |name: &str, within: Span| {
            self.moves.iter().any(|given| {
                given.name == name
                    && given.at >= local.span.end
                    && function.contains(given.at)
                    && within.contains(given.at)
            })
        };
        let is_walked = |found: &&Loop| {
            let walks = matches!(&found.kind, LoopKind::For { iterated, .. } if root_name(iterated) == local.name);
            walks && found.span.start >= local.span.end && function.contains(found.span.start)
        };
        is_moved(&local.name, function)
            || self
                .loops
                .iter()
                .filter(is_walked)
                .any(|found| found.bound.iter().any(|name| is_moved(name, found.body)))
    }

    /// Whether a position inside a loop runs only on a condition.
    pub(crate) fn is_conditional(&self, at: Position, within: Option<Span>) -> bool {
        let is_inside = |branch: &&Span| within.is_none_or(|within| within.covers(branch));
        let function = self.function_at(at).map(|function| function.span);
        let is_own = |branch: &&Span| function.is_none_or(|function| function.covers(branch));
        self.branches
            .iter()
            .filter(is_inside)
            .filter(is_own)
            .any(|branch| branch.contains(at))
    }

    /// The declaration of a local variable that a position sees: the last before it in the same function.
    pub(crate) fn local_at(&self, at: Position, name: &str) -> Option<&Local> {
        let function = self.function_at(at)?.span;
        self.locals
            .iter()
            .filter(|local| local.name == name && function.contains(local.span.start))
            .rfind(|local| local.span.start < at)
    }
}

/// The first name of an expression: `self` of `self.queue.items`, `out` of `&mut out[3]`.
pub(crate) fn root_name(expression: &str) -> &str {
    let mut text = expression;
    loop {
        let trimmed = text.trim_start_matches(['&', '*', '(', ' ']);
        let trimmed = trimmed.strip_prefix("mut ").unwrap_or(trimmed);
        if trimmed.len() == text.len() {
            break;
        }
        text = trimmed;
    }
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    &text[..end]
}

/// The field that an expression ends in, when it is a plain path of fields: `items` of `self.queue.items`.
pub(crate) fn last_field(expression: &str) -> Option<&str> {
    let plain = expression.trim_start_matches(['&', '*', '(', ' ']);
    let plain = plain.strip_prefix("mut ").unwrap_or(plain);
    let is_path = plain.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    plain.rsplit_once('.').map(|(_, field)| field).filter(|_| is_path)
}

/// Whether an expression is a literal or a constant.
pub(crate) fn is_fixed(expression: &str) -> bool {
    let plain = expression.trim_start_matches(['&', '*', '(', ' ']);
    let is_literal = plain.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '\'' | '"' | '-'))
        || ["b'", "b\"", "r\"", "r#", "br\"", "br#"]
            .iter()
            .any(|prefix| plain.starts_with(prefix))
        || matches!(plain, "true" | "false" | "None");
    let last = plain.rsplit("::").next().unwrap_or(plain);
    let is_constant = last.len() > 1 && last.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || c == '_');
    let is_variant = plain.contains("::") && last.starts_with(char::is_uppercase);
    is_literal || is_constant || is_variant
}

/// The name in `name: value` of a struct literal, told from where the value starts.
pub(crate) fn field_before(text: &str, value: Position) -> Option<&str> {
    let line = text.lines().nth(value.line as usize - 1)?;
    let before: String = line.chars().take(value.column as usize - 1).collect();
    let before = line.get(..before.len())?.trim_end().strip_suffix(':')?;
    let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (!name.is_empty()).then_some(name)
}

/// Whether a text holds a name as a whole word.
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        !text[..at].ends_with(is_word) && !text[at + name.len()..].starts_with(is_word)
    })
}
