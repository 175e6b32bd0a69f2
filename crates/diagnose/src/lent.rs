//! What functions are lent by their callers, to read or to change: under which name, and as what.

use crate::Context;
use crate::syntax::{BindingKind, CallExpr, Callee, FileSyntax, Function, Position, Receiver, last_field};
use profile::Site;

/// Names are followed through this many patterns and borrows.
const MAX_ALIASES: usize = 4;

/// How a function was lent a value.
#[derive(PartialEq)]
pub(crate) enum Lent {
    ToRead,
    ToChange,
}

/// How a function was lent what it knows by a name, and which parameter that is: `self` or its name.
pub(crate) fn lent(syntax: &FileSyntax, function: &Function, at: Position, name: &str) -> Option<(Lent, String)> {
    let mut name = name.to_owned();
    for _ in 0..MAX_ALIASES {
        let Some(binding) = syntax.flow.binding(&name, at) else {
            break;
        };
        match (binding.kind, binding.from) {
            (BindingKind::Let | BindingKind::Part, Some(from)) => {
                let source = syntax.flow.uses.iter().find(|used| from.covers(&used.span))?;
                if source.root() == name {
                    break;
                }
                name = source.root().to_owned();
            }
            (BindingKind::Parameter, _) => break,
            _ => return None,
        }
    }
    if name == "self" {
        return match function.receiver? {
            Receiver::Shared => Some((Lent::ToRead, name)),
            Receiver::Mutable => Some((Lent::ToChange, name)),
            Receiver::Value => None,
        };
    }
    let declared = declared_parameter(function, &name)?;
    match declared.strip_prefix('&') {
        Some(rest) if rest.trim_start().starts_with("mut ") => Some((Lent::ToChange, name)),
        Some(_) => Some((Lent::ToRead, name)),
        None => None,
    }
}

/// The expression that a caller hands over as a parameter.
pub(crate) fn given<'c>(function: &Function, parameter: &str, call: &'c CallExpr) -> Option<&'c str> {
    let is_method = call.callee == Callee::Method;
    let expression = if parameter == "self" {
        if is_method {
            Some(&call.receiver)
        } else {
            call.arguments.first()
        }
    } else {
        let index = function.parameters.iter().position(|(name, _)| name == parameter)?;
        call.arguments
            .get(index + usize::from(function.receiver.is_some() && !is_method))
    };
    expression.map(String::as_str)
}

/// How a field or parameter is declared.
pub(crate) fn element_type<'c>(ctx: &'c Context<'_>, site: &Site, list: &str) -> Option<&'c str> {
    let (syntax, function) = (ctx.syntax(site)?, ctx.function(site)?);
    match last_field(list) {
        Some(name) => {
            let mut fields = syntax.fields.iter().filter(|field| field.name == name);
            fields.next().map(|field| field.declared.as_str())
        }
        None => declared_parameter(function, list),
    }
}

pub(crate) fn declared_parameter<'c>(function: &'c Function, name: &str) -> Option<&'c str> {
    let mut parameters = function.parameters.iter();
    parameters
        .find(|(parameter, _)| parameter == name)
        .map(|(_, declared)| declared.as_str())
}
