//! How long temporaries live: the spans at whose end the compiler drops what an expression has made on the way.

use super::{SourceText, Span};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr};

/// The spans of a file at whose end temporaries die: statements, conditions without `let`, bodies of arms and closures.
pub(super) fn collect(file: &syn::File, text: &SourceText<'_>) -> Vec<Span> {
    let mut collector = Collector {
        text,
        spans: Vec::new(),
    };
    collector.visit_file(file);
    collector.spans
}

struct Collector<'a> {
    text: &'a SourceText<'a>,
    spans: Vec<Span>,
}

impl Collector<'_> {
    /// A plain condition drops its temporaries before the block runs; one with `let` keeps them.
    fn condition(&mut self, condition: &Expr) {
        if !has_let(condition) {
            self.spans.push(self.text.span(condition.span()));
        }
    }
}

fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => has_let(&both.left) || has_let(&both.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        self.spans.push(self.text.span(statement.span()));
        visit::visit_stmt(self, statement);
    }

    fn visit_expr_if(&mut self, expr: &'ast syn::ExprIf) {
        self.condition(&expr.cond);
        visit::visit_expr_if(self, expr);
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        self.condition(&expr.cond);
        visit::visit_expr_while(self, expr);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.spans.push(self.text.span(arm.body.span()));
        visit::visit_arm(self, arm);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.spans.push(self.text.span(closure.body.span()));
        visit::visit_expr_closure(self, closure);
    }
}
