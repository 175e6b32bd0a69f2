//! Copies that nobody needs: `needless-clone`, `copy-on-write-of-shared`.

use super::{check, source};
use profile::Sketch;

#[test]
fn a_clone_that_an_iterator_makes_on_the_way_is_silent() {
    let said = |next: &str| {
        let source = source(&format!(
            "impl Iterator for Rows {{ fn next(&mut self) -> Option<V> {{\n {next} }} }}\nfn main() {{ for row in rows {{ n += row.len(); }} }}"
        ));
        let stack = source.stack(
            "libc malloc < alloc::alloc::alloc < <alloc::vec::Vec<T,A> as core::clone::Clone>::clone < <app::Rows as core::iter::traits::iterator::Iterator>::next @1 < core::iter::traits::iterator::Iterator::sum < app::main",
        );
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let sketch = Sketch::new(0.1).cpu(100, &frames);
        let findings = source.findings(&sketch.allocations(5000, 64, Some(1000), &frames).profile());
        findings.iter().any(|finding| finding.starts_with("needless-clone"))
    };
    assert!(said("Some(self.row.$1clone())"));
    assert!(!said("self.inner.$1next()"));
}

#[test]
fn a_clone_is_found_when_it_is_only_read() {
    let stack =
        "libc malloc < alloc::alloc::alloc < <alloc::vec::Vec<T,A> as core::clone::Clone>::clone < app::main @1";
    check(
        "fn main() { for x in xs {\n let v = x.list.$1clone(); n += v.len(); } }",
        stack,
        &["needless-clone 2"],
    );
    for source in [
        "fn main() { for x in xs { let mut v = x.list.$1clone(); v.sort(); } }",
        "fn main() { for x in xs { all.push(x.list.$1clone()); } }",
        "fn main() { for x in xs { all.field = x.list.$1clone(); } }",
        "fn main() { for x in xs { let v = x.list.$1clone(); consume(v); } }",
        "fn main() { for x in xs { let v = x.list.$1clone(); spawn(move || v.len()); } }",
        "fn main() { for x in xs { let v = x.list.$1clone(); for y in v { all.push(y); } } }",
        "fn main() { for x in xs { let b = x.board.$1clone().play(x.next); } }",
        "fn main() { let v = x.list.$1clone(); }",
    ] {
        check(source, stack, &[]);
    }
}

#[test]
fn a_clone_that_a_constructor_keeps_in_a_field_is_found_while_nobody_changes_the_field() {
    let said = |lent: &str, method: &str, use_of_it: &str| {
        let source = source(&format!(
            "struct Scope {{ args: Vec<u32>, at: usize }}\nimpl Scope {{ fn new(args: Vec<u32>) -> Self {{ Self {{ args, at: 0 }} }}\n fn next(&mut self) {{ {use_of_it} }} }}\nfn call(c: {lent}) {{\n let scope = Scope::{method}(c.args.$1clone()); run(scope); }}\nfn main() {{ for c in calls {{ $2call(c); }} }}"
        ));
        let stack = source.stack(
            "libc malloc < alloc::alloc::alloc < <alloc::vec::Vec<T,A> as core::clone::Clone>::clone < app::call @1 < app::main @2",
        );
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let sketch = Sketch::new(0.1).cpu(100, &frames);
        let profile = sketch.allocations(5000, 64, Some(1000), &frames).profile();
        source.findings(&profile).contains(&"needless-clone 5".to_owned())
    };
    assert!(said("&Call", "new", "self.at += self.args.len();"));
    assert!(!said("&Call", "new", "self.args.sort();"));
    assert!(!said("&Call", "new", "self.args.push(1);"));
    assert!(!said("&mut Call", "new", "self.at += self.args.len();"));
    assert!(!said("&Call", "other", "self.at += self.args.len();"));
}

#[test]
fn a_clone_that_lives_on_is_silent() {
    let source = source("fn main() { for x in xs { let v = x.list.$1clone(); } }");
    let stack = source.stack(
        "libc malloc < alloc::alloc::alloc < <alloc::vec::Vec<T,A> as core::clone::Clone>::clone < app::main @1",
    );
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    for (lifetime_ns, expected) in [(Some(1000), 1), (Some(5_000_000_000), 0), (None, 0)] {
        let profile = Sketch::new(0.1)
            .cpu(100, &frames)
            .allocations(100, 64, lifetime_ns, &frames)
            .profile();
        assert_eq!(source.findings(&profile).len(), expected, "{lifetime_ns:?}");
    }
}

#[test]
fn a_copy_on_write_that_copies_is_found_where_the_other_handle_is_taken() {
    let stack = "libc __memmove_avx512 < <alloc::vec::Vec<T,A> as core::clone::Clone>::clone < alloc::sync::Arc<T,A>::make_mut < app::f @1 < app::main @2";
    let copies = |marked: &str, lifetime_ns: Option<u64>| {
        let source = source(marked);
        let stack = source.stack(stack);
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let profile = Sketch::new(0.1)
            .cpu(100, &frames)
            .allocations(500, 9000, lifetime_ns, &frames)
            .profile();
        source.findings(&profile)
    };
    for (marked, line) in [
        (
            "fn f(s: &mut S) { let old = s.v.clone();\n Arc::$1make_mut(&mut s.v)[0] = 1; draw(&old); }\nfn main() { for s in &mut all { $2f(s); } }",
            2,
        ),
        (
            "fn f(s: &mut S) { Arc::$1make_mut(&mut s.v)[0] = 1; }\nfn main() { for x in xs {\n t.seen = Arc::clone(&s.v);\n $2f(&mut s); } }",
            3,
        ),
        (
            "fn f(s: &mut S) {\n Arc::$1make_mut(&mut s.v)[0] = 1; }\nfn main() { for x in xs {\n t.seen = Arc::clone(&u.v);\n $2f(&mut s); } }",
            2,
        ),
    ] {
        assert_eq!(
            copies(marked, Some(1000)),
            [format!("copy-on-write-of-shared {line}")],
            "{marked}"
        );
        assert_eq!(copies(marked, None), [""; 0], "{marked}");
    }
    assert_eq!(
        copies(
            "fn f(s: &mut S) { Arc::$1make_mut(&mut s.v)[0] = 1; }\nfn main() { $2f(&mut s); }",
            Some(1000)
        ),
        [""; 0]
    );
}

#[test]
fn a_copy_on_write_that_only_counts_handles_is_silent() {
    let source =
        source("fn f(s: &mut S) { Arc::$1make_mut(&mut s.v)[0] = 1; }\nfn main() { for x in xs { $2f(&mut s); } }");
    let stack = source.stack("alloc::sync::Arc<T,A>::make_mut < app::f @1 < app::main @2");
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    let profile = Sketch::new(0.1)
        .cpu(100, &frames)
        .allocations(500, 9000, Some(1000), &frames)
        .profile();
    assert_eq!(source.findings(&profile), [""; 0]);
}

#[test]
fn a_clone_of_what_changes_while_it_is_read_is_silent() {
    let stack = "libc malloc < alloc::alloc::alloc < <alloc::vec::Vec<T,A> as core::clone::Clone>::clone < app::S::f @1 < app::main @2";
    for (body, expected) in [
        ("for id in self.ids.$1clone() { self.drop_one(id); }", 0),
        ("for id in self.ids.$1clone() { self.ids.push(id); }", 0),
        (
            "let old = self.ids.$1clone(); self.ids.push(x); draw(&old, &self.ids);",
            0,
        ),
        ("let old = self.ids.$1clone(); self.n += old.len();", 1),
        ("for id in self.ids.$1clone() { self.n += id; }", 1),
        ("for id in self.ids.$1clone() { n += self.count(id); }", 1),
    ] {
        let marked = format!(
            "impl S {{ fn f(&mut self, x: X) {{\n {body} }}\n fn drop_one(&mut self, id: u8) {{ self.ids.pop(); }}\n fn count(&self, id: u8) -> u8 {{ id }} }}\nfn main() {{ for x in xs {{ s.$2f(x); }} }}"
        );
        let expected = if expected == 1 { &["needless-clone 2"][..] } else { &[] };
        check(&marked, stack, expected);
    }
}

#[test]
fn a_copy_in_a_field_that_is_only_read_is_needless_while_the_original_cannot_change() {
    let stack = "alloc::slice::<impl [T]>::to_vec < alloc::vec::Vec<T,A> as core::clone::Clone>::clone < app::f @1 < app::main @2";
    for (graph, used, expected) in [
        ("&Graph", "frame.next.get(3)", 1),
        ("&Graph", "frame.next[3]", 1),
        ("&Graph", "frame.next.push(3)", 0),
        ("&Graph", "keep(frame.next)", 0),
        ("&mut Graph", "frame.next.get(3)", 0),
    ] {
        let marked = format!(
            "fn f(graph: {graph}, at: usize) -> Frame {{ Frame {{ at,\n next: graph.next[at].$1clone() }} }}\nfn main() {{ for at in some {{ let frame = $2f(&graph, at); g({used}); }} }}"
        );
        let expected = if expected == 1 { &["needless-clone 2"][..] } else { &[] };
        check(&marked, stack, expected);
    }
}

#[test]
fn another_handle_is_named_only_where_counting_shows() {
    let marked =
        "fn f(x: X) -> u8 {\n let s = Arc::$1clone(&x.shared); s.get(3) }\nfn main() { for x in xs { n += $2f(x); } }";
    let source = source(marked);
    let stack = source.stack("<alloc::sync::Arc<T,A> as core::clone::Clone>::clone < app::f @1 < app::main @2");
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    let own = source.stack("app::main @2");
    for (samples, expected) in [(40, 1), (4, 0)] {
        let profile = Sketch::new(0.4)
            .cpu(samples * 4, &frames)
            .cpu(400 - samples * 4, &[own[0].as_str()])
            .profile();
        let found = source.findings(&profile);
        assert_eq!(
            found.iter().filter(|finding| *finding == "needless-clone 2").count(),
            expected,
            "{samples} {found:?}"
        );
    }
}

#[test]
fn a_clone_that_is_the_key_of_a_sort_is_found() {
    let stack = "libc malloc < alloc::alloc::alloc < <alloc::string::String as core::clone::Clone>::clone < app::f::{closure} @1 < alloc::slice::<impl [T]>::sort_by_key < app::f @2 < app::main @3";
    for (method, key, expected) in [
        ("sort_by_key", "p.name.$1clone()", &["needless-clone 2"][..]),
        ("sort_by_key", "(p.name.$1clone(), p.id)", &["needless-clone 2"]),
        ("sort_by_cached_key", "p.name.$1clone()", &[]),
    ] {
        let source = source(&format!(
            "fn f(list: &mut [P]) {{ list.$2{method}(|p| {{\n {key} }}); }}\nfn main() {{ for list in all {{ $3f(list); }} }}"
        ));
        let stack = source.stack(stack);
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let sketch = Sketch::new(0.1).cpu(100, &frames);
        let profile = sketch.allocations(5000, 64, Some(1000), &frames).profile();
        let mut findings = source.findings(&profile);
        findings.retain(|finding| finding.starts_with("needless-clone"));
        assert_eq!(findings, expected, "{method} {key}");
    }
}
