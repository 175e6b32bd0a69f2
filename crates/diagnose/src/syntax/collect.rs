//! Walks a parsed file and writes down what rules ask for.

use super::{
    CallExpr, Callee, Enum, Field, FileSyntax, Function, Global, Indexed, Local, Loop, LoopKind, Receiver, SourceText,
};
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Methods that call a closure once per element. `map`, `and_then` and the like of `Option` are told apart by the
/// call path, not here.
const PER_ELEMENT: [&str; 43] = [
    "all",
    "any",
    "chunk_by",
    "dedup_by",
    "dedup_by_key",
    "drain_filter",
    "extract_if",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "flat_map",
    "fold",
    "for_each",
    "inspect",
    "map",
    "map_while",
    "max_by",
    "max_by_key",
    "min_by",
    "min_by_key",
    "par_sort_by",
    "par_sort_by_key",
    "partition",
    "partition_point",
    "position",
    "reduce",
    "retain",
    "retain_mut",
    "rposition",
    "scan",
    "skip_while",
    "sort_by",
    "sort_by_cached_key",
    "sort_by_key",
    "sort_unstable_by",
    "sort_unstable_by_key",
    "take_while",
    "try_fold",
    "try_for_each",
    "binary_search_by",
    "from_fn",
    "successors",
];

pub(super) fn collect(file: &syn::File, text: &SourceText<'_>) -> FileSyntax {
    let mut collector = Collector {
        text,
        out: FileSyntax::default(),
        self_types: Vec::new(),
    };
    collector.visit_file(file);
    collector.out
}

struct Collector<'a> {
    text: &'a SourceText<'a>,
    out: FileSyntax,
    self_types: Vec<String>,
}

impl Collector<'_> {
    fn function(&mut self, signature: &syn::Signature, body: Option<&syn::Block>, span: proc_macro2::Span) {
        if let Some(syn::Stmt::Expr(tail, None)) = body.and_then(|body| body.stmts.last()) {
            self.returned(tail);
        }
        let parameters = signature
            .inputs
            .iter()
            .filter_map(|input| match input {
                syn::FnArg::Typed(typed) => Some((self.text.cut(typed.pat.span()), self.text.cut(typed.ty.span()))),
                syn::FnArg::Receiver(_) => None,
            })
            .map(|(name, declared)| (name.trim_start_matches("mut ").to_owned(), declared))
            .collect();
        self.out.functions.push(Function {
            name: signature.ident.to_string(),
            self_type: self.self_types.last().cloned(),
            span: self.text.span(span),
            body: body.map(|body| self.text.span(body.span())).unwrap_or_default(),
            parameters,
            output: match &signature.output {
                syn::ReturnType::Default => None,
                syn::ReturnType::Type(_, declared) => Some(self.text.cut(declared.span())),
            },
            receiver: signature.receiver().map(|receiver| match receiver.kind {
                syn::ReceiverKind::Reference(_, _, None) => Receiver::Shared,
                syn::ReceiverKind::Reference(_, _, Some(_)) => Receiver::Mutable,
                _ => Receiver::Value,
            }),
        });
    }

    /// Writes down that a value leaves its function, and so do the values of its branches.
    fn returned(&mut self, value: &syn::Expr) {
        self.out.returned.push(self.text.span(value.span()));
        let block = |this: &mut Self, block: &syn::Block| {
            if let Some(syn::Stmt::Expr(tail, None)) = block.stmts.last() {
                this.returned(tail);
            }
        };
        match value {
            syn::Expr::Match(branches) => branches.arms.iter().for_each(|arm| self.returned(&arm.body)),
            syn::Expr::If(branch) => {
                block(self, &branch.then_branch);
                if let Some((_, otherwise)) = &branch.else_branch {
                    self.returned(otherwise);
                }
            }
            syn::Expr::Block(inner) => block(self, &inner.block),
            syn::Expr::Unsafe(inner) => block(self, &inner.block),
            _ => {}
        }
    }

    fn call(&mut self, callee: Callee, name: String, receiver: String, operands: &[&syn::Expr], at: Spans) {
        let of_method = usize::from(callee == Callee::Method || callee == Callee::Operator);
        let arguments = operands.iter().skip(of_method);
        self.out.calls.push(CallExpr {
            callee,
            name,
            receiver,
            turbofish: at.turbofish.map(|arguments| self.text.cut(arguments)),
            arguments: arguments.map(|argument| self.text.cut(argument.span())).collect(),
            operands: operands.iter().map(|operand| self.text.span(operand.span())).collect(),
            at: self.text.span(at.name).start,
            span: self.text.span(at.whole),
        });
    }
}

/// Where a call's name stands, its generic arguments, and all of it.
struct Spans {
    name: proc_macro2::Span,
    turbofish: Option<proc_macro2::Span>,
    whole: proc_macro2::Span,
}

/// The names that a pattern binds.
#[derive(Default)]
struct BoundNames(Vec<String>);

impl<'ast> Visit<'ast> for BoundNames {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.0.push(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }
}

fn bound_names(pattern: &syn::Pat) -> Vec<String> {
    let mut names = BoundNames::default();
    names.visit_pat(pattern);
    names.0
}

/// The statements in what is handed to a macro: all of it, or what stands in braces, as in `select!`.
fn statements(tokens: &proc_macro2::TokenStream) -> Vec<syn::Stmt> {
    if let Ok(statements) = syn::Block::parse_within.parse2(tokens.clone()) {
        return statements;
    }
    let groups = tokens.clone().into_iter().filter_map(|token| match token {
        proc_macro2::TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => {
            Some(group.stream())
        }
        _ => None,
    });
    groups.flat_map(|group| statements(&group)).collect()
}

/// Whether a block leaves its loop: by `break`, or by `return`.
fn exits_early(block: &syn::Block) -> bool {
    #[derive(Default)]
    struct Exits(bool);
    impl<'ast> Visit<'ast> for Exits {
        fn visit_expr_break(&mut self, _: &'ast syn::ExprBreak) {
            self.0 = true;
        }
        fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {
            self.0 = true;
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut exits = Exits::default();
    exits.visit_block(block);
    exits.0
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.self_types.push(self.text.cut(item.self_ty.span()));
        visit::visit_item_impl(self, item);
        self.self_types.pop();
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.self_types.push(item.ident.to_string());
        visit::visit_item_trait(self, item);
        self.self_types.pop();
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, Some(&item.block), item.span());
        let outer = std::mem::take(&mut self.self_types);
        visit::visit_item_fn(self, item);
        self.self_types = outer;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, Some(&item.block), item.span());
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.function(&item.sig, item.default.as_ref(), item.span());
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        for field in &item.fields {
            if let Some(name) = &field.ident {
                self.out.fields.push(Field {
                    owner: item.ident.to_string(),
                    name: name.to_string(),
                    declared: self.text.cut(field.ty.span()),
                    at: self.text.span(name.span()).start,
                });
            }
        }
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        for variant in &item.variants {
            for field in &variant.fields {
                let name = field.ident.as_ref().unwrap_or(&variant.ident);
                self.out.fields.push(Field {
                    owner: item.ident.to_string(),
                    name: name.to_string(),
                    declared: self.text.cut(field.ty.span()),
                    at: self.text.span(name.span()).start,
                });
            }
        }
        self.out.enums.push(Enum {
            name: item.ident.to_string(),
            n_variants: item.variants.len(),
            has_data: item
                .variants
                .iter()
                .any(|variant| !matches!(variant.fields, syn::Fields::Unit)),
        });
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.out.globals.push(Global {
            name: item.ident.to_string(),
            declared: self.text.cut(item.ty.span()),
            at: self.text.span(item.ident.span()).start,
        });
        visit::visit_item_static(self, item);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.out.globals.push(Global {
            name: item.ident.to_string(),
            declared: self.text.cut(item.ty.span()),
            at: self.text.span(item.ident.span()).start,
        });
        visit::visit_item_const(self, item);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let (pattern, declared) = match &local.pat {
            syn::Pat::Type(typed) => (&*typed.pat, Some(self.text.cut(typed.ty.span()))),
            pattern => (pattern, None),
        };
        if let syn::Pat::Ident(ident) = pattern {
            self.out.locals.push(Local {
                name: ident.ident.to_string(),
                declared,
                init: local.init.as_ref().map(|init| self.text.cut(init.expr.span())),
                init_span: local
                    .init
                    .as_ref()
                    .map(|init| self.text.span(init.expr.span()))
                    .unwrap_or_default(),
                is_mut: ident.mutability.is_some(),
                span: self.text.span(local.span()),
            });
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_for_loop(&mut self, expr: &'ast syn::ExprForLoop) {
        self.out.iterated.push(self.text.span(expr.expr.span()));
        self.out.loops.push(Loop {
            kind: LoopKind::For {
                iterated: self.text.cut(expr.expr.span()),
                at: self.text.span(expr.expr.span()),
            },
            bound: bound_names(&expr.pat),
            exits_early: exits_early(&expr.body),
            span: self.text.span(expr.span()),
            body: self.text.span(expr.body.span()),
            head: self.text.span(expr.for_token.span()).start,
        });
        visit::visit_expr_for_loop(self, expr);
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        let condition = self.text.span(expr.cond.span());
        let body = self.text.span(expr.body.span());
        self.out.loops.push(Loop {
            kind: LoopKind::While,
            bound: match &*expr.cond {
                syn::Expr::Let(condition) => bound_names(&condition.pat),
                _ => Vec::new(),
            },
            exits_early: exits_early(&expr.body),
            span: self.text.span(expr.span()),
            // The condition runs as often as the body.
            body: super::Span {
                start: condition.start,
                end: body.end,
            },
            head: self.text.span(expr.while_token.span()).start,
        });
        visit::visit_expr_while(self, expr);
    }

    fn visit_expr_loop(&mut self, expr: &'ast syn::ExprLoop) {
        self.out.loops.push(Loop {
            kind: LoopKind::While,
            bound: Vec::new(),
            exits_early: exits_early(&expr.body),
            span: self.text.span(expr.span()),
            body: self.text.span(expr.body.span()),
            head: self.text.span(expr.loop_token.span()).start,
        });
        visit::visit_expr_loop(self, expr);
    }

    fn visit_expr_method_call(&mut self, expr: &'ast syn::ExprMethodCall) {
        let method = expr.method.to_string();
        if PER_ELEMENT.contains(&method.as_str()) {
            for argument in &expr.args {
                if let syn::Expr::Closure(closure) = argument {
                    self.out.loops.push(Loop {
                        kind: LoopKind::Closure {
                            method: method.clone(),
                            receiver: self.text.cut(expr.receiver.span()),
                        },
                        bound: closure.inputs.iter().flat_map(bound_names).collect(),
                        exits_early: false,
                        span: self.text.span(expr.span()),
                        body: self.text.span(closure.span()),
                        head: self.text.span(expr.method.span()).start,
                    });
                }
            }
        }
        let receiver = self.text.cut(expr.receiver.span());
        let operands: Vec<&syn::Expr> = std::iter::once(&*expr.receiver).chain(&expr.args).collect();
        let at = Spans {
            name: expr.method.span(),
            turbofish: expr.turbofish.as_ref().map(|turbofish| turbofish.args.span()),
            whole: expr.span(),
        };
        self.call(Callee::Method, method, receiver, &operands, at);
        visit::visit_expr_method_call(self, expr);
    }

    fn visit_expr_call(&mut self, expr: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = &*expr.func
            && let Some(last) = path.path.segments.last()
        {
            let operands: Vec<&syn::Expr> = expr.args.iter().collect();
            let at = Spans {
                name: last.ident.span(),
                turbofish: None,
                whole: expr.span(),
            };
            self.call(
                Callee::Function,
                last.ident.to_string(),
                self.text.cut(path.span()),
                &operands,
                at,
            );
        }
        visit::visit_expr_call(self, expr);
    }

    fn visit_expr_binary(&mut self, expr: &'ast syn::ExprBinary) {
        let (operator, left) = (self.text.cut(expr.op.span()), self.text.cut(expr.left.span()));
        let at = Spans {
            name: expr.left.span(),
            turbofish: None,
            whole: expr.span(),
        };
        self.call(Callee::Operator, operator, left, &[&expr.left, &expr.right], at);
        visit::visit_expr_binary(self, expr);
    }

    fn visit_expr_assign(&mut self, expr: &'ast syn::ExprAssign) {
        if matches!(&*expr.left, syn::Expr::Field(_) | syn::Expr::Index(_)) {
            self.out.stored.push(self.text.span(expr.right.span()));
        }
        let left = self.text.cut(expr.left.span());
        let at = Spans {
            name: expr.left.span(),
            turbofish: None,
            whole: expr.span(),
        };
        self.call(Callee::Operator, "=".to_owned(), left, &[&expr.left, &expr.right], at);
        visit::visit_expr_assign(self, expr);
    }

    fn visit_expr_index(&mut self, expr: &'ast syn::ExprIndex) {
        let at = Spans {
            name: expr.expr.span(),
            turbofish: None,
            whole: expr.span(),
        };
        let of = self.text.cut(expr.expr.span());
        self.call(Callee::Operator, "index".to_owned(), of, &[&expr.expr, &expr.index], at);
        self.out.indexed.push(Indexed {
            base: self.text.span(expr.expr.span()),
            index: self.text.cut(expr.index.span()),
        });
        visit::visit_expr_index(self, expr);
    }

    fn visit_expr_return(&mut self, expr: &'ast syn::ExprReturn) {
        if let Some(value) = &expr.expr {
            self.returned(value);
        }
        visit::visit_expr_return(self, expr);
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        self.out.stored.push(self.text.span(field.expr.span()));
        visit::visit_field_value(self, field);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let parser = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let parsed = mac.parse_body_with(parser).unwrap_or_default();
        if let Some(last) = mac.path.segments.last() {
            self.out.calls.push(CallExpr {
                callee: Callee::Macro,
                name: last.ident.to_string(),
                receiver: String::new(),
                turbofish: None,
                arguments: vec![self.text.cut(mac.tokens.span())],
                operands: parsed.iter().map(|operand| self.text.span(operand.span())).collect(),
                at: self.text.span(mac.path.span()).start,
                span: self.text.span(mac.span()),
            });
        }
        // Most macros of the standard library take expressions: loops and calls in them count too.
        for operand in &parsed {
            self.visit_expr(operand);
        }
        if parsed.is_empty() {
            for statement in statements(&mac.tokens) {
                self.visit_stmt(&statement);
            }
        }
    }
}
