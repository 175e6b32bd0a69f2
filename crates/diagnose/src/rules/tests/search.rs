//! Searching lists: `linear-search-in-loop`.

use super::{check, source};
use profile::Sketch;

const CONTAINS: &str = "libc __memcmp_evex < core::slice::<impl [T]>::contains < app::f @1 < app::main @2";

#[test]
fn a_search_in_a_loop_is_found_and_one_outside_of_it_is_not() {
    check(
        "fn f(all: &[S], some: &[S]) { for x in some {\n all.$1contains(x); } }\nfn main() { $2f() }",
        CONTAINS,
        &["linear-search-in-loop 2"],
    );
    check(
        "fn f(all: &[S], x: &S) {\n all.$1contains(x); }\nfn main() { $2f(a, b) }",
        CONTAINS,
        &[],
    );
}

#[test]
fn a_search_that_its_function_outweighs_is_of_a_short_list() {
    let source = source(
        "fn f(few: &[u32], x: &X) -> f64 {\n let found = x.first.iter().filter(|a| few.$1contains(a)).$2count();\n g(x.$3len(), found) }\nfn main() { for x in xs { sum += $4f(&few, x); } }",
    );
    let search = source.stack(
        "core::slice::<impl [T]>::contains < app::f::{closure} @1 < core::iter::traits::iterator::Iterator::filter < core::iter::traits::iterator::Iterator::count < app::f @2 < app::main @4",
    );
    let beside = source.stack("app::f @3 < app::main @4");
    let [search, beside] = [&search, &beside].map(|stack| stack.iter().map(String::as_str).collect::<Vec<_>>());
    for (samples, expected) in [(90, 1), (40, 0)] {
        let profile = Sketch::new(0.1)
            .cpu(samples, &search)
            .cpu(100 - samples, &beside)
            .profile();
        let expected = if expected == 1 {
            &["linear-search-in-loop 2"][..]
        } else {
            &[]
        };
        assert_eq!(source.findings(&profile), expected, "{samples}");
    }
}

#[test]
fn a_search_is_followed_to_the_loop_of_the_caller() {
    check(
        "fn f(all: &[S], x: &S) { all.$1contains(x); }\nfn main() { for x in some { $2f(&all, x); } }",
        CONTAINS,
        &["linear-search-in-loop 1"],
    );
    check(
        "impl A { fn f(&self, x: &S) { let all = &self.all; all.$1contains(x); } }\nfn main() { for x in some { a.$2f(x); } }",
        CONTAINS,
        &["linear-search-in-loop 1"],
    );
}

#[test]
fn a_list_kept_by_a_closure_that_is_handed_on_is_the_same_in_all_its_calls() {
    let stack = "core::slice::<impl [T]>::contains < app::Filter::without::{closure} @1 < app::Filter::passes @2 < app::main @3";
    let program = |made: &str, handed: &str| {
        format!(
            "impl Filter {{ fn without(mut self, banned: &[Ban]) -> Self {{ {made} self.tests.push(Box::new(move |x: &X| {{ {handed}\n !banned.$1contains(&x.id) }})); self }}\n\
             fn passes(&self, x: &X) -> bool {{ self.test.$2call(x) }} }}\n\
             fn main() {{ for x in all {{ filter.$3passes(x); }} }}"
        )
    };
    check(
        &program("let banned: Vec<u32> = banned.iter().map(id).collect();", ""),
        stack,
        &["linear-search-in-loop 2"],
    );
    check(&program("", "let banned = load(x);"), stack, &[]);
    // The function around the closure still runs, and makes the list in each of its calls.
    check(
        "fn with(f: impl Fn(&X) -> bool) -> bool { $2f(&x()) }\n\
         fn has(at: usize) -> bool { let list = load(at); $3with(|x| list.$1contains(x)) }\n\
         fn main() { for at in all { $4has(at); } }",
        "core::slice::<impl [T]>::contains < app::has::{closure} @1 < app::with @2 < app::has @3 < app::main @4",
        &[],
    );
}

#[test]
fn a_search_in_another_list_each_time_is_silent() {
    for source in [
        "fn f(rows: &[Row], x: &S) { for row in rows { row.cells.$1contains(x); } }\nfn main() { $2f() }",
        "fn f(rows: &[Row], x: &S) { for row in rows { let cells = row.cells(); cells.$1contains(x); } }\nfn main() { $2f() }",
        "fn f(cells: &[S], x: &S) { cells.$1contains(x); }\nfn main() { for row in rows { $2f(&row.cells, x); } }",
        "fn f(x: &S) { let cells = load(); cells.$1contains(x); }\nfn main() { for x in rows { $2f(x); } }",
    ] {
        check(source, CONTAINS, &[]);
    }
}

#[test]
fn a_search_by_a_function_that_only_compares_is_one_and_by_one_that_computes_is_none() {
    let stack = "app::Part::holds @1 < app::Map::part @2 < app::main @3";
    let program = |holds: &str| {
        format!(
            "impl Part {{ fn holds(&self, at: &Span) -> bool {{ $1{holds} }} }}\n\
             impl Map {{ fn part(&self, at: Span) -> &Part {{\n for part in &self.parts {{ if part.$2holds(&at) {{ return part; }} }} panic!() }} }}\n\
             fn main() {{ for at in spans {{ map.$3part(at); }} }}"
        )
    };
    let found: &[&str] = &["linear-search-in-loop 3"];
    check(&program("at.lo >= self.lo && at.hi <= self.hi"), stack, found);
    check(&program("self.id == at.id"), stack, found);
    check(&program("at.hi <= self.hi"), stack, &[]);
    check(&program("self.pattern.is_match(at)"), stack, &[]);
    check(&program("self.parts.iter().any(|part| part.id == at.id)"), stack, &[]);
}

#[test]
fn a_search_by_a_part_of_the_elements_is_found() {
    let stack = "core::iter::traits::iterator::Iterator::find < app::f @1 < app::main @2";
    let program = |test: &str| {
        format!(
            "fn f(all: &[R], key: &[S]) {{\n all.iter().$1find(|r| {test}); }}\nfn main() {{ for key in some {{ $2f(&all, key); }} }}"
        )
    };
    let found: &[&str] = &["linear-search-in-loop 2"];
    check(&program("{ let name = &r.name; name == key }"), stack, found);
    check(
        &program("match r.path.get(..2) { Some(head) => head == key, None => false }"),
        stack,
        found,
    );
    check(&program("{ let other = later(); other == key }"), stack, &[]);
}

#[test]
fn a_list_lent_under_its_own_name_is_the_same_list() {
    let stack = "core::slice::<impl [T]>::contains < app::Table::has @1 < app::f::{closure} @2 < std::thread::local::LocalKey<T>::with < app::f @3 < app::main @4";
    check(
        "impl Table { fn has(&self, x: &S) -> bool {\n self.all.$1contains(x) } }\n\
         fn f(x: &S) { TABLE.$3with(|table| { let table = table.borrow(); table.$2has(x) }) }\n\
         fn main() { for x in some { $4f(x); } }",
        stack,
        &["linear-search-in-loop 2"],
    );
    check(
        "fn has(cells: &[S], x: &S) {\n cells.$1contains(x); }\n\
         fn main() { for cells in rows { let cells = cells.as_slice(); $2has(cells, x); } }",
        "core::slice::<impl [T]>::contains < app::has @1 < app::main @2",
        &[],
    );
}

#[test]
fn a_closure_that_is_handed_over_by_its_name_is_called_per_element() {
    let stack = "core::slice::<impl [T]>::contains < app::f::{closure} @1 < core::iter::traits::iterator::Iterator::map < core::iter::traits::iterator::Iterator::sum < app::f @2 < app::main @3";
    check(
        "fn f(all: &[S], some: &[S]) { let one = |x| { usize::from(\nall.$1contains(x)) };\n some.iter().map(one).$2sum() }\nfn main() { $3f(a, b) }",
        stack,
        &["linear-search-in-loop 2"],
    );
    check(
        "fn f(rows: &[R], x: &S) { let one = |row| { usize::from(\nrow.cells.$1contains(x)) };\n rows.iter().map(one).$2sum() }\nfn main() { $3f(a, b) }",
        stack,
        &[],
    );
}

#[test]
fn a_list_walked_for_each_change_of_it_is_found() {
    let stack = "core::iter::traits::iterator::Iterator::max < app::Set::largest @1 < app::Set::push @2 < app::main @3";
    let program = |declared: &str, walked: &str| {
        format!(
            "struct Set {{ all: {declared} }}\n\
             impl Set {{ fn largest(&self) -> Option<&u32> {{\n self.all{walked}.$1max() }}\n\
             fn push(&mut self, x: u32) {{ if self.$2largest() < Some(&x) {{ self.all.push(x); }} }} }}\n\
             fn main() {{ let mut set = Set::new(); for x in some {{ set.$3push(x); }} }}"
        )
    };
    check(&program("Vec<u32>", ".iter()"), stack, &["linear-search-in-loop 3"]);
    check(&program("[u32; 8]", ".iter()"), stack, &[]);
    check(&program("String", ".chars()"), stack, &[]);
    check(&program("Vec<u32>", "[self.at..].iter()"), stack, &[]);
    check(&program("Vec<u32>", ".iter().take_while(|x| **x > 0)"), stack, &[]);
}

#[test]
fn a_list_walked_beside_as_much_other_work_is_silent() {
    let source = source(
        "struct Set { all: Vec<u32> }\n\
         impl Set { fn largest(&self) -> Option<&u32> { self.all.iter().$1max() }\n\
         fn push(&mut self, x: u32) { if self.$2largest() < Some(&x) { self.all.push(x); } } }\n\
         fn main() { let mut set = Set::new(); for x in some { set.$3push(x);\n $4heavy(x); } }",
    );
    let walk = source
        .stack("core::iter::traits::iterator::Iterator::max < app::Set::largest @1 < app::Set::push @2 < app::main @3");
    let heavy = source.stack("app::heavy @4 < app::main @4");
    let with = |samples: u64| {
        let walk: Vec<&str> = walk.iter().map(String::as_str).collect();
        let heavy: Vec<&str> = heavy.iter().map(String::as_str).collect();
        source.findings(&Sketch::new(0.1).cpu(100, &walk).cpu(samples, &heavy).profile())
    };
    assert_eq!(with(20), ["linear-search-in-loop 2"]);
    assert!(with(150).is_empty());
}

#[test]
fn text_walked_from_its_start_for_each_position_is_found() {
    let stack = "core::iter::traits::iterator::Iterator::count < app::line @1 < app::main @2";
    let program = |parameters: &str, walked: &str| {
        format!(
            "fn line({parameters}, at: usize) -> usize {{\n {walked}.$1count() }}\n\
             fn main() {{ for at in all {{ n += $2line(text, at); }} }}"
        )
    };
    let found: &[&str] = &["linear-search-in-loop 2"];
    check(
        &program("text: &str", "text[..at].bytes().filter(is_newline)"),
        stack,
        found,
    );
    check(&program("text: &str", "text[..at].lines()"), stack, found);
    check(
        &program("text: &str", "text[..at].chars().rev().take_while(is_blank)"),
        stack,
        &[],
    );
    check(
        &program("buffer: &[u8]", "buffer[..at].iter().filter(is_newline)"),
        stack,
        &[],
    );
}

#[test]
fn text_that_a_position_refers_to_is_the_same_for_all_positions() {
    let stack = "app::walk @1 < app::At::line @2 < app::main @3";
    let program = |declared: &str| {
        format!(
            "struct At<'a> {{ text: {declared}, at: usize }}\n\
             fn walk(text: &str, at: usize) -> usize {{ let part = &text[..at]; let mut rest = part.chars(); let mut n = 0;\n\
             while let Some(c) = rest.$1next() {{ n += usize::from(c == 'x'); }} n }}\n\
             impl At<'_> {{ fn line(&self) -> usize {{ $2walk(self.text, self.at) }} }}\n\
             fn main() {{ for at in all {{ n += at.$3line(); }} }}"
        )
    };
    check(&program("&'a str"), stack, &["linear-search-in-loop 3"]);
    check(&program("String"), stack, &[]);
}

#[test]
fn a_search_for_the_range_around_a_key_is_found() {
    let stack = "core::iter::traits::iterator::Iterator::find < app::f @1 < app::main @2";
    let program = |test: &str| {
        format!(
            "fn f(all: &[R], at: u32) {{\n all.iter().$1find(|r| {test}); }}\nfn main() {{ for at in some {{ $2f(&all, at); }} }}"
        )
    };
    check(
        &program("r.start <= at && at < r.end"),
        stack,
        &["linear-search-in-loop 2"],
    );
    check(&program("r.start > at"), stack, &[]);
}

#[test]
fn a_search_for_what_is_fixed_or_in_what_is_small_is_silent() {
    for source in [
        "fn f(all: &[u8]) { for i in 0..9 { all.$1contains(&b'x'); } }\nfn main() { $2f() }",
        "fn f(all: &[S]) { for i in 0..9 { all.$1contains(&Kind::Red); } }\nfn main() { $2f() }",
        "const ALL: [u32; 4] = [1, 2, 3, 4];\nfn f(some: &[u32]) { for x in some { ALL.$1contains(x); } }\nfn main() { $2f() }",
        "fn f(some: &[u32]) { for x in some { [1, 2].$1contains(x); } }\nfn main() { $2f() }",
    ] {
        check(source, CONTAINS, &[]);
    }
}

#[test]
fn a_closure_must_compare_with_a_key() {
    let stack = "app::f::{{closure}} @3 < <core::slice::iter::Iter<T> as core::iter::traits::iterator::Iterator>::find < app::f @1 < app::main @2";
    check(
        "fn f(all: &[R], keys: &[u32]) { for key in keys {\n all.iter().$1find(|r| r.$3id == *key); } }\nfn main() { $2f() }",
        stack,
        &["linear-search-in-loop 2"],
    );
    for source in [
        "fn f(all: &[R], n: u32) { for i in 0..n { all.iter().$1find(|r| $3i % r.p > 0); } }\nfn main() { $2f() }",
        "fn f(text: &str) { for i in 0..9 { text.chars().$1find(|c| $3c == i); } }\nfn main() { $2f() }",
        "fn f(all: &[R]) { for i in 0..9 { all.iter().$1find(|r| r.$3kind == Kind::Red); } }\nfn main() { $2f() }",
    ] {
        check(source, stack, &[]);
    }
}

#[test]
fn nth_is_found_where_it_walks() {
    let stack = "<core::str::iter::Chars as core::iter::traits::iterator::Iterator>::nth < app::f @1 < app::main @2";
    check(
        "fn f(s: &str) { for i in 0..n {\n s.chars().$1nth(i); } }\nfn main() { $2f() }",
        stack,
        &["linear-search-in-loop 2"],
    );
    for source in [
        "fn f(s: &[u8]) { for i in 0..n { s.iter().$1nth(i); } }\nfn main() { $2f() }",
        "fn f(all: &[S]) { for s in all { s.split(',').$1nth(2); } }\nfn main() { $2f() }",
        "fn f(all: &[S]) { for s in all { s.split(',').$1nth(column); } }\nfn main() { $2f() }",
    ] {
        check(source, stack, &[]);
    }
}

#[test]
fn nth_is_found_where_the_number_is_counted_on() {
    let stack = "<core::str::iter::Chars as core::iter::traits::iterator::Iterator>::nth < app::f @1 < app::main @2";
    for (marked, line) in [
        (
            "fn f(s: &str) { let mut i = 0; while i < n {\n s.chars().$1nth(i); i += 1; } }\nfn main() { $2f() }",
            2,
        ),
        (
            "impl W { fn f(&mut self) -> Option<char> { loop { match &self.parts[self.part] {\n P::Text(s) => { let c = s.chars().$1nth(self.at); self.at += 1; return c; } } } } }\nfn main() { while let Some(c) = w.$2f() { n += 1; } }",
            2,
        ),
    ] {
        check(marked, stack, &[&format!("linear-search-in-loop {line}")]);
    }
    check(
        "impl W { fn f(&self, s: &str) -> Option<char> { s.chars().$1nth(self.at) } }\nfn main() { for s in lines { w.$2f(s); } }",
        stack,
        &[],
    );
}

#[test]
fn what_skips_to_a_place_walks_all_before_it() {
    let stack = "core::str::validations::next_code_point < core::iter::traits::iterator::Iterator::collect < app::f @1 < app::main @2";
    for marked in [
        "fn f(s: &str) { for i in 0..n {\n let t = s.chars().skip(i).$1collect::<String>(); } }\nfn main() { $2f() }",
        "fn f(s: &str) { for i in 0..n { for j in i..n {\n let t = s.chars().take(j).skip(i).$1collect::<String>(); } } }\nfn main() { $2f() }",
        "fn f(s: &str, from: usize) -> String {\n s.chars().skip(from).take(9).$1collect() }\nfn main() { for at in places { all.push($2f(&text, at)); } }",
    ] {
        check(marked, stack, &["linear-search-in-loop 2"]);
    }
    for marked in [
        "fn f(all: &[S]) { for s in all { let t = s.chars().skip(1).$1collect::<String>(); } }\nfn main() { $2f() }",
        "fn f(all: &[S]) { for s in all { let t = s.chars().skip(indent).$1collect::<String>(); } }\nfn main() { $2f() }",
        "fn f(all: &[S]) { for i in 0..n { let t = all.iter().skip(i).$1collect::<Vec<_>>(); } }\nfn main() { $2f() }",
        "fn f(s: &str) { for i in 0..n { let t = s.chars().rev().$1collect::<String>(); } }\nfn main() { $2f() }",
    ] {
        check(marked, stack, &[]);
    }
}

#[test]
fn a_hand_written_search_is_found_when_it_leaves_early() {
    let stack = "app::find @1 < app::main @2";
    let search =
        "fn find(all: &[R], key: u32) -> Option<&R> {\n for r in all { if r.$1id == key { return Some(r); } } None }\n";
    check(
        &format!("{search}fn main() {{ for key in keys {{ $2find(&all, key); }} }}"),
        stack,
        &["linear-search-in-loop 2"],
    );
    check(&format!("{search}fn main() {{ $2find(&all, key); }}"), stack, &[]);
    check(
        "impl T { fn find(&self, key: &str) -> bool {\n for i in 0..self.all.len() { if self.all[i].$1name == key { return true; } } false } }\nfn main() { for key in keys { t.$2find(key); } }",
        stack,
        &["linear-search-in-loop 2"],
    );
    check(
        "fn find(all: &[R], key: u32) { for r in all { if r.$1id == key { count += 1; } } }\nfn main() { for key in keys { $2find(&all, key); } }",
        stack,
        &[],
    );
}

#[test]
fn a_search_of_a_stack_or_of_an_array_s_part_is_silent() {
    let find = "core::iter::traits::iterator::Iterator::find < app::f @1 < app::main @2";
    let program = |list: &str| {
        format!(
            "struct A {{ all: Vec<R> }}\nimpl A {{ fn f(&self, key: u32) {{\n {list}.$1find(|r| r.key == key); }} }}\nfn main() {{ for key in some {{ a.$2f(key); n += rest(key); }} }}"
        )
    };
    check(&program("self.all.iter()"), find, &["linear-search-in-loop 3"]);
    let source = source(&program("self.all.iter().rev()"));
    let stack = source.stack(find);
    let beside = source.stack("app::rest src/main.rs:4:90 < app::main @2");
    let [stack, beside] = [&stack, &beside].map(|stack| stack.iter().map(String::as_str).collect::<Vec<_>>());
    let profile = Sketch::new(0.1).cpu(60, &stack).cpu(40, &beside).profile();
    assert_eq!(source.findings(&profile), Vec::<String>::new());
    check(
        "fn f(few: &[S], x: &S) { loop {\n if !few.$1contains(x) { return; } } }\nfn main() { let mut all = [S; 9]; for at in 0..9 { $2f(&all[..at], x); } }",
        CONTAINS,
        &[],
    );
}
