//! Functions that stand in macros: in what `macro_rules!` writes out, and in what is handed to a macro.
//!
//! Debug information points at these lines like at any others, so they are read like any others. A metavariable stands
//! for one thing of its kind; what repeats is written once. What does not parse that way is left out.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use std::collections::HashMap;
use syn::{ImplItem, Item};

/// Macros in macros are followed this deep.
const MAX_DEPTH: usize = 4;

/// Puts the items that stand in a file's macros in the macros' place.
pub(super) fn expand(file: &mut syn::File) {
    expand_items(&mut file.items, MAX_DEPTH);
}

fn expand_items(items: &mut Vec<Item>, depth: usize) {
    let mut found = Vec::new();
    items.retain_mut(|item| {
        match item {
            Item::Mod(module) => {
                if let Some((_, inner)) = &mut module.content {
                    expand_items(inner, depth);
                }
            }
            Item::Impl(implementation) => expand_methods(&mut implementation.items),
            Item::Macro(used) if depth > 0 => {
                let mut inner = if used.mac.path.is_ident("macro_rules") {
                    written_out(&used.mac.tokens)
                } else {
                    handed_over(&used.mac.tokens)
                };
                expand_items(&mut inner, depth - 1);
                let is_expanded = !inner.is_empty();
                found.append(&mut inner);
                return !is_expanded;
            }
            _ => {}
        }
        true
    });
    items.append(&mut found);
}

fn expand_methods(items: &mut Vec<ImplItem>) {
    let mut found = Vec::new();
    items.retain(|item| {
        let ImplItem::Macro(used) = item else { return true };
        let inner = methods_in(&used.mac.tokens);
        let is_expanded = !inner.is_empty();
        found.extend(inner);
        !is_expanded
    });
    items.append(&mut found);
}

/// The items in what is handed to a macro: all of it, or what stands in braces.
fn handed_over(tokens: &TokenStream) -> Vec<Item> {
    if let Some(items) = items(tokens.clone()) {
        return items;
    }
    let groups = tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    });
    groups.filter_map(items).flatten().collect()
}

fn items(tokens: TokenStream) -> Option<Vec<Item>> {
    Some(syn::parse2::<syn::File>(tokens).ok()?.items)
}

fn methods_in(tokens: &TokenStream) -> Vec<ImplItem> {
    let mut wrapped = TokenStream::new();
    wrapped.extend([
        TokenTree::Ident(Ident::new("impl", Span::call_site())),
        TokenTree::Ident(Ident::new("X", Span::call_site())),
        TokenTree::Group(Group::new(Delimiter::Brace, tokens.clone())),
    ]);
    syn::parse2::<syn::ItemImpl>(wrapped).map_or_else(|_| Vec::new(), |parsed| parsed.items)
}

/// The items that the rules of a `macro_rules!` write out.
fn written_out(tokens: &TokenStream) -> Vec<Item> {
    let groups = tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    let groups: Vec<TokenStream> = groups.collect();
    // `(pattern) => { text };` again and again.
    let rules = groups.chunks_exact(2);
    let texts = rules.map(|rule| {
        let mut kinds = HashMap::new();
        fragment_kinds(&rule[0], &mut kinds);
        substituted(&rule[1], &kinds)
    });
    texts.filter_map(items).flatten().collect()
}

/// What each metavariable of a pattern stands for: `$name:kind`.
fn fragment_kinds(pattern: &TokenStream, kinds: &mut HashMap<String, String>) {
    let tokens: Vec<TokenTree> = pattern.clone().into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        match (
            token,
            tokens.get(index + 1),
            tokens.get(index + 2),
            tokens.get(index + 3),
        ) {
            (TokenTree::Group(group), ..) => fragment_kinds(&group.stream(), kinds),
            (
                TokenTree::Punct(dollar),
                Some(TokenTree::Ident(name)),
                Some(TokenTree::Punct(colon)),
                Some(TokenTree::Ident(kind)),
            ) if dollar.as_char() == '$' && colon.as_char() == ':' => {
                kinds.insert(name.to_string(), kind.to_string());
            }
            _ => {}
        }
    }
}

/// The text of a rule with one thing of its kind for each metavariable.
fn substituted(text: &TokenStream, kinds: &HashMap<String, String>) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = text.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(name)) => out.extend(standing_for(name, kinds)),
                Some(TokenTree::Group(repeated)) => {
                    out.extend(substituted(&repeated.stream(), kinds));
                    // A separator may stand before the `*`, `+` or `?`.
                    let is_operator = |token: Option<TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '*' | '+' | '?'));
                    if !is_operator(tokens.next()) {
                        tokens.next();
                    }
                }
                other => out.extend(other),
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), substituted(&group.stream(), kinds));
                inner.set_span(group.span());
                out.push(TokenTree::Group(inner));
            }
            other => out.push(other),
        }
    }
    out.into_iter().collect()
}

/// A name in place of a metavariable; nothing or an empty block, where a name would not parse.
fn standing_for(name: Ident, kinds: &HashMap<String, String>) -> Option<TokenTree> {
    match kinds.get(&name.to_string()).map(String::as_str) {
        Some("vis" | "item" | "stmt" | "lifetime") => None,
        Some("block") => Some(TokenTree::Group(Group::new(Delimiter::Brace, TokenStream::new()))),
        _ => Some(TokenTree::Ident(name)),
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::FileSyntax;

    /// Names of the functions with the lines of their loops.
    fn functions(source: &str) -> Vec<(String, Vec<u32>)> {
        let syntax = FileSyntax::parse(source).expect("valid source");
        let functions = syntax.functions.iter().map(|function| {
            let loops = syntax.loops.iter().filter(|found| function.span.covers(&found.span));
            (function.name.clone(), loops.map(|found| found.head.line).collect())
        });
        functions.collect()
    }

    fn check(source: &str, expected: &[(&str, &[u32])]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, lines)| ((*name).to_owned(), lines.to_vec()))
            .collect();
        assert_eq!(functions(source), expected, "{source}");
    }

    #[test]
    fn functions_that_macro_rules_writes_out_are_read() {
        check(
            "macro_rules! sums {\n ($($t:ty => $name:ident),* $(,)?) => {\n  $(impl Sum for $t {\n   fn $name(&self) -> $t {\n    for x in self.all() { add(x); }\n   }\n  })*\n };\n}\nfn plain() {}",
            &[("plain", &[]), ("name", &[5])],
        );
        check(
            "macro_rules! f { ($(#[$m:meta])* $v:vis $n:ident $b:block) => { $(#[$m])* $v fn $n() $b fn g() { loop {} } }; }",
            &[("n", &[]), ("g", &[1])],
        );
    }

    #[test]
    fn functions_that_are_handed_to_a_macro_are_read() {
        check("parser! {\n fn f() { for x in y {} }\n}", &[("f", &[2])]);
        check(
            "cfg_if! {\n if #[cfg(unix)] {\n  fn f() { while a {} }\n } else {\n  fn g() {}\n }\n}",
            &[("f", &[3]), ("g", &[])],
        );
        check(
            "impl A { methods! { fn f(&self) {\n for x in y {} } } }",
            &[("f", &[2])],
        );
    }

    #[test]
    fn statements_that_are_handed_to_a_macro_are_read() {
        check("fn f() { traced! {\n for x in y {} done() } }", &[("f", &[2])]);
        check(
            "fn f() { select! { a = b => {\n for x in y {} } c = d => e, } }",
            &[("f", &[2])],
        );
    }

    #[test]
    fn what_does_not_parse_is_left_out() {
        check("macro_rules! m { ($e:expr) => { $e + 1 }; }\nfn f() {}", &[("f", &[])]);
        check("css! { .a { color: red; } }\nfn f() {}", &[("f", &[])]);
    }
}
