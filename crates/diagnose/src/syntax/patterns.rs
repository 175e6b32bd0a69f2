//! Where patterns stand: what looks like the making of a value there takes one apart.

use super::{SourceText, Span};
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Macro, Pat, Token};

/// The spans of a file's patterns, those of `matches!` as well.
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

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_pat(&mut self, pattern: &'ast Pat) {
        // What stands inside of it is a pattern, too.
        self.spans.push(self.text.span(pattern.span()));
    }

    fn visit_macro(&mut self, used: &'ast Macro) {
        visit::visit_macro(self, used);
        if !used.path.is_ident("matches") {
            return;
        }
        let arguments = |input: syn::parse::ParseStream<'_>| {
            let _ = input.parse::<syn::Expr>()?;
            let _ = input.parse::<Token![,]>()?;
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            let _ = input.parse::<proc_macro2::TokenStream>()?;
            Ok(pattern)
        };
        if let Ok(pattern) = arguments.parse2(used.tokens.clone()) {
            self.spans.push(self.text.span(pattern.span()));
        }
    }
}
