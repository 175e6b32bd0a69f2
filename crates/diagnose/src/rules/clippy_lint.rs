//! The rule `clippy-lint`.

mod fold;

use crate::editor::Editor;
use crate::rule::declare_rule;
use crate::syntax::{FileSyntax, Position};
use crate::{Applicability, Booked, Candidate, Candidates, Confidence, Context, Edit, Effort, Fix, Generality, Place};
use profile::{Lint, Message, Suggestion, Work};

declare_rule! {
    /// ## What it finds
    /// A line that costs and about which clippy has something to say: its performance lints and some from its stricter
    /// groups, each with the share of the run that was measured there.
    /// ## Why it is slow
    /// What each lint says stands in clippy's own list: <https://rust-lang.github.io/rust-clippy/master/>.
    /// ## Evidence
    /// Clippy looked at the source, and the costs that such a lint is about (copies, formatting, locks, or all work
    /// of the line) were measured at the lines that it names. What cold lines are told is left out. When another rule
    /// explains the same cost, that rule speaks.
    /// ## How to see it by hand
    /// `cargo clippy -- -W clippy::perf -W clippy::nursery`, and a profiler to tell which of its hundred lines are hot.
    /// ## Fix and its safety
    /// Clippy's own suggestion. Where it calls the suggestion machine-applicable, the meaning stays the same; `cargo
    /// clippy --fix` applies all of them at once.
    /// ## When not to
    /// The lint's list of known problems applies to your line. Lints of the nursery group are wrong now and then.
    pub(super) CLIPPY_LINT = "clippy-lint", level 3, check, says [
        "clippy-lint-title",
        "clippy-lint-why",
        "clippy-lint-fix",
        "clippy-lint-fix-fold",
        "clippy-lint-fix-digits",
        "clippy-lint-fix-suggested",
    ]
}

/// Which costs a lint is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// Making, copying and freeing values.
    Copies,
    /// Formatting, with the strings that it makes.
    Formatting,
    /// Taking locks and waiting for them.
    Locks,
    /// All that the lines do.
    Line,
}

/// Rewriting a line in a better way halves its cost at best.
const LINE_FACTOR: f64 = 2.0;
/// A lint about a whole function or type says nothing about where the cost is.
const MAX_LINES: u32 = 20;

/// The lints that are asked for: those of the group `perf` that name a place where time is spent, and of the stricter
/// groups those about speed. Not those about style only (`implicit_clone`, `manual_contains`), nor `suboptimal_flops`: without FMA in the target `mul_add` is a slow library call.
const LINTS: [(&str, About); 46] = [
    ("assigning_clones", About::Copies),
    ("bytes_nth", About::Line),
    ("chars_last_cmp", About::Line),
    ("chars_next_cmp", About::Line),
    ("cmp_owned", About::Copies),
    ("collapsible_str_replace", About::Line),
    ("double_ended_iterator_last", About::Line),
    ("drain_collect", About::Copies),
    ("expect_fun_call", About::Formatting),
    ("extend_with_drain", About::Copies),
    ("format_collect", About::Formatting),
    ("format_in_format_args", About::Formatting),
    ("format_push_string", About::Formatting),
    ("inefficient_to_string", About::Formatting),
    ("iter_overeager_cloned", About::Copies),
    ("iter_skip_next", About::Line),
    ("iter_with_drain", About::Copies),
    ("large_types_passed_by_value", About::Copies),
    ("manual_ignore_case_cmp", About::Copies),
    ("manual_memcpy", About::Line),
    ("manual_retain", About::Line),
    ("manual_str_repeat", About::Line),
    ("map_entry", About::Line),
    ("mutex_atomic", About::Locks),
    ("mutex_integer", About::Locks),
    ("naive_bytecount", About::Line),
    ("needless_collect", About::Copies),
    ("or_fun_call", About::Copies),
    ("readonly_write_lock", About::Locks),
    ("redundant_allocation", About::Copies),
    ("redundant_clone", About::Copies),
    ("regex_creation_in_loops", About::Line),
    ("same_item_push", About::Copies),
    ("set_contains_or_insert", About::Line),
    ("significant_drop_tightening", About::Locks),
    ("sliced_string_as_bytes", About::Line),
    ("slow_vector_initialization", About::Copies),
    ("stable_sort_primitive", About::Line),
    ("to_string_in_format_args", About::Formatting),
    ("trivial_regex", About::Line),
    ("unbuffered_bytes", About::Line),
    ("unnecessary_fold", About::Line),
    ("unnecessary_to_owned", About::Copies),
    ("useless_vec", About::Copies),
    ("vec_init_then_push", About::Copies),
    ("waker_clone_wake", About::Copies),
];

/// Names of the lints that clippy is to be asked for.
pub fn clippy_lints() -> Vec<&'static str> {
    LINTS.iter().map(|&(name, _)| name).collect()
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    out.extend(ctx.profile().lints.iter().filter_map(|lint| found(ctx, lint)));
}

fn found(ctx: &Context<'_>, lint: &Lint) -> Option<Candidate> {
    let &(_, about) = LINTS.iter().find(|(name, _)| *name == lint.name)?;
    let is_there = |booked: &Booked<'_>| {
        booked.site.file.as_deref() == Some(lint.file.as_str())
            && (lint.first_line..=lint.last_line).contains(&booked.site.line)
    };
    if lint.last_line - lint.first_line > MAX_LINES {
        return None;
    }
    let booked: Vec<Booked<'_>> = ctx
        .entries()
        .filter(|booked| is_there(booked) && is_about(about, booked))
        .collect();
    let function = booked.first()?.site.function.clone();
    let place = Place {
        file: lint.file.clone(),
        line: lint.first_line,
        column: lint.column,
        function,
    };
    let mut candidate = Candidate::new(&CLIPPY_LINT, place, booked.iter().map(|booked| booked.idx));
    if about == About::Line {
        candidate.local_factor = LINE_FACTOR;
        candidate.confidence = Confidence::Possible;
        candidate.generality = Generality::General;
    } else {
        candidate.confidence = Confidence::Likely;
        candidate.generality = Generality::Linted;
    }
    candidate.title = Message::new("clippy-lint-title")
        .text("lint", lint.name.clone())
        .text("says", lint.message.clone());
    candidate.why = Message::new("clippy-lint-why");
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate.fixes = fixes(ctx, lint);
    Some(candidate)
}

fn is_about(about: About, booked: &Booked<'_>) -> bool {
    let is_copying = matches!(
        booked.entry.work,
        Work::Alloc | Work::Free | Work::Grow | Work::Copy | Work::Fill | Work::Drop | Work::PageFault
    );
    match about {
        About::Copies => is_copying || booked.call.contains("clone") || booked.call.contains("to_"),
        About::Formatting => is_copying || booked.entry.work == Work::Format,
        About::Locks => matches!(booked.entry.work, Work::Lock | Work::LockWait),
        About::Line => true,
    }
}

fn fixes(ctx: &Context<'_>, lint: &Lint) -> Vec<Fix> {
    let Some(suggestion) = &lint.suggestion else {
        let own = own(ctx, lint);
        let advice = || Fix::advice(Message::new("clippy-lint-fix"), Effort::Simple);
        return if own.is_empty() { vec![advice()] } else { own };
    };
    let edits = suggestion.edits.iter().map(|edit| Edit {
        file: edit.file.clone(),
        start: edit.start as usize,
        end: edit.end as usize,
        text: edit.text.clone(),
    });
    vec![Fix {
        applicability: match suggestion.is_machine_applicable {
            true => Applicability::Machine,
            false => Applicability::Maybe,
        },
        edits: edits.collect(),
        ..Fix::advice(
            Message::new("clippy-lint-fix-suggested").text("help", help(suggestion)),
            Effort::Simple,
        )
    }]
}

/// Edits where clippy has words only.
fn own(ctx: &Context<'_>, lint: &Lint) -> Vec<Fix> {
    let at = Position {
        line: lint.first_line,
        column: lint.column,
    };
    if lint.name != "format_collect" {
        return Vec::new();
    }
    let edited = |title, edit: &dyn Fn(&mut Editor<'_>, &FileSyntax) -> Option<()>| {
        let mut editor = ctx.editor(&lint.file)?;
        edit(&mut editor, ctx.syntax_of(&lint.file)?)?;
        editor.into_fix(Message::new(title), Effort::Simple)
    };
    let written = edited("clippy-lint-fix-fold", &|editor, syntax| {
        fold::written(editor, syntax, at)
    });
    let digits = ["&u8", "u8"].map(|of| {
        edited("clippy-lint-fix-digits", &|editor, syntax| {
            fold::hexadecimal(editor, syntax, at, of)
        })
    });
    written.into_iter().chain(digits.into_iter().flatten()).collect()
}

/// Clippy's words, with the text when they only introduce it.
fn help(suggestion: &Suggestion) -> String {
    match suggestion.edits.as_slice() {
        [edit] if !edit.text.trim().is_empty() && !edit.text.contains('\n') => {
            format!("{}: `{}`", suggestion.help, edit.text.trim())
        }
        _ => suggestion.help.clone(),
    }
}
