//! Where values come from and what may change them: uses of names, bindings with their scopes, changes, conditions.

use super::{SourceText, Span};
use std::collections::BTreeSet;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Pat};

/// A use of a variable, with the fields taken from it: `self.queue.items`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Use {
    /// The variable and its fields, joined by points.
    pub(crate) path: String,
    /// Where it stands.
    pub(crate) span: Span,
}

/// Something that may change a variable, or what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    /// The variable and its fields; what an index selects counts as the whole.
    pub(crate) path: String,
    /// How.
    pub(crate) how: How,
    /// Where the whole expression stands.
    pub(crate) span: Span,
}

/// How a variable may be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// `x = …`.
    Assigned,
    /// `x += …`.
    Updated,
    /// `&mut x`.
    Borrowed,
    /// `x.method(…)`: whether that changes it is told by the method.
    Method(String),
    /// Mentioned in a macro of which nothing is known.
    Opaque,
}

/// How a name came into being.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingKind {
    /// `let`.
    Let,
    /// `match`, `if let`: a part of a value.
    Part,
    /// `for`, `while let`: another one in every pass.
    Pass,
    /// Parameter of a closure.
    Closure,
    /// Parameter of a function, `self` included.
    Parameter,
}

/// A name and where it is known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Binding {
    pub(crate) name: String,
    pub(crate) kind: BindingKind,
    /// Whether what it names can be changed through it.
    pub(crate) is_mutable: bool,
    /// The expression that it was made from.
    pub(crate) from: Option<Span>,
    /// Where it is known.
    pub(crate) scope: Span,
}

/// Code that runs only on a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    /// What decides.
    pub(crate) decided_by: Span,
    /// What runs.
    pub(crate) branch: Span,
}

/// Where the values of a file come from and what changes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Flow {
    pub(crate) uses: Vec<Use>,
    pub(crate) changes: Vec<Change>,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) conditions: Vec<Condition>,
    /// All closures.
    pub(crate) closures: Vec<Span>,
    /// `break` and `return`, with their values.
    pub(crate) exits: Vec<Span>,
}

impl Flow {
    /// What a name means at a use: the innermost binding, the last one where names are bound again.
    pub(crate) fn binding(&self, root: &str, at: super::Position) -> Option<&Binding> {
        let known = |binding: &&Binding| binding.name == root && binding.scope.contains(at);
        self.bindings
            .iter()
            .filter(known)
            .max_by_key(|binding| binding.scope.start)
    }

    /// The variables that an expression takes from around it.
    pub(crate) fn inputs(&self, expression: Span) -> impl Iterator<Item = &Use> {
        let inside = move |used: &&Use| expression.covers(&used.span);
        self.uses.iter().filter(inside).filter(move |used| {
            let binding = self.binding(used.root(), used.span.start);
            binding.is_none_or(|binding| !expression.contains(binding.scope.start))
        })
    }

    /// What may change a part of a path, or what it is a part of, inside of a span.
    pub(crate) fn changes_of<'a>(&'a self, used: &'a Use, within: Span) -> impl Iterator<Item = &'a Change> {
        let binding = self.binding(used.root(), used.span.start);
        self.changes.iter().filter(move |change| {
            within.covers(&change.span)
                && is_overlapping(&change.path, &used.path)
                && self.binding(change.root(), change.span.start).map(|other| other.scope)
                    == binding.map(|binding| binding.scope)
        })
    }
}

impl Use {
    /// The variable itself.
    pub(crate) fn root(&self) -> &str {
        root(&self.path)
    }
}

impl Change {
    /// The variable itself.
    pub(crate) fn root(&self) -> &str {
        root(&self.path)
    }
}

fn root(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// Whether one path is the other or a part of it.
pub(crate) fn is_overlapping(a: &str, b: &str) -> bool {
    let is_part = |whole: &str, part: &str| {
        part.strip_prefix(whole)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    is_part(a, b) || is_part(b, a)
}

pub(super) fn collect(file: &syn::File, text: &SourceText<'_>) -> Flow {
    let mut collector = Collector {
        text,
        out: Flow::default(),
        blocks: Vec::new(),
        called_by: None,
    };
    collector.visit_file(file);
    collector.out
}

struct Collector<'a> {
    text: &'a SourceText<'a>,
    out: Flow,
    /// The blocks around, outermost first.
    blocks: Vec<Span>,
    /// What a method is called on whose closure is visited next.
    called_by: Option<Span>,
}

impl Collector<'_> {
    fn span(&self, node: &impl Spanned) -> Span {
        self.text.span(node.span())
    }

    fn bind(&mut self, pattern: &Pat, kind: BindingKind, from: Option<Span>, scope: Span, is_mutable: bool) {
        let mut names = Names::default();
        names.visit_pat(pattern);
        self.out
            .bindings
            .extend(names.0.into_iter().map(|(name, is_mut)| Binding {
                name,
                kind,
                is_mutable: is_mut || is_mutable,
                from,
                scope,
            }));
    }

    fn function(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let scope = self.span(body);
        for input in &signature.inputs {
            match input {
                syn::FnArg::Receiver(receiver) => self.out.bindings.push(Binding {
                    name: "self".to_owned(),
                    kind: BindingKind::Parameter,
                    is_mutable: is_mutable_receiver(receiver),
                    from: None,
                    scope,
                }),
                syn::FnArg::Typed(typed) => {
                    self.bind(&typed.pat, BindingKind::Parameter, None, scope, has_mut(&typed.ty));
                }
            }
        }
    }

    fn change(&mut self, target: &Expr, how: How, whole: Span) {
        if let Some(path) = changed_place(target) {
            self.out.changes.push(Change { path, how, span: whole });
        }
    }

    /// Binds the patterns of `let` conditions joined by `&&`.
    fn let_conditions(&mut self, condition: &Expr, kind: BindingKind, end: super::Position) {
        match condition {
            Expr::Let(matched) => {
                let scope = Span {
                    start: self.span(matched).end,
                    end,
                };
                let is_mutable = is_mutable_source(&matched.expr);
                let from = Some(self.span(&*matched.expr));
                self.bind(&matched.pat, kind, from, scope, is_mutable);
            }
            Expr::Binary(both) => {
                self.let_conditions(&both.left, kind, end);
                self.let_conditions(&both.right, kind, end);
            }
            _ => {}
        }
    }

    fn condition(&mut self, decided_by: Span, branch: Span) {
        self.out.conditions.push(Condition { decided_by, branch });
    }

    /// All names in the tokens of a macro that is not understood.
    fn opaque(&mut self, tokens: proc_macro2::TokenStream) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(name) => {
                    let span = self.text.span(name.span());
                    let path = name.to_string();
                    self.out.uses.push(Use {
                        path: path.clone(),
                        span,
                    });
                    self.out.changes.push(Change {
                        path,
                        how: How::Opaque,
                        span,
                    });
                }
                proc_macro2::TokenTree::Group(group) => self.opaque(group.stream()),
                _ => {}
            }
        }
    }

    /// Names captured by a format string: `{name}`, `{name:>5}`.
    fn captures(&mut self, literal: &syn::LitStr) {
        let value = literal.value();
        let names: BTreeSet<&str> = value
            .split('{')
            .skip(1)
            .map(|rest| {
                &rest[..rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .unwrap_or(rest.len())]
            })
            .filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))
            .collect();
        let span = self.text.span(literal.span());
        self.out.uses.extend(names.into_iter().map(|name| Use {
            path: name.to_owned(),
            span,
        }));
    }
}

fn is_mutable_receiver(receiver: &syn::Receiver) -> bool {
    match &receiver.kind {
        syn::ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
        _ => true,
    }
}

/// Whether a type is a mutable reference, or holds one.
fn has_mut(of: &syn::Type) -> bool {
    #[derive(Default)]
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
            self.0 |= reference.mutability.is_some();
            visit::visit_type_reference(self, reference);
        }
    }
    let mut finder = Finder::default();
    finder.visit_type(of);
    finder.0
}

/// Whether what is bound from an expression can be changed: it lends mutably, or may do so.
fn is_mutable_source(expression: &Expr) -> bool {
    #[derive(Default)]
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
            self.0 |= reference.mutability.is_some();
            visit::visit_expr_reference(self, reference);
        }
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            let name = call.method.to_string();
            self.0 |= name.contains("mut") || matches!(name.as_str(), "lock" | "write" | "entry");
            visit::visit_expr_method_call(self, call);
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    }
    let mut finder = Finder::default();
    finder.visit_expr(expression);
    finder.0
}

/// The names that a pattern binds, each with whether it is mutable.
#[derive(Default)]
struct Names(Vec<(String, bool)>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        let name = pattern.ident.to_string();
        // A constant or variant without data binds nothing.
        if !name.starts_with(char::is_uppercase) {
            self.0.push((name, pattern.mutability.is_some()));
        }
        visit::visit_pat_ident(self, pattern);
    }
    fn visit_expr(&mut self, _: &'ast Expr) {}
}

/// `a.b.c` of a plain path of fields.
fn plain_place(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Field(field) => {
            let base = plain_place(&field.base)?;
            Some(match &field.member {
                syn::Member::Named(name) => format!("{base}.{name}"),
                syn::Member::Unnamed(index) => format!("{base}.{}", index.index),
            })
        }
        Expr::Paren(inner) => plain_place(&inner.expr),
        _ => None,
    }
}

/// The path that a change of an expression changes: through indices, references and dereferences.
fn changed_place(expression: &Expr) -> Option<String> {
    if let Some(path) = plain_place(expression) {
        return Some(path);
    }
    match expression {
        Expr::Field(field) => changed_place(&field.base),
        Expr::Index(index) => changed_place(&index.expr),
        Expr::Paren(inner) => changed_place(&inner.expr),
        Expr::Unary(unary) => changed_place(&unary.expr),
        Expr::Reference(reference) => changed_place(&reference.expr),
        _ => None,
    }
}

fn is_update(operator: &syn::BinOp) -> bool {
    use syn::BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign, ShlAssign, ShrAssign,
        SubAssign,
    };
    matches!(
        operator,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.blocks.push(self.span(block));
        visit::visit_block(self, block);
        self.blocks.pop();
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let span = self.span(local);
        let scope = Span {
            start: span.end,
            end: self.blocks.last().map_or(span.end, |block| block.end),
        };
        let init = local.init.as_ref().map(|init| &*init.expr);
        let from = init.map(|init| self.span(init));
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            pattern => pattern,
        };
        // A name declared first and given its value later is bound to no expression.
        let is_mutable = init.is_none_or(is_mutable_source);
        self.bind(pattern, BindingKind::Let, from, scope, is_mutable);
        if let Some((matched, otherwise)) = from.zip(local.init.as_ref().and_then(|init| init.diverge.as_ref())) {
            let otherwise = self.span(&*otherwise.1);
            self.condition(matched, otherwise);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_for_loop(&mut self, expr: &'ast syn::ExprForLoop) {
        let (from, scope) = (self.span(&*expr.expr), self.span(&expr.body));
        self.bind(&expr.pat, BindingKind::Pass, Some(from), scope, true);
        visit::visit_expr_for_loop(self, expr);
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        let end = self.span(&expr.body).end;
        self.let_conditions(&expr.cond, BindingKind::Pass, end);
        visit::visit_expr_while(self, expr);
    }

    fn visit_expr_if(&mut self, expr: &'ast syn::ExprIf) {
        let (condition, then) = (self.span(&*expr.cond), self.span(&expr.then_branch));
        self.let_conditions(&expr.cond, BindingKind::Part, then.end);
        self.condition(condition, then);
        if let Some((_, otherwise)) = &expr.else_branch {
            let otherwise = self.span(&**otherwise);
            self.condition(condition, otherwise);
        }
        visit::visit_expr_if(self, expr);
    }

    fn visit_expr_match(&mut self, expr: &'ast syn::ExprMatch) {
        let matched = self.span(&*expr.expr);
        let is_mutable = is_mutable_source(&expr.expr);
        for arm in &expr.arms {
            let scope = self.span(arm);
            self.bind(&arm.pat, BindingKind::Part, Some(matched), scope, is_mutable);
            let body = self.span(&*arm.body);
            self.condition(matched, body);
            if let Pat::Guard(guarded) = &arm.pat {
                let guard = self.span(&*guarded.guard);
                self.condition(guard, body);
            }
        }
        visit::visit_expr_match(self, expr);
    }

    fn visit_expr_closure(&mut self, expr: &'ast syn::ExprClosure) {
        let scope = self.span(expr);
        self.out.closures.push(scope);
        let from = self.called_by.take();
        for input in &expr.inputs {
            let pattern = match input {
                Pat::Type(typed) => &*typed.pat,
                pattern => pattern,
            };
            self.bind(pattern, BindingKind::Closure, from, scope, true);
        }
        visit::visit_expr_closure(self, expr);
    }

    fn visit_expr_binary(&mut self, expr: &'ast syn::ExprBinary) {
        if is_update(&expr.op) {
            self.change(&expr.left, How::Updated, self.span(expr));
        }
        if matches!(expr.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) {
            let (left, right) = (self.span(&*expr.left), self.span(&*expr.right));
            self.condition(left, right);
        }
        visit::visit_expr_binary(self, expr);
    }

    fn visit_expr_assign(&mut self, expr: &'ast syn::ExprAssign) {
        let whole = self.span(expr);
        match &*expr.left {
            Expr::Tuple(tuple) => tuple
                .elems
                .iter()
                .for_each(|left| self.change(left, How::Assigned, whole)),
            left => self.change(left, How::Assigned, whole),
        }
        visit::visit_expr_assign(self, expr);
    }

    fn visit_expr_reference(&mut self, expr: &'ast syn::ExprReference) {
        if expr.mutability.is_some() {
            self.change(&expr.expr, How::Borrowed, self.span(expr));
        }
        visit::visit_expr_reference(self, expr);
    }

    fn visit_expr_method_call(&mut self, expr: &'ast syn::ExprMethodCall) {
        let how = How::Method(expr.method.to_string());
        self.change(&expr.receiver, how, self.span(expr));
        self.visit_expr(&expr.receiver);
        for argument in &expr.args {
            let receiver = self.span(&*expr.receiver);
            self.called_by = matches!(argument, Expr::Closure(_)).then_some(receiver);
            self.visit_expr(argument);
        }
    }

    fn visit_expr_field(&mut self, expr: &'ast syn::ExprField) {
        let whole = Expr::Field(expr.clone());
        match plain_place(&whole) {
            Some(path) => {
                let span = self.span(expr);
                self.out.uses.push(Use { path, span });
            }
            None => visit::visit_expr_field(self, expr),
        }
    }

    fn visit_expr_path(&mut self, expr: &'ast syn::ExprPath) {
        if let Some(name) = expr.path.get_ident() {
            let span = self.span(expr);
            self.out.uses.push(Use {
                path: name.to_string(),
                span,
            });
        }
    }

    fn visit_expr_break(&mut self, expr: &'ast syn::ExprBreak) {
        let span = self.span(expr);
        self.out.exits.push(span);
        visit::visit_expr_break(self, expr);
    }

    fn visit_expr_return(&mut self, expr: &'ast syn::ExprReturn) {
        let span = self.span(expr);
        self.out.exits.push(span);
        visit::visit_expr_return(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let list = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let repeated = |input: syn::parse::ParseStream<'_>| {
            let element: Expr = input.parse()?;
            input.parse::<syn::Token![;]>()?;
            let count: Expr = input.parse()?;
            Ok([element, count])
        };
        if let Ok(operands) = mac.parse_body_with(list) {
            for operand in &operands {
                if let Expr::Lit(literal) = operand
                    && let syn::Lit::Str(literal) = &literal.lit
                {
                    self.captures(literal);
                }
                self.visit_expr(operand);
            }
        } else if let Ok(operands) = mac.parse_body_with(repeated) {
            operands.iter().for_each(|operand| self.visit_expr(operand));
        } else {
            self.opaque(mac.tokens.clone());
        }
    }
}
