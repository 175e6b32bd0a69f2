//! What sources become.

use super::*;
use crate::Sources;
use crate::memory::declaration;
use profile::{Ledger, Profile, Scope};

/// The only file, after the edits; `None` when there are none.
fn edited(text: &str, edit: impl Fn(&Context<'_>) -> Option<Vec<Edit>>) -> Option<String> {
    let profile = Profile::default();
    let ledger = Ledger::book(&profile, &Scope::User);
    let sources = Sources::from_iter([("main.rs".to_owned(), text.to_owned())]);
    let context = Context::new(&profile, &ledger, &sources);
    let mut edits = edit(&context)?;
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.start..edit.end, &edit.text);
    }
    Some(text)
}

#[test]
fn structs_get_lines_of_their_own() {
    let aligned = |text: &str| edited(text, |ctx| aligned(ctx, &declaration(ctx, "app::A", None)?));
    assert_eq!(
        aligned("/// Counts.\n#[derive(Default)]\npub(crate) struct A(u8);\n").as_deref(),
        Some("/// Counts.\n#[derive(Default)]\n#[repr(align(128))]\npub(crate) struct A(u8);\n")
    );
    assert_eq!(
        aligned("#[repr(C)]\nstruct A { a: u8 }\n").as_deref(),
        Some("#[repr(C, align(128))]\nstruct A { a: u8 }\n")
    );
    for text in [
        "#[repr(align(64))]\nstruct A { a: u8 }\n",
        "#[repr(packed)]\nstruct A { a: u8 }\n",
        "struct B;\n",
    ] {
        assert_eq!(aligned(text), None, "{text}");
    }
}

#[test]
fn fields_are_wrapped_where_they_are_declared_made_and_used() {
    let wrapped = |text: &str, wrapper| {
        edited(text, |ctx| {
            wrapped_fields(ctx, &declaration(ctx, "app::A", None)?, &["a", "b"], wrapper)
        })
    };
    let text = "#[derive(Debug)]\nstruct A {\n    a: U,\n    b: U, // two\n    c: u8,\n}\nfn f(b: U) -> A {\n    let a = A { a: U::new(1, 2), b, c: 3 };\n    a.a.add(1);\n    a.b();\n    a\n}\n";
    assert_eq!(
        wrapped(text, Wrapper::OwnLine).as_deref(),
        Some(
            "#[derive(Debug)]\nstruct A {\n    a: OwnLine<U>,\n    b: OwnLine<U>, // two\n    c: u8,\n}\n\n/// A value on cache lines of its own: threads that write to its neighbours do not take it away.\n#[derive(Debug)]\n#[repr(align(128))]\nstruct OwnLine<T>(T);\nfn f(b: U) -> A {\n    let a = A { a: OwnLine(U::new(1, 2)), b: OwnLine(b), c: 3 };\n    a.a.0.add(1);\n    a.b();\n    a\n}\n"
        )
    );
    let assigned = "struct A { a: U, b: U }\nfn f(x: &mut A) { x.a = U(1); if x.b == y {} }\n";
    assert_eq!(
        wrapped(assigned, Wrapper::Box).as_deref(),
        Some("struct A { a: Box<U>, b: Box<U> }\nfn f(x: &mut A) { x.a = Box::new(U(1)); if x.b == y {} }\n")
    );
    // A wrapper that leads nowhere by itself needs to know which field is meant.
    assert_eq!(
        wrapped(&format!("{text}struct B {{ a: u8 }}\n"), Wrapper::OwnLine),
        None
    );
}

#[test]
fn statics_and_elements_are_wrapped() {
    let text = "static A: U = U::new(0);\nstatic B: U = U::new(0);\nfn f() { A.add(1); g(&B); }\n";
    assert_eq!(
        edited(text, |ctx| wrapped_statics(ctx, &["A", "B"])).as_deref(),
        Some(
            "static A: OwnLine<U> = OwnLine(U::new(0));\nstatic B: OwnLine<U> = OwnLine(U::new(0));\n\n/// A value on cache lines of its own: threads that write to its neighbours do not take it away.\n#[repr(align(128))]\nstruct OwnLine<T>(T);\nfn f() { A.0.add(1); g(&B.0); }\n"
        )
    );
    assert_eq!(
        edited("static A: U = U(0);\n", |ctx| wrapped_statics(ctx, &["A", "B"])),
        None
    );
    let list = "static A: [U; 4] = [const { U::new(0) }; 4];\nfn f(n: usize) -> Vec<U> { (0..n).map(|_| U::new(0)).collect() }\nfn g() { let one = U::new(7); }\n";
    let wrapped = edited(list, |ctx| wrapped_elements(ctx, "main.rs", "U")).unwrap();
    assert!(
        wrapped.starts_with("static A: [OwnLine<U>; 4] = [const { OwnLine(U::new(0)) }; 4];\nfn f(n: usize) -> Vec<OwnLine<U>> { (0..n).map(|_| OwnLine(U::new(0))).collect() }\nfn g() { let one = U::new(7); }\n"),
        "{wrapped}"
    );
    assert!(wrapped.contains("impl<T> std::ops::Deref for OwnLine<T>"));
}

#[test]
fn large_variants_are_boxed_where_values_are_made_and_not_where_they_are_taken_apart() {
    let boxed = |text: &str| {
        edited(text, |ctx| {
            boxed_variants(
                ctx,
                &declaration(ctx, "app::E", None)?,
                &[("Big", "0"), ("Named", "bytes")],
            )
        })
    };
    let text = "enum E { Small(u8), Big([u8; 99], u8), Named { at: u8, bytes: [u8; 99] } }\nfn f(bytes: [u8; 99]) -> Vec<E> { vec![E::Big([0; 99], 1), E::Named { at: 1, bytes }, E::Named { bytes: [1; 99], at: 2 }] }\nimpl E { fn g(&self) -> u8 { match self { Self::Big(bytes, _) | E::Named { bytes, .. } => bytes[0], Self::Small(a) => *a } }\nfn h(e: &E) -> bool { matches!(e, E::Big(..)) } }\n";
    assert_eq!(
        boxed(text).as_deref(),
        Some(
            "enum E { Small(u8), Big(Box<[u8; 99]>, u8), Named { at: u8, bytes: Box<[u8; 99]> } }\nfn f(bytes: [u8; 99]) -> Vec<E> { vec![E::Big(Box::new([0; 99]), 1), E::Named { at: 1, bytes: Box::new(bytes) }, E::Named { bytes: Box::new([1; 99]), at: 2 }] }\nimpl E { fn g(&self) -> u8 { match self { Self::Big(bytes, _) | E::Named { bytes, .. } => bytes[0], Self::Small(a) => *a } }\nfn h(e: &E) -> bool { matches!(e, E::Big(..)) } }\n"
        )
    );
    assert_eq!(boxed("enum E { Big(u8) }\n"), None);
}

#[test]
fn cold_fields_move_into_a_struct_behind_a_box() {
    let split = |text: &str| edited(text, |ctx| split(ctx, &declaration(ctx, "app::A", None)?, &["b", "c"]));
    let text = "#[derive(Clone)]\npub struct A {\n    a: u8,\n    /// Its name.\n    pub b: String,\n    c: [u8; 9],\n}\nfn f(c: [u8; 9]) -> A {\n    A {\n        a: 1,\n        b: g(1, 2),\n        c,\n    }\n}\nfn h(a: &A) -> usize { a.b.len() + a.a as usize }\n";
    assert_eq!(
        split(text).as_deref(),
        Some(
            "#[derive(Clone)]\npub struct A {\n    a: u8,\n    rest: Box<ARest>,\n}\n\n/// What few loops read of a [`A`].\n#[derive(Clone)]\npub struct ARest {\n    /// Its name.\n    pub b: String,\n    c: [u8; 9],\n}\nfn f(c: [u8; 9]) -> A {\n    A {\n        a: 1,\n        rest: Box::new(ARest {\n            b: g(1, 2),\n            c,\n        }),\n    }\n}\nfn h(a: &A) -> usize { a.rest.b.len() + a.a as usize }\n"
        )
    );
    for more in [
        "fn i(a: A) { let A { b, .. } = a; }\n",
        "fn i(a: A) -> A { A { a: 1, b: a.b, c: a.c } }\n",
        "fn i(a: A) -> A { A { a: 1, ..a } }\n",
        "struct B { c: u8 }\n",
    ] {
        assert_eq!(split(&format!("{text}{more}")), None, "{more}");
    }
}

#[test]
fn fields_are_put_in_another_order() {
    let text = "#[repr(C)]\nstruct A {\n    a: u8,\n    /// Large.\n    b: u64,\n}\n";
    assert_eq!(
        edited(text, |ctx| in_order(ctx, &declaration(ctx, "A", None)?, &["b", "a"])).as_deref(),
        Some("#[repr(C)]\nstruct A {\n    /// Large.\n    b: u64,\n    a: u8,\n}\n")
    );
}
