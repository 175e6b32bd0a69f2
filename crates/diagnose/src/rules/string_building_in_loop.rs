//! The rule `string-building-in-loop`.

mod parts;

use crate::editor::Editor;
use crate::lent::{Lent, lent};
use crate::rule::declare_rule;
use crate::syntax::{
    CallExpr, Callee, Loop, LoopKind, Position, Receiver, Span, Usage, field_before, mentions, root_name,
};
use crate::{Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Line, Place, context};
use profile::{Arg, Message, NodeId, Site, SiteId, Work};
use std::collections::{BTreeMap, HashMap};

declare_rule! {
    /// ## What it finds
    /// A `String` or `Vec` that every pass of a loop builds anew from its own old content:
    /// `text = format!("{text}{part}")`, `list = [list, part].concat()`, `fold(…, |text, part| format!("{text}{part}"))`, also through a helper function, through a variable
    /// that both are copied into, or in a method that a loop calls.
    /// ## Why it is slow
    /// Every pass copies all that was built so far: `n` parts cost `n²` bytes of copying, and an allocation each.
    /// (`text + part` and `text += part` append in place and are fine.)
    /// ## Evidence
    /// The time measured in allocation, copying and formatting under that assignment, and a loop around it that keeps
    /// the variable from pass to pass.
    /// ## How to see it by hand
    /// `heaptrack`: allocations of ever growing size at that line, each freed one pass later. `perf report`: `memcpy` below
    /// `format!` or `concat`. Double the input: its time grows four times.
    /// ## Fix and its safety
    /// `push_str`, `extend` or `write!(text, …)` onto the one that is there. The result is the same.
    /// ## When not to
    /// The old content is needed beside the new one (versions, undo): then each pass has to copy. For a handful of parts
    /// it does not matter.
    pub(super) STRING_BUILDING_IN_LOOP = "string-building-in-loop", level 3, check, says [
        "string-building-in-loop-title",
        "string-building-in-loop-why",
        "string-building-in-loop-fix",
    ]
}

/// Appending costs a small part of building anew.
const LOCAL_FACTOR: f64 = 20.0;
/// The part of the cost that has to be copying, formatting and memory.
const COPYING: f64 = 0.5;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_assignment: BTreeMap<Line<'_>, Candidate> = BTreeMap::new();
    // Many nodes of the call tree stand at one site.
    let mut by_site: HashMap<SiteId, Option<&CallExpr>> = HashMap::new();
    for (id, node, site) in ctx.nodes() {
        let Some(assignment) = *by_site.entry(node.site).or_insert_with(|| rebuilding(ctx, site)) else {
            if in_fold(ctx, id, site, &mut by_assignment).is_none() {
                in_literal(ctx, id, site, &mut by_assignment);
            }
            continue;
        };
        let Some(kept) = kept_by(ctx, id, site, assignment) else {
            continue;
        };
        let place = Place {
            line: assignment.at.line,
            column: assignment.at.column,
            ..ctx.place(site)
        };
        let candidate = by_assignment
            .entry((site.file.as_deref(), assignment.at.line))
            .or_insert_with(|| candidate(place, &assignment.receiver, kept.line));
        if let Some(asks) = kept.asks {
            candidate.add_also(asks);
        }
        for child in ctx.children(id) {
            helper(ctx, *child, candidate);
        }
        candidate.claims.extend(ctx.entries_under(id));
    }
    let built_anew = by_assignment
        .into_values()
        .filter(|candidate| is_copying(ctx, candidate));
    out.extend(built_anew.map(|mut candidate| {
        candidate.fixes = vec![fix(ctx, &candidate.place)];
        candidate.evidence = ctx.cpu_evidence(&candidate.claims);
        candidate
    }));
}

/// A method that takes `self`, and hands on another one in which a text is the old one with more: a builder's.
fn in_literal<'c>(
    ctx: &'c Context<'_>,
    id: NodeId,
    site: &'c Site,
    by_assignment: &mut BTreeMap<Line<'c>, Candidate>,
) -> Option<()> {
    let (file, function) = (ctx.syntax(site)?, ctx.function(site)?);
    let call = ctx.call(site, &["format", "concat"])?;
    let is_builder = function.receiver == Some(Receiver::Value);
    if !is_builder || !matches!(file.usage_of(call.span), Usage::Stored) {
        return None;
    }
    let variable = format!(
        "self.{}",
        field_before(ctx.text(site.file.as_deref()?)?, call.span.start)?
    );
    let is_of_itself =
        call.arguments.iter().any(|argument| mentions(argument, &variable)) || mentions(&call.receiver, &variable);
    let repetition = ctx.repetition(id).filter(|found| is_of_itself && found.levels_up > 0)?;
    let candidate = by_assignment
        .entry((site.file.as_deref(), call.at.line))
        .or_insert_with(|| candidate(ctx.place(site), &variable, repetition.head.line));
    candidate.add_also(repetition.asks);
    candidate.claims.extend(ctx.entries_under(id));
    Some(())
}

/// The closure of a `fold` that hands on a new text made of the old one.
fn in_fold<'c>(
    ctx: &'c Context<'_>,
    id: NodeId,
    site: &'c Site,
    by_assignment: &mut BTreeMap<Line<'c>, Candidate>,
) -> Option<()> {
    let file = ctx.syntax(site)?;
    let call = ctx.call(site, &["format"])?;
    let is_fold = |found: &&Loop| {
        matches!(&found.kind, LoopKind::Closure { method, .. } if matches!(method.as_str(), "fold" | "try_fold"))
            && found.body.covers(&call.span)
    };
    let around = file.loops.iter().filter(|found| found.body.covers(&call.span));
    let innermost = around.min_by_key(|found| found.body.size()).filter(is_fold)?;
    let text = innermost.bound.first()?;
    let is_handed_on = matches!(file.usage_of(call.span), Usage::Returned | Usage::Other);
    if !is_handed_on || !call.arguments.iter().any(|argument| mentions(argument, text)) {
        return None;
    }
    by_assignment
        .entry((site.file.as_deref(), call.at.line))
        .or_insert_with(|| candidate(ctx.place(site), text, innermost.head.line))
        .claims
        .extend(ctx.entries_under(id));
    Some(())
}

/// Whether the cost is that of building a text or list, not of computing what comes next from what there is.
fn is_copying(ctx: &Context<'_>, candidate: &Candidate) -> bool {
    let is_moving = |idx: &EntryIdx| {
        matches!(
            ctx.booked(*idx).entry.work,
            Work::Alloc | Work::Copy | Work::Fill | Work::Format | Work::Free | Work::Grow | Work::PageFault
        )
    };
    let all = ctx.share_of(candidate.claims.iter().copied());
    ctx.share_of(candidate.claims.iter().copied().filter(is_moving)) >= COPYING * all
}

/// The loop that keeps a variable from pass to pass.
struct Kept {
    /// The line of its head.
    line: u32,
    /// Where it calls the function that builds the variable anew, when that is another.
    asks: Option<Place>,
}

/// The loop around an assignment, in its function or in a caller, that keeps from pass to pass what is assigned to.
fn kept_by(ctx: &Context<'_>, id: NodeId, site: &Site, assignment: &CallExpr) -> Option<Kept> {
    let variable = root_name(&assignment.receiver);
    let mut loops = ctx.loops_at(id).into_iter();
    if let Some(found) = loops.find(|found| found.body.contains(assignment.at)) {
        let is_kept = !found.bound.iter().any(|name| name == variable)
            && ctx
                .local(site, variable)
                .is_none_or(|local| !found.body.contains(local.span.start));
        return is_kept.then_some(Kept {
            line: found.head.line,
            asks: None,
        });
    }
    let (syntax, function) = (ctx.syntax(site)?, ctx.function(site)?);
    let (lent, owner) = lent(syntax, function, assignment.at, variable)?;
    let repetition = ctx.repetition_with_same(id, &owner)?;
    (lent == Lent::ToChange && repetition.levels_up > 0).then_some(Kept {
        line: repetition.head.line,
        asks: Some(repetition.asks),
    })
}

/// The function below that does the copying is worth a line as well.
fn helper(ctx: &Context<'_>, child: NodeId, candidate: &mut Candidate) {
    let site = ctx.ledger().site(ctx.ledger().node(child).site);
    if ctx.share_under(child) > 0.01 {
        candidate.add_also(ctx.place(site));
    }
}

fn candidate(place: Place, variable: &str, line: u32) -> Candidate {
    let mut candidate = Candidate::new(&STRING_BUILDING_IN_LOOP, place, []);
    candidate.local_factor = LOCAL_FACTOR;
    candidate.confidence = Confidence::Measured;
    candidate.title = Message::new("string-building-in-loop-title").text("variable", variable.to_owned());
    candidate.why = Message::new("string-building-in-loop-why").with("line", Arg::Count(u64::from(line)));
    candidate
}

/// `text = format!("{text}…", …)` becomes `write!(text, "…", …)`, which cannot fail for a string.
fn fix(ctx: &Context<'_>, place: &Place) -> Fix {
    let title = || Message::new("string-building-in-loop-fix");
    let machine = ctx.editor(&place.file).and_then(|mut editor| {
        let at = Position {
            line: place.line,
            column: place.column,
        };
        appended(&mut editor, at).or_else(|| taken(&mut editor, at))?;
        editor.import("std::fmt::Write", "_");
        editor.into_fix(title(), Effort::Simple)
    });
    machine.unwrap_or_else(|| Fix::advice(title(), Effort::Simple))
}

/// Edits the assignment that begins at a position.
fn appended(editor: &mut Editor<'_>, at: Position) -> Option<()> {
    let tokens = editor.tokens().to_vec();
    let start = tokens.iter().position(|token| token.span.start == at)?;
    let equals = (start..tokens.len()).find(|index| matches!(editor.word(*index), "=" | ";" | "{"))?;
    if [0, 1, 2].map(|ahead| editor.word(equals + ahead)) != ["=", "format", "!"] {
        return None;
    }
    let place: Vec<&str> = (start..equals).map(|index| editor.word(index)).collect();
    let variable = place.concat();
    let name = without_itself(editor, equals + 3, &variable)?;
    let head = Span {
        start: tokens[start].span.start,
        end: tokens[equals + 3].span.end,
    };
    editor.replace(head, format!("let _ = {name}!({variable}, "));
    Some(())
}

/// Edits `field: format!("{}…", self.field, …)` of a builder's literal, where the `format!` stands around a position: the
/// field is taken out of `self` and written to.
fn taken(editor: &mut Editor<'_>, at: Position) -> Option<()> {
    let format = (0..=editor.index_from(at))
        .rev()
        .find(|&index| editor.word(index) == "format")?;
    let field = editor.word(format.checked_sub(2)?).to_owned();
    if !editor.is_named(format - 2, &field) || editor.word(format + 1) != "!" {
        return None;
    }
    let close = editor
        .closing(format + 2)
        .filter(|&close| editor.tokens()[close].span.end > at)?;
    // A name in braces would be the taken one.
    let is_named = (format + 2..close).any(|index| editor.word(index).contains(&format!("{{{field}")));
    let is_behind = matches!(editor.word(close + 1), "," | "}");
    if is_named || !is_behind {
        return None;
    }
    let name = without_itself(editor, format + 2, &format!("self.{field}"))?;
    let head = Span {
        start: editor.tokens()[format].span.start,
        end: editor.tokens()[format + 2].span.end,
    };
    let end = editor.tokens()[close].span.end;
    editor.replace(
        head,
        format!("{{ let mut {field} = self.{field}; let _ = {name}!({field}, "),
    );
    editor.insert(end, format!("; {field} }}"));
    Some(())
}

/// Takes a variable out of the `format!` that opens at an index and begins with it. What writes the rest: `write` or
/// `writeln`.
fn without_itself(editor: &mut Editor<'_>, open: usize, variable: &str) -> Option<&'static str> {
    let tokens = editor.tokens().to_vec();
    let close = editor.closing(open)?;
    let literal = tokens.get(open + 1)?;
    let behind = (open + 3..=close).find(|&index| matches!(editor.word(index), "," | ")" | "]"))?;
    let first: String = (open + 3..behind).map(|index| editor.word(index)).collect();
    let is_first = editor.word(open + 2) == "," && first == variable;
    let mut rest = literal.text.strip_prefix(&format!("\"{{{variable}}}"));
    if rest.is_none() {
        // `"{}…", text, …`
        rest = Some(literal.text.strip_prefix("\"{}").filter(|_| is_first)?);
        let argument = Span {
            start: tokens[open + 2].span.start,
            end: tokens[behind].span.start,
        };
        editor.replace(argument, "");
    }
    let rest = rest?;
    let (name, rest) = match rest.strip_suffix("\\n\"") {
        Some(line) => ("writeln", format!("\"{line}\"")),
        None => ("write", format!("\"{rest}")),
    };
    editor.replace(literal.span, rest);
    // `format![…]` closes with another bracket.
    editor.replace(tokens[close].span, ")");
    Some(name)
}

/// The assignment that a site works for and that makes a variable anew from itself.
fn rebuilding<'c>(ctx: &'c Context<'_>, site: &Site) -> Option<&'c CallExpr> {
    at_once(ctx, site).or_else(|| parts::assignment(ctx.syntax(site)?, ctx.function(site)?, context::position(site)))
}

/// The assignment at a site that makes a variable anew from itself in one expression.
fn at_once<'c>(ctx: &'c Context<'_>, site: &Site) -> Option<&'c CallExpr> {
    let syntax = ctx.syntax(site)?;
    let at = context::position(site);
    let around = syntax
        .calls
        .iter()
        .filter(|call| call.callee == Callee::Operator && call.name == "=");
    let assignment = around
        .filter(|call| call.span.contains(at))
        .min_by_key(|call| call.span.end)?;
    let variable = assignment.receiver.trim_start_matches('*');
    let right = assignment.operands.get(1)?;
    let is_made_from_itself = |call: &&CallExpr| {
        right.covers(&call.span)
            && match call.callee {
                Callee::Macro => call.name == "format" && mentions(&call.arguments[0], variable),
                Callee::Method if matches!(call.name.as_str(), "concat" | "join") => mentions(&call.receiver, variable),
                Callee::Function => call
                    .arguments
                    .iter()
                    .any(|argument| argument == &format!("&{variable}")),
                _ => false,
            }
    };
    syntax
        .calls
        .iter()
        .any(|call| is_made_from_itself(&call))
        .then_some(assignment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(before: &str, after: &str) {
        let column = before.find("self.text = ").or_else(|| before.find("text = ")).unwrap() as u32 + 1;
        check_edits(before, after, |mut editor| {
            appended(&mut editor, Position { line: 1, column });
            editor
        });
    }

    #[test]
    fn texts_that_begin_with_themselves_are_appended_to() {
        check(
            "fn f() { text = format!(\"{text};{},{}\", a.b, c); }",
            "fn f() { let _ = write!(text, \";{},{}\", a.b, c); }",
        );
        check(
            "fn f() { text = format!(\"{}{}\", text, c); }",
            "fn f() { let _ = write!(text, \"{}\", c); }",
        );
        check(
            "fn f() { self.text = format!(\"{}{line}\\n\", self.text); }",
            "fn f() { let _ = writeln!(self.text, \"{line}\"); }",
        );
    }

    #[test]
    fn a_builder_writes_to_the_text_that_it_has() {
        let before =
            "fn f(self) -> Self { Self { text: format!(\"{}N{} {a}\\n\", self.text, self.n * 10), n: self.n + 1 } }";
        let after = "fn f(self) -> Self { Self { text: { let mut text = self.text; let _ = writeln!(text, \"N{} {a}\", self.n * 10); text }, n: self.n + 1 } }";
        let column = before.find("format!").unwrap() as u32 + 1;
        check_edits(before, after, |mut editor| {
            taken(&mut editor, Position { line: 1, column }).unwrap();
            editor
        });
    }

    #[test]
    fn other_texts_are_left_alone() {
        for text in [
            "fn f() { text = format!(\"{a}{text}\"); }",
            "fn f() { text = format!(\"{}{}\", text.len(), c); }",
            "fn f() { text = other!(\"{text}\"); }",
        ] {
            check(text, text);
        }
    }
}
