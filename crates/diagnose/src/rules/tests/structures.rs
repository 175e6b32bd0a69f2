//! Lists, tables and constructors.

use super::{check, source};
use profile::Sketch;

#[test]
fn shifting_a_list_is_found_and_taking_from_its_end_is_not() {
    let source = "fn main() { while more() {\n q.$1remove(0); } }";
    check(
        source,
        "libc __memmove_avx512 < core::ptr::copy < alloc::vec::Vec<T,A>::remove < app::main @1",
        &["front-insert-or-remove 2"],
    );
    check(source, "alloc::vec::Vec<T,A>::remove < app::main @1", &[]);
    check(
        "fn main() { while more() { q.$1pop(); } }",
        "alloc::vec::Vec<T,A>::pop < app::main @1",
        &[],
    );
}

#[test]
fn a_constructor_is_found_when_its_arguments_stay_the_same() {
    let stack = "dep regex_automata::build < dep regex::regex::string::Regex::new < app::f @1 < app::main @2";
    for source in [
        "fn f(lines: &[S]) { for line in lines {\n let r = Regex::$1new(r\"^a\").unwrap(); } }\nfn main() { $2f() }",
        "fn f(lines: &[S], pattern: &str) { for line in lines {\n let r = Regex::$1new(pattern).unwrap(); } }\nfn main() { $2f() }",
        "fn f(line: &S) -> bool {\n Regex::$1new(\"^a\").unwrap().is_match(line) }\nfn main() { for line in lines { $2f(line); } }",
    ] {
        check(source, stack, &["repeated-construction 2"]);
    }
    for source in [
        "fn f(patterns: &[S]) { for pattern in patterns { let r = Regex::$1new(pattern).unwrap(); } }\nfn main() { $2f() }",
        "fn f() { let r = Regex::$1new(\"^a\").unwrap(); }\nfn main() { $2f() }",
    ] {
        check(source, stack, &[]);
    }
}

#[test]
fn hashing_is_found_when_it_is_siphash_and_costs() {
    let source = "fn main() { for x in xs {\n map.$1get(x); } }";
    check(
        source,
        "<core::hash::sip::Hasher<S> as core::hash::Hasher>::write < std::collections::hash::map::HashMap<K,V,S,A>::get < app::main @1",
        &["slow-hash 2"],
    );
    check(
        source,
        "dep <fxhash::FxHasher as core::hash::Hasher>::write < std::collections::hash::map::HashMap<K,V,S,A>::get < app::main @1",
        &[],
    );
    check(
        source,
        "std::collections::hash::map::HashMap<K,V,S,A>::get < app::main @1",
        &[],
    );
}

#[test]
fn a_list_is_found_by_its_iterator_and_felt_at_the_first_use() {
    let marked = "fn main() {\n for x in $1list {\n  n += x.$2value;\n } }";
    let source = source(marked);
    let next = source.stack(
        "<alloc::collections::linked_list::Iter<T> as core::iter::traits::iterator::Iterator>::next < app::main @1",
    );
    let value = source.stack("app::main @2");
    let next: Vec<&str> = next.iter().map(String::as_str).collect();
    let value: Vec<&str> = value.iter().map(String::as_str).collect();
    let profile = Sketch::new(0.1).cpu(20, &next).cpu(80, &value).profile();
    assert_eq!(source.findings(&profile), ["linked-list 2"]);
    assert_eq!(source.findings(&Sketch::new(0.1).cpu(100, &value).profile()), [""; 0]);
}

#[test]
fn a_drain_that_an_iterator_or_a_loop_ends_is_found() {
    let shift = "libc __memmove_avx_unaligned < <alloc::vec::drain::Drain<T,A> as core::ops::drop::Drop>::drop";
    check(
        "fn f(all: &mut Vec<u8>) {\n all.drain(..3).$1for_each(g); }\nfn main() { for x in xs { $2f(&mut all); } }",
        &format!("{shift} < core::iter::traits::iterator::Iterator::for_each < app::f @1 < app::main @2"),
        &["front-insert-or-remove 2"],
    );
    check(
        "fn f(all: &mut Vec<u8>) {\n for x in all.drain(..3) {\n g(x); $1} }\nfn main() { for x in xs { $2f(&mut all); } }",
        &format!("{shift} < core::ptr::drop_in_place<alloc::vec::drain::Drain<u8>> < app::f @1 < app::main @2"),
        &["front-insert-or-remove 2"],
    );
}

#[test]
fn the_wait_for_a_list_is_claimed_where_a_chain_of_iterators_uses_its_elements() {
    let source = source(
        "struct W { list: LinkedList<X> } impl W { fn low(&self) -> u16 {\n self.list.iter().$1fold(9, |low, x| {\n low.$2min(x.tenths) }) } }\nfn main() { for w in all { sum += w.$3low(); } }",
    );
    let walk = "core::iter::traits::iterator::Iterator::fold < app::W::low @1 < app::main @3";
    let stacks = [
        format!("<alloc::collections::linked_list::Iter<T> as core::iter::traits::iterator::Iterator>::next < {walk}"),
        walk.to_owned(),
        format!("app::W::low::{{closure}} @2 < {walk}"),
    ];
    let frames: Vec<Vec<String>> = stacks.iter().map(|stack| source.stack(stack)).collect();
    let frames: Vec<Vec<&str>> = frames
        .iter()
        .map(|stack| stack.iter().map(String::as_str).collect())
        .collect();
    // Next to nothing in the list's own code is not enough by itself: the rest is felt at the uses.
    let with_list = Sketch::new(0.1)
        .cpu(4, &frames[0])
        .cpu(48, &frames[1])
        .cpu(48, &frames[2])
        .profile();
    assert_eq!(source.findings(&with_list), ["linked-list 2"]);
    let without = Sketch::new(0.1).cpu(52, &frames[1]).cpu(48, &frames[2]).profile();
    assert!(source.findings(&without).is_empty());
}

#[test]
fn a_list_of_the_programs_own_is_found_where_it_is_walked() {
    let stack = "<app::Walk as core::iter::traits::iterator::Iterator>::next @1 < core::iter::traits::iterator::Iterator::sum < app::f @2 < app::main @3";
    let program = |link: &str| {
        format!(
            "struct Node {{ value: u32, {link} }}\nimpl Iterator for Walk<'_> {{ fn next(&mut self) -> Option<u32> {{\n let node = self.next?;\n self.next = node.next.as_deref();\n Some(node.$1value) }} }}\nfn f(list: &List) -> u32 {{ list.walk().$2sum() }}\nfn main() {{ for list in all {{ $3f(list); }} }}"
        )
    };
    check(&program("next: Option<Box<Node>>"), stack, &["linked-list 4"]);
    check(&program("next: Option<Rc<Node>>"), stack, &[]);
    check(&program("left: Option<Box<Node>>, next: Option<Box<Node>>"), stack, &[]);
}

#[test]
fn a_table_that_is_filled_with_constants_in_each_call_is_found() {
    let stack = "<std::collections::hash::map::HashMap<K,V,S> as core::iter::traits::collect::Extend<(K,V)>>::extend < app::code @1 < app::main @2";
    let program = |fill: &str, asked: &str| {
        format!(
            "const ALL: [&str; 2] = [\"a\", \"b\"];\nfn code(name: &str) -> u8 {{\n let mut table = Map::default();\n {fill} table.get(name).copied().unwrap_or(0) }}\nfn main() {{ {asked} }}"
        )
    };
    let repeated = "for name in names { sum += $2code(name); }";
    let found: &[&str] = &["repeated-construction 3"];
    check(
        &program("table.$1extend(ALL.map(|name| (name, 1)));", repeated),
        stack,
        found,
    );
    check(
        &program(
            "for (at, name) in ALL.iter().enumerate() { table.$1extend([(name, at)]); }",
            repeated,
        ),
        stack,
        found,
    );
    for (fill, asked) in [
        ("table.$1extend(ALL.map(|name| (name, 1)));", "$2code(\"a\");"),
        ("table.$1extend([(name, 1)]);", repeated),
        ("table.$1extend(load());", repeated),
        (
            "table.$1extend(ALL.map(|name| (name, 1))); add!(table, name);",
            repeated,
        ),
        (
            "table.$1extend(ALL.map(|name| (name, 1))); table.clear(); table.extend([(name, 2)]);",
            repeated,
        ),
    ] {
        let source = source(&program(fill, asked));
        let stack = source.stack(stack);
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let findings = source.findings(&Sketch::new(0.1).cpu(100, &frames).profile());
        assert!(!findings.contains(&found[0].to_owned()), "{fill} {asked}: {findings:?}");
    }
}
