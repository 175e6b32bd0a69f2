//! What the source says around a position: functions, loops, calls and declarations, as plain data.
//!
//! Syntax explains and locates; it is never evidence. A file that does not parse gives no facts.

mod collect;
mod expand;
mod flow;
mod guard;
mod moves;
mod patterns;
mod query;
mod temporaries;
#[cfg(test)]
mod tests;
mod text;
mod usage;

pub(crate) use flow::{Binding, BindingKind, Change, Flow, How, Use, is_overlapping};
pub(crate) use guard::Section;
pub(crate) use query::{field_before, is_fixed, last_field, mentions, root_name};
pub(crate) use text::SourceText;
pub(crate) use usage::{Usage, is_reader};

/// A position: line and column, both from 1; columns count bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// Line.
    pub(crate) line: u32,
    /// Column.
    pub(crate) column: u32,
}

/// From the first byte to behind the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// First byte.
    pub(crate) start: Position,
    /// Behind the last byte.
    pub(crate) end: Position,
}

impl Span {
    /// Whether a position lies inside. A position of column 0 (unknown) lies inside when its line does.
    pub(crate) fn contains(&self, position: Position) -> bool {
        if position.column == 0 {
            self.start.line <= position.line && position.line <= self.end.line
        } else {
            self.start <= position && position < self.end
        }
    }

    /// Whether another span lies inside, or is the same.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.end.line - self.start.line, self.end.column)
    }
}

/// A function or method.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// The type that it is a method of.
    pub(crate) self_type: Option<String>,
    /// All of it.
    pub(crate) span: Span,
    /// Its block; empty when it is only declared.
    pub(crate) body: Span,
    /// Names and types of its parameters, `self` left out.
    pub(crate) parameters: Vec<(String, String)>,
    /// Its return type, as written.
    pub(crate) output: Option<String>,
    /// How it takes `self`, when it does.
    pub(crate) receiver: Option<Receiver>,
}

/// How a method takes `self`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// `&self`.
    Shared,
    /// `&mut self`.
    Mutable,
    /// `self`, `self: Rc<Self>` …
    Value,
}

/// What repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LoopKind {
    /// `for pattern in iterated`.
    For {
        /// The iterated expression, as written.
        iterated: String,
        /// Where it stands.
        at: Span,
    },
    /// `while condition`, `loop`.
    While,
    /// A closure given to a method that calls it per element.
    Closure {
        /// The method: `map`, `for_each` …
        method: String,
        /// What the method is called on, as written.
        receiver: String,
    },
}

/// A loop.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Loop {
    /// What repeats.
    pub(crate) kind: LoopKind,
    /// Names that are new in every pass: of the pattern, of `while let`, of the closure's parameters.
    pub(crate) bound: Vec<String>,
    /// Whether a `break` or `return` stands in its body.
    pub(crate) exits_early: bool,
    /// All of it; for a closure, the method call.
    pub(crate) span: Span,
    /// What runs again and again.
    pub(crate) body: Span,
    /// Where it starts to be read: the keyword, or the method's name.
    pub(crate) head: Position,
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee {
    /// `receiver.name(..)`.
    Method,
    /// `path::name(..)`.
    Function,
    /// `name!(..)`.
    Macro,
    /// `receiver + …`, `receiver += …`; `name` is the operator.
    Operator,
}

/// A call, a macro use or an arithmetic operator.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CallExpr {
    /// What is called.
    pub(crate) callee: Callee,
    /// Method name, last path segment, macro name or operator.
    pub(crate) name: String,
    /// Path of a function, receiver of a method, left side of an operator; as written.
    pub(crate) receiver: String,
    /// Generic arguments written behind the name: `Vec<_>` of `collect::<Vec<_>>()`.
    pub(crate) turbofish: Option<String>,
    /// Arguments as written; for a macro, its tokens.
    pub(crate) arguments: Vec<String>,
    /// Where the receiver of a method stands, then the arguments.
    pub(crate) operands: Vec<Span>,
    /// Where the name stands.
    pub(crate) at: Position,
    /// All of it.
    pub(crate) span: Span,
}

/// `let name: type = init`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Local {
    /// Name bound.
    pub(crate) name: String,
    /// Type as written.
    pub(crate) declared: Option<String>,
    /// Initializer as written.
    pub(crate) init: Option<String>,
    /// Where the initializer stands.
    pub(crate) init_span: Span,
    /// Whether it is `mut`.
    pub(crate) is_mut: bool,
    /// All of it.
    pub(crate) span: Span,
}

/// A field of a struct, or of a variant of an enum.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    /// The struct or enum.
    pub(crate) owner: String,
    /// The field; the variant where its field has no name.
    pub(crate) name: String,
    /// Its type as written.
    pub(crate) declared: String,
    /// Where its name stands.
    pub(crate) at: Position,
}

/// An `enum`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Enum {
    /// Its name.
    pub(crate) name: String,
    /// How many variants it has.
    pub(crate) n_variants: usize,
    /// Whether a variant carries data.
    pub(crate) has_data: bool,
}

/// `static` or `const`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Global {
    /// Its name.
    pub(crate) name: String,
    /// Its type as written.
    pub(crate) declared: String,
    /// Where its name stands.
    pub(crate) at: Position,
}

/// A plain name at a position.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Name {
    /// The name.
    pub(crate) name: String,
    /// Where.
    pub(crate) at: Position,
}

/// `base[index]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Indexed {
    /// Where what is indexed stands.
    pub(crate) base: Span,
    /// The index, as written.
    pub(crate) index: String,
}

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FileSyntax {
    /// Functions and methods, in order.
    pub(crate) functions: Vec<Function>,
    /// Loops, in order.
    pub(crate) loops: Vec<Loop>,
    /// Calls, macros and operators, in order.
    pub(crate) calls: Vec<CallExpr>,
    /// Local variables, in order.
    pub(crate) locals: Vec<Local>,
    /// Fields of structs, in order.
    pub(crate) fields: Vec<Field>,
    /// Enums, in order.
    pub(crate) enums: Vec<Enum>,
    /// Statics and constants, in order.
    pub(crate) globals: Vec<Global>,
    /// Values that leave their function: tails of bodies, and what follows `return`.
    pub(crate) returned: Vec<Span>,
    /// Values of fields in struct literals, and right sides of assignments to fields.
    pub(crate) stored: Vec<Span>,
    /// What `for` loops walk over.
    pub(crate) iterated: Vec<Span>,
    /// Names that are given away by value: to a call, a field, the caller, a moving closure.
    pub(crate) moves: Vec<Name>,
    /// Index expressions: what is indexed.
    pub(crate) indexed: Vec<Indexed>,
    /// Code that runs on a condition: branches of `if`, arms of `match`.
    pub(crate) branches: Vec<Span>,
    /// Where values come from and what changes them.
    pub(crate) flow: Flow,
    /// Where temporaries die: statements, conditions, bodies of arms and closures.
    pub(crate) temporaries: Vec<Span>,
    /// Where patterns stand.
    pub(crate) patterns: Vec<Span>,
}

impl FileSyntax {
    /// The facts of a source text; `None` when it does not parse.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut file = syn::parse_file(text).ok()?;
        expand::expand(&mut file);
        let text = SourceText::new(text);
        let mut syntax = collect::collect(&file, &text);
        (syntax.moves, syntax.branches) = moves::collect(&file, &text);
        syntax.flow = flow::collect(&file, &text);
        syntax.temporaries = temporaries::collect(&file, &text);
        syntax.patterns = patterns::collect(&file, &text);
        Some(syntax)
    }
}
