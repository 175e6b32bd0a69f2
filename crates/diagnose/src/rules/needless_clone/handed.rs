//! Copies that are handed to a constructor, which puts them into a field that nobody changes.

use crate::Context;
use crate::context::position;
use crate::lent::{Lent, lent};
use crate::syntax::{CallExpr, Callee, Change, Function, How, field_before, is_reader, mentions, root_name};
use profile::Site;

/// Whether a copy of what is only lent goes to a constructor that keeps it in a field, while the files that know the type
/// only read that field.
pub(super) fn is_only_read(ctx: &Context<'_>, site: &Site, copied: &CallExpr, taker: &CallExpr) -> bool {
    is_only_lent(ctx, site, copied)
        && kept_as(ctx, copied, taker).is_some_and(|(owner, field)| is_read(ctx, &owner, &field))
}

/// Whether what is copied was borrowed from the caller, so that it stays as it is meanwhile.
fn is_only_lent(ctx: &Context<'_>, site: &Site, copied: &CallExpr) -> bool {
    let (Some(syntax), Some(function)) = (ctx.syntax(site), ctx.function(site)) else {
        return false;
    };
    let found = lent(syntax, function, position(site), root_name(&copied.receiver));
    found.is_some_and(|(how, _)| how == Lent::ToRead)
}

/// The type and the field in which `Type::new(…, copy, …)` keeps the copy.
fn kept_as(ctx: &Context<'_>, copied: &CallExpr, taker: &CallExpr) -> Option<(String, String)> {
    let path = taker
        .receiver
        .rsplit_once("::")
        .filter(|_| taker.callee == Callee::Function)?
        .0;
    let owner = path.split('<').next()?.trim_end_matches("::").rsplit("::").next()?;
    let index = taker.operands.iter().position(|operand| operand.covers(&copied.span))?;
    let of_owner = |function: &Function| {
        let of = function.self_type.as_deref().and_then(|name| name.split('<').next());
        of == Some(owner) && function.receiver.is_none()
    };
    let mut functions = ctx.functions_named(&taker.name).into_iter();
    let (file, function) = functions.find(|(_, function)| of_owner(function))?;
    let (parameter, declared) = function.parameters.get(index)?;
    let mut uses = file
        .flow
        .uses
        .iter()
        .filter(|used| function.body.covers(&used.span) && used.root() == parameter);
    let used = uses.next().filter(|used| file.stored.contains(&used.span))?;
    if uses.next().is_some() || declared.starts_with('&') || declared.starts_with("impl ") {
        return None;
    }
    let mut texts = ctx
        .file_paths()
        .filter(|path| ctx.syntax_of(path).is_some_and(|other| std::ptr::eq(other, file)));
    let text = ctx.text(texts.next()?)?;
    let field = field_before(text, used.span.start).unwrap_or(parameter);
    Some((owner.to_owned(), field.to_owned()))
}

/// Whether no file that knows a type changes a field of that name.
fn is_read(ctx: &Context<'_>, owner: &str, field: &str) -> bool {
    let (last, inner) = (format!(".{field}"), format!(".{field}."));
    let changes = |change: &Change| {
        let is_it = change.path.ends_with(&last) || change.path.contains(&inner);
        is_it
            && match &change.how {
                How::Method(name) => !is_reader(name) && name != "clone",
                How::Assigned | How::Updated | How::Borrowed => true,
                How::Opaque => false,
            }
    };
    let knows = |path: &&str| ctx.text(path).is_some_and(|text| mentions(text, owner));
    let mut files = ctx.file_paths().filter(knows).filter_map(|path| ctx.syntax_of(path));
    !files.any(|file| file.flow.changes.iter().any(changes))
}
