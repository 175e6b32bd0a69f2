//! Which local names are given away by value, and which code runs only on a condition.

use super::{Name, SourceText, Span};
use syn::visit::{self, Visit};
use syn::{Expr, spanned::Spanned};

/// The moves and the conditional parts of a file.
pub(super) fn collect(file: &syn::File, text: &SourceText<'_>) -> (Vec<Name>, Vec<Span>) {
    let mut moves = Moves {
        text,
        moves: Vec::new(),
        branches: Vec::new(),
    };
    moves.visit_file(file);
    (moves.moves, moves.branches)
}

struct Moves<'a> {
    text: &'a SourceText<'a>,
    moves: Vec<Name>,
    branches: Vec<Span>,
}

impl Moves<'_> {
    /// Writes down an expression that is given away, when it is a plain name.
    fn given(&mut self, expression: &Expr) {
        if let Expr::Path(path) = expression
            && let Some(name) = path.path.get_ident()
        {
            self.moves.push(Name {
                name: name.to_string(),
                at: self.text.span(name.span()).start,
            });
        }
    }

    fn branch(&mut self, span: proc_macro2::Span) {
        self.branches.push(self.text.span(span));
    }
}

impl<'ast> Visit<'ast> for Moves<'_> {
    fn visit_expr_call(&mut self, expr: &'ast syn::ExprCall) {
        expr.args.iter().for_each(|argument| self.given(argument));
        visit::visit_expr_call(self, expr);
    }

    fn visit_expr_method_call(&mut self, expr: &'ast syn::ExprMethodCall) {
        // A key given to `entry` is dropped again when the entry is there: how long it lives is measured.
        if expr.method != "entry" {
            expr.args.iter().for_each(|argument| self.given(argument));
        }
        if expr.method.to_string().starts_with("into_") && expr.method != "into_iter" {
            self.given(&expr.receiver);
        }
        visit::visit_expr_method_call(self, expr);
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        self.given(&field.expr);
        visit::visit_field_value(self, field);
    }

    fn visit_expr_tuple(&mut self, expr: &'ast syn::ExprTuple) {
        expr.elems.iter().for_each(|element| self.given(element));
        visit::visit_expr_tuple(self, expr);
    }

    fn visit_expr_array(&mut self, expr: &'ast syn::ExprArray) {
        expr.elems.iter().for_each(|element| self.given(element));
        visit::visit_expr_array(self, expr);
    }

    fn visit_expr_assign(&mut self, expr: &'ast syn::ExprAssign) {
        self.given(&expr.right);
        visit::visit_expr_assign(self, expr);
    }

    fn visit_expr_return(&mut self, expr: &'ast syn::ExprReturn) {
        expr.expr.iter().for_each(|value| self.given(value));
        visit::visit_expr_return(self, expr);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        if let Some(syn::Stmt::Expr(tail, None)) = block.stmts.last() {
            self.given(tail);
        }
        visit::visit_block(self, block);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.given(&init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_closure(&mut self, expr: &'ast syn::ExprClosure) {
        self.given(&expr.body);
        if expr.capture.is_some() {
            let mut names = Names::default();
            names.visit_expr(&expr.body);
            let at = self.text.span(expr.span()).start;
            self.moves.extend(names.0.into_iter().map(|name| Name { name, at }));
        }
        visit::visit_expr_closure(self, expr);
    }

    fn visit_expr_async(&mut self, expr: &'ast syn::ExprAsync) {
        if expr.capture.is_some() {
            let mut names = Names::default();
            names.visit_block(&expr.block);
            let at = self.text.span(expr.span()).start;
            self.moves.extend(names.0.into_iter().map(|name| Name { name, at }));
        }
        visit::visit_expr_async(self, expr);
    }

    fn visit_expr_if(&mut self, expr: &'ast syn::ExprIf) {
        self.branch(expr.then_branch.span());
        if let Some((_, otherwise)) = &expr.else_branch {
            self.branch(otherwise.span());
        }
        visit::visit_expr_if(self, expr);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.branch(arm.body.span());
        self.given(&arm.body);
        visit::visit_arm(self, arm);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let parsed = mac.parse_body_with(parser).unwrap_or_default();
        let keeps = mac.path.is_ident("vec");
        for operand in &parsed {
            if keeps {
                self.given(operand);
            }
            self.visit_expr(operand);
        }
    }
}

/// All plain names in an expression.
#[derive(Default)]
struct Names(Vec<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.0.extend(path.path.get_ident().map(ToString::to_string));
    }
}
