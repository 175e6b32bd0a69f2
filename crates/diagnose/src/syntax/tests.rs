//! What the source says around a position marked with `$`.

use super::{Callee, FileSyntax, LoopKind, Position, Usage};

/// The facts of a source, and the position of its `$` marks.
fn parse(marked: &str) -> (FileSyntax, Position) {
    let at = marked.find('$').expect("a mark");
    let before = &marked[..at];
    let line = before.matches('\n').count() as u32 + 1;
    let column = (at - before.rfind('\n').map_or(0, |newline| newline + 1)) as u32 + 1;
    let syntax = FileSyntax::parse(&marked.replace('$', "")).expect("valid source");
    (syntax, Position { line, column })
}

#[test]
fn the_call_is_found_by_its_name_by_its_start_and_by_its_line() {
    for (source, name, receiver) in [
        (
            "fn f(v: &[u8]) -> bool { v.iter().map(g).$any(h) }",
            "any",
            "v.iter().map(g)",
        ),
        ("fn f(v: &[u8]) -> bool { $v.contains(&3) }", "contains", "v"),
        (
            "fn f(v: &[u8]) -> bool {\n    v\n      .iter()\n      .$find(|x| **x == 3)\n      .is_some() }",
            "find",
            "v.iter()",
        ),
    ] {
        let (syntax, at) = parse(source);
        let call = syntax.call_at(at, &[name]).expect("a call");
        assert_eq!(
            (call.name.as_str(), call.receiver.as_str()),
            (name, receiver),
            "{source}"
        );
    }
}

#[test]
fn columns_count_bytes_behind_other_letters() {
    let (syntax, at) = parse("fn f(v: &[u8]) -> bool { let _ä = \"größe\"; v.$contains(&3) }");
    assert_eq!(syntax.call_at(at, &["contains"]).unwrap().at, at);
}

#[test]
fn loops_hold_their_bodies_and_a_while_its_condition() {
    for (source, kinds) in [
        ("fn f() { for x in 0..3 { $g(x) } }", "for"),
        ("fn f() { for x in $g() { h(x) } }", ""),
        ("fn f() { while $g() {} }", "while"),
        ("fn f() { loop { for x in 0..3 { $g(x) } } }", "for while"),
        ("fn f(v: &[u8]) { v.iter().for_each(|x| $g(x)) }", "for_each"),
        ("fn f() { for x in 0..3 { fn inner() { $g() } } }", ""),
    ] {
        let (syntax, at) = parse(source);
        let found: Vec<&str> = syntax
            .loops_at(at)
            .iter()
            .map(|found| match &found.kind {
                LoopKind::For { .. } => "for",
                LoopKind::While => "while",
                LoopKind::Closure { method, .. } => method,
            })
            .collect();
        assert_eq!(found.join(" "), kinds, "{source}");
    }
}

#[test]
fn usage_tells_what_becomes_of_a_value() {
    let usage = |source: &str| {
        let (syntax, at) = parse(source);
        let call = syntax.call_at(at, &["clone", "format"]).expect("a call");
        match syntax.usage_of(call.span) {
            Usage::Bound(local) => format!("bound {}{}", if local.is_mut { "mut " } else { "" }, local.name),
            Usage::Argument(call) => format!("argument of {}", call.name),
            Usage::Receiver(call) => format!("receiver of {}", call.name),
            Usage::Iterated => "iterated".to_owned(),
            Usage::Returned => "returned".to_owned(),
            Usage::Stored => "stored".to_owned(),
            Usage::Indexed(index) => format!("indexed {index}"),
            Usage::Other => "other".to_owned(),
        }
    };
    for (source, expected) in [
        ("fn f(a: &A) { let x = a.$clone(); }", "bound x"),
        ("fn f(a: &A) { let mut x = a.$clone(); }", "bound mut x"),
        ("fn f(a: &A) -> A { a.$clone() }", "returned"),
        (
            "fn f(a: &A) -> Option<A> { match a.n { 0 => None, _ => Some(a.$clone()) } }",
            "returned",
        ),
        ("fn f(a: &A) -> A { if a.n { return a.$clone(); } g() }", "returned"),
        ("fn f(a: &A) { g(&a.$clone()) }", "argument of g"),
        ("fn f(a: &A) { v.push(a.$clone()) }", "argument of push"),
        ("fn f(a: &A) { for x in a.$clone() {} }", "iterated"),
        ("fn f(a: &A) -> usize { a.$clone().len() }", "receiver of len"),
        ("fn f(a: &A) { let b = B { a: a.$clone() }; }", "stored"),
        ("fn f(a: &A) { self.a = a.$clone(); }", "stored"),
        ("fn f(a: &A) { s += &$format!(\"{a}\"); }", "argument of +="),
    ] {
        assert_eq!(usage(source), expected, "{source}");
    }
}

#[test]
fn macros_are_calls_and_so_is_what_stands_in_them() {
    let (syntax, at) = parse("fn f(a: &A) { println!(\"{}\", a.$clone()); }");
    assert_eq!(
        syntax.call_at(at, &["clone"]).map(|call| call.callee),
        Some(Callee::Method)
    );
    let (syntax, at) = parse("fn f(a: &A) { $println!(\"{a}\"); }");
    assert_eq!(
        syntax.call_at(at, &["println"]).map(|call| call.callee),
        Some(Callee::Macro)
    );
}

#[test]
fn what_does_not_parse_gives_no_facts() {
    assert_eq!(FileSyntax::parse("fn f( {"), None);
}

#[test]
fn odd_sources_do_not_panic() {
    for source in [
        "",
        "fn f() { println!(); vec![]; () }",
        "\u{feff}fn f() { g(x) }\r\n",
        "fn f() { \"größe\".to_owned() }",
        "fn f() {\n\tfor x in\n\t\ty {\n}\n}",
        "macro_rules! m { ($($x:tt)*) => { $($x)* } }\nm! { fn f() {} }",
    ] {
        let syntax = FileSyntax::parse(source).expect("valid source");
        for line in 0..6 {
            for column in [0, 1, 9, 1000] {
                let at = Position { line, column };
                let _ = (syntax.call_at(at, &[]), syntax.loops_at(at), syntax.local_at(at, "x"));
            }
        }
    }
}
