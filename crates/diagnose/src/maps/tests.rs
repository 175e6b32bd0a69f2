//! Which map is meant, and what is done with it.

use crate::rules::tests::{check, source};
use profile::Sketch;

/// Checks the findings of a profile of samples in a tree that also took memory for this many nodes.
fn check_tree(marked: &str, above: &str, nodes: u64, expected: &[&str]) {
    let source = source(marked);
    let stack = source.stack(&format!("{TREE}{above}"));
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    let profile = Sketch::new(0.1)
        .cpu(100, &frames)
        .allocations(nodes, 280, None, &frames)
        .profile();
    assert_eq!(source.findings(&profile), expected, "{marked}");
}

const TREE: &str =
    "alloc::collections::btree::search::search_tree < alloc::collections::btree::map::BTreeMap<K,V,A>::get < app::f @1";
const TABLE: &str = "hashbrown::map::make_hash < std::collections::hash::map::HashMap<K,V,S,A>::get < app::f @1";

#[test]
fn a_tree_is_found_when_nothing_uses_its_order() {
    for source in [
        "fn f(xs: &[u32]) { let mut map = BTreeMap::new(); for x in xs { map.insert(*x, 1);\n g(map.$1get(x)); } h(map.len()); }",
        "struct A { map: BTreeMap<u32, u32> }\nimpl A { fn f(&self, x: u32) { self.map.$1get(&x); } fn put(&mut self, x: u32) { self.map.insert(x, x); } }",
        "fn f(map: &BTreeMap<u32, u32>) {\n map.$1get(&3); }\nfn main() { let map = load(); $2f(&map); }",
        "fn f(xs: &[u32]) { let mut map = BTreeMap::new(); for x in xs {\n g(map.$1get(x)); } let mut all: Vec<_> = map.iter().map(|(k, v)| (*v, *k)).collect(); all.sort_unstable(); h(&all); }",
        "fn f(xs: &[u32]) { let mut map = BTreeMap::new(); for x in xs {\n g(map.$1get(x)); } h(map.values().copied().sum::<u32>()); }",
    ] {
        let above = if source.contains("$2") { " < app::main @2" } else { "" };
        check_tree(source, above, 5000, &["ordered-map-unordered-use 2"]);
        check_tree(source, above, 50, &[]);
    }
}

#[test]
fn a_tree_is_left_alone_when_its_order_is_used_or_it_is_handed_on() {
    for source in [
        "fn f(xs: &[u32]) { let mut map = BTreeMap::new(); for x in xs { g(map.$1get(x)); } for y in &map { g(y); } }",
        "fn f(xs: &[u32]) { let mut map = BTreeMap::new(); for x in xs { g(map.$1get(x)); } g(map.range(3..)); }",
        "fn f(xs: &[u32]) { let mut map = BTreeMap::new(); for x in xs { g(map.$1get(x)); } let mut all: Vec<_> = map.iter().collect(); all.sort_by_key(|(_, v)| *v); h(&all); }",
        "fn f(xs: &[u32]) { let mut map = BTreeMap::new(); for x in xs { g(map.$1get(x)); } let all: Vec<_> = map.iter().collect(); h(&all); }",
        "fn f(xs: &[u32]) { let mut map = BTreeMap::new(); for x in xs { g(map.$1get(x)); } print(&map); }",
        "fn f(xs: &[u32]) { let mut map = BTreeMap::new(); for x in xs { g(map.$1get(x)); } println!(\"{map:?}\"); }",
        "fn f(xs: &[u32]) -> BTreeMap<u32, u32> { let mut map = BTreeMap::new(); for x in xs { g(map.$1get(x)); } map }",
        "struct A { map: BTreeMap<u32, u32> }\nimpl A { fn f(&self, x: u32) { self.map.$1get(&x); } fn all(&self) { self.map.keys() } }",
        "fn f(xs: &[u32]) { let (map, _) = pair(); for x in xs { g(map.$1get(x)); } }",
        "fn f(a: &A, xs: &[u32]) { let map = a.maps.first().unwrap(); for x in xs { g(map.$1get(x)); } }",
    ] {
        check_tree(source, "", 5000, &[]);
    }
}

#[test]
fn keys_are_fixed_when_an_enum_or_literals_are_all_there_is() {
    let kind = "enum Kind { A, B, C }\n";
    check(
        &format!(
            "{kind}fn f(xs: &[X]) {{ let mut map: HashMap<Kind, u32> = HashMap::new(); for x in xs {{\n g(map.$1get(&x.kind)); }} }}"
        ),
        TABLE,
        &["fixed-key-map 3"],
    );
    check(
        "struct A { map: HashMap<&'static str, u32> }\nimpl A { fn put(&mut self) { self.map.insert(\"a\", 1); self.map.insert(\"b\", 2); }\n fn f(&self) { self.map.$1get(\"a\"); } }",
        TABLE,
        &["fixed-key-map 3"],
    );
    for source in [
        "enum Kind { A(u32), B }\nfn f(xs: &[X]) { let mut map: HashMap<Kind, u32> = HashMap::new(); for x in xs { g(map.$1get(&x.kind)); } }",
        "struct A { map: HashMap<String, u32> }\nimpl A { fn put(&mut self, s: String) { self.map.insert(s, 1); } fn f(&self) { self.map.$1get(\"a\"); } }",
        "fn f(xs: &[X]) { let mut map: HashMap<u32, u32> = HashMap::new(); for x in xs { g(map.$1get(&x.number)); } }",
        "fn f(map: &HashMap<String, u32>) { map.$1get(\"a\"); }",
    ] {
        check(source, TABLE, &[]);
    }
}

#[test]
fn a_map_is_small_when_its_tables_are_and_there_are_many() {
    let found = |declared: &str, count: u64, bytes: u64| {
        let marked = format!(
            "fn f(xs: &[X]) {{ for x in xs {{ let mut map{declared} = HashMap::new();\n map.$1insert(x.id, 1); }} }}"
        );
        let source = source(&marked);
        let stack = source.stack("libc malloc < hashbrown::raw::RawTableInner::resize_inner < std::collections::hash::map::HashMap<K,V,S,A>::insert < app::f @1");
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let profile = Sketch::new(0.1)
            .cpu(100, &frames)
            .allocations(count, bytes, None, &frames)
            .profile();
        source.findings(&profile)
    };
    let named = ["small-map 2"];
    assert_eq!(found("", 5000, 84), named);
    assert_eq!(found(": HashMap<u32, f64>", 5000, 152), named);
    assert_eq!(found(": HashMap<u32, f64>", 5000, 16 * 256 + 272), [""; 0]);
    assert_eq!(found("", 20, 84), [""; 0]);
    assert_eq!(found("", 5000, 4000), [""; 0]);
}
