//! What fires and what stays silent, on sketched profiles. The fixtures beside the rules are the same for real programs.

mod blocking;
mod build;
mod io;
mod locks;

use crate::{Options, Sources, diagnose};
use profile::{BuildSettings, FdKind, Ledger, Profile, Scope, Sketch, WaitKind};

const FILE: &str = "src/main.rs";

/// A source with the positions of its marks `$1` to `$9`.
pub(crate) struct Source {
    text: String,
    marks: Vec<(u32, u32)>,
}

pub(crate) fn source(marked: &str) -> Source {
    let mut text = String::new();
    let mut marks = vec![(0, 0); 10];
    let mut rest = marked;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        let number = rest.as_bytes()[at + 1] - b'0';
        let line = text.matches('\n').count() as u32 + 1;
        let column = text.len() - text.rfind('\n').map_or(0, |newline| newline + 1);
        marks[usize::from(number)] = (line, column as u32 + 1);
        rest = &rest[at + 2..];
    }
    text.push_str(rest);
    Source { text, marks }
}

impl Source {
    /// Frames with `@n` turned into the position of mark `n`.
    pub(crate) fn stack(&self, frames: &str) -> Vec<String> {
        let frames = frames.split(" < ").map(str::trim);
        frames
            .map(|frame| match frame.split_once(" @") {
                Some((function, mark)) => {
                    let (line, column) = self.marks[mark.parse::<usize>().expect("a mark")];
                    format!("{function} {FILE}:{line}:{column}")
                }
                None => frame.to_owned(),
            })
            .collect()
    }

    pub(crate) fn findings(&self, profile: &Profile) -> Vec<String> {
        let ledger = Ledger::book(profile, &Scope::User);
        let sources = Sources::from_iter([(FILE.to_owned(), self.text.clone())]);
        let findings = diagnose(profile, &ledger, &sources, &Options::default());
        findings
            .iter()
            .map(|finding| format!("{} {}", finding.rule, finding.place.line))
            .collect()
    }
}

/// Checks the findings of a profile of CPU samples in one stack, given leaf first.
pub(crate) fn check(marked: &str, stack: &str, expected: &[&str]) {
    let source = source(marked);
    let stack = source.stack(stack);
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    let profile = Sketch::new(0.1).cpu(100, &frames).profile();
    assert_eq!(source.findings(&profile), expected, "{marked}");
}

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
fn building_anew_is_found_and_appending_is_not() {
    let stack = "libc __memmove_avx512 < alloc::fmt::format < app::main @1";
    check(
        "fn main() { let mut s = String::new(); for x in xs {\n s = $1format!(\"{s}{x}\"); } }",
        stack,
        &["string-building-in-loop 2"],
    );
    check(
        "fn main() { for x in xs { let mut s = g(); s = $1format!(\"{s}{x}\"); v.push(s); } }",
        stack,
        &[],
    );
    let append = "libc __memmove_avx512 < <alloc::string::String as core::ops::arith::Add<&str>>::add < app::main @1";
    check(
        "fn main() { let mut s = String::new(); for x in xs { s = $1s + x; } }",
        append,
        &[],
    );
}

#[test]
fn a_text_built_anew_in_a_method_that_a_loop_calls_is_found() {
    let stack = "libc __memmove_avx512 < alloc::string::String::push_str < app::Log::add @1 < app::main @2";
    let program = |body: &str, calls: &str| {
        format!(
            "impl Log {{ fn add(&mut self, part: &str) {{ let old = self.text.as_str();\n\
             let mut all = String::with_capacity(9); {body} }} }}\nfn main() {{ {calls} }}"
        )
    };
    let same = "for part in parts { log.$2add(part); }";
    let rebuilt = "all.$1push_str(old); all.push_str(part);\n self.text = all;";
    check(&program(rebuilt, same), stack, &["string-building-in-loop 3"]);
    check(&program(rebuilt, "for log in logs { log.$2add(part); }"), stack, &[]);
    let other = "all.$1push_str(part); all.push_str(part);\n self.text = all;";
    check(&program(other, same), stack, &[]);
    check(
        "impl Log { fn add(&mut self, part: &str) {\n self.text = $1format!(\"{}{}\", self.text, part); } }\n\
         fn main() { for part in parts { log.$2add(part); } }",
        "libc __memmove_avx512 < alloc::fmt::format < app::Log::add @1 < app::main @2",
        &["string-building-in-loop 2"],
    );
}

#[test]
fn the_next_state_computed_from_the_last_is_no_text_built_anew() {
    check(
        "impl World { fn step(&mut self) { self.cells = $1evolve(&self.cells); } }\n\
         fn main() { for _ in 0..9 { world.$2step(); } }\nfn evolve(cells: &[u8]) -> Vec<u8> { $3x }",
        "app::evolve @3 < app::World::step @1 < app::main @2",
        &[],
    );
}

#[test]
fn text_is_found_when_it_is_dropped_and_not_when_it_is_kept() {
    let stack = "core::fmt::write < alloc::fmt::format < app::main @1";
    check(
        "fn main() { for x in xs {\n let key = $1format!(\"{x}\"); if map.has(&key) { n += 1; } } }",
        stack,
        &["format-in-loop 2"],
    );
    check(
        "fn main() { for x in xs {\n let key = $1format!(\"{x}\"); *map.entry(key).or_insert(0) += 1; } }",
        stack,
        &["format-in-loop 2"],
    );
    check("fn main() { for x in xs { v.push($1format!(\"{x}\")); } }", stack, &[]);
    check(
        "fn main() { let v = xs.map(|x| $1format!(\"{x}\")).collect(); }",
        stack,
        &[],
    );
    check("fn main() { println!(\"{}\", $1format!(\"{x}\")); }", stack, &[]);
}

#[test]
fn text_that_a_function_returns_is_found_when_it_is_only_a_key() {
    let stack = "core::fmt::write < alloc::fmt::format < app::key @1 < app::main @2";
    let used = |call: &str| {
        format!("fn key(id: &Id) -> String {{\n $1format!(\"{{id}}\") }}\nfn main() {{ for id in ids {{ {call}; }} }}")
    };
    check(&used("map.entry($2key(id)).or_insert(0)"), stack, &["format-in-loop 2"]);
    check(&used("map.get(&$2key(id))"), stack, &["format-in-loop 2"]);
    check(&used("out.write_all($2key(id).as_bytes())"), stack, &[]);
    check(&used("names.push($2key(id))"), stack, &[]);
}

#[test]
fn writing_one_text_is_found_and_joining_several_or_ending_a_line_is_not() {
    let stack = "<str as core::fmt::Display>::fmt < core::fmt::write < std::io::Write::write_fmt < app::f @1";
    let write = |call: &str| format!("fn f() {{ for c in text {{\n {call}; }} }}");
    check(&write("$1write!(out, \"{c}\")"), stack, &["format-in-loop 2"]);
    check(
        &write("out.$1write_fmt(format_args!(\"{c}\"))"),
        stack,
        &["format-in-loop 2"],
    );
    check(&write("$1write!(out, \"{a}{b}\")"), stack, &[]);
    check(&write("$1writeln!(out, \"{c}\")"), stack, &[]);
}

#[test]
fn text_through_write_is_found_in_an_implementation_of_display() {
    let stack = "<char as core::fmt::Display>::fmt < core::fmt::write < <app::Quoted as core::fmt::Display>::fmt @1 \
                 < core::fmt::write < alloc::fmt::format < app::main @2";
    check(
        "impl Display for Quoted {\n fn fmt(&self, f: &mut F) -> R { for c in self.0.chars() {\n $1write!(f, \"{c}\")?; } Ok(()) } }\n\
         fn main() { for x in xs { n += $2format!(\"{x}\").len(); } }",
        stack,
        &["format-in-loop 3"],
    );
}

#[test]
fn what_an_implementation_of_display_computes_is_no_cost_of_the_text_between() {
    let stack = "core::fmt::num::fmt < core::fmt::write < <app::Rows as core::fmt::Display>::fmt @1 \
                 < core::fmt::write < alloc::fmt::format < app::main @2";
    check(
        "impl Display for Rows {\n fn fmt(&self, f: &mut F) -> R { for r in self.0.iter() {\n $1writeln!(f, \"{} {}\", r.a, r.b)?; } Ok(()) } }\n\
         fn main() { for x in xs { n += $2format!(\"{x}\").len(); } }",
        stack,
        &[],
    );
}

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
fn growth_is_found_when_the_loop_knows_its_length() {
    let stack = "libc realloc < alloc::alloc::realloc < alloc::vec::Vec<T,A>::push < app::main @1";
    check(
        "fn main() { let mut v = Vec::new(); for x in xs {\n v.$1push(x); } }",
        stack,
        &["growing-collection 2"],
    );
    for source in [
        "fn main() { for line in text.lines() { v.$1push(line); } }",
        "fn main() { for x in xs { if x.is_odd() { v.$1push(x); } } }",
        "fn main() { for x in xs { match x { A => v.$1push(x), _ => {} } } }",
    ] {
        check(source, stack, &[]);
    }
    check(
        "fn main() { let mut v = Vec::new(); while let Some(x) = next() { v.$1push(x); } }",
        stack,
        &[],
    );
}

#[test]
fn small_writes_are_found_and_large_ones_and_messages_are_not() {
    let source = source("fn main() { for x in xs {\n f.$1write_all(x); } }");
    let stack = source
        .stack("libc write < <std::fs::File as std::io::Write>::write < std::io::Write::write_all < app::main @1");
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    for (fd_kind, count, bytes, is_found) in [
        (FdKind::File, 5000, 20, true),
        (FdKind::Pipe, 5000, 20, true),
        (FdKind::File, 5000, 8192, false),
        (FdKind::File, 50, 20, false),
        (FdKind::Socket, 5000, 20, false),
    ] {
        let profile = Sketch::new(0.1)
            .io("write", fd_kind, count, bytes, 80, &frames)
            .profile();
        assert_eq!(
            source.findings(&profile).len(),
            usize::from(is_found),
            "{fd_kind:?} {count} {bytes}"
        );
    }
}

#[test]
fn one_small_read_of_each_of_many_files_is_silent() {
    let source = source("fn main() { for x in xs {\n f.$1read(x); } }");
    let stack = source.stack("libc read < <std::fs::File as std::io::Read>::read < app::main @1");
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    for (opens, is_found) in [(1, true), (5000, false)] {
        let profile = Sketch::new(0.1)
            .io("read", FdKind::File, 5000, 3, 80, &frames)
            .io("openat", FdKind::Other, opens, 0, 1, &frames)
            .profile();
        assert_eq!(source.findings(&profile).len(), usize::from(is_found), "{opens}");
    }
}

#[test]
fn a_lock_is_found_when_it_is_waited_for() {
    let source = source("fn work() {\n let g = state.$1lock().unwrap(); }\nfn main() { $2work() }");
    let lock = source.stack("libc syscall < std::sys::sync::mutex::futex::Mutex::lock_contended < std::sync::poison::mutex::Mutex<T>::lock < app::work @1");
    let fast = source.stack("std::sync::poison::mutex::Mutex<T>::lock < app::work @1");
    let lock: Vec<&str> = lock.iter().map(String::as_str).collect();
    let fast: Vec<&str> = fast.iter().map(String::as_str).collect();
    let contended = Sketch::new(1.0)
        .cpu(500, &fast)
        .wait(WaitKind::Futex, 1, 64, 700, &lock)
        .profile();
    assert_eq!(source.findings(&contended), ["lock-contention 2"]);
    assert_eq!(source.findings(&Sketch::new(1.0).cpu(1000, &fast).profile()), [""; 0]);
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
fn an_unoptimized_build_is_said_and_an_optimized_one_is_not() {
    let source = source("fn main() { $1 }");
    for (opt_level, debug_assertions, is_found) in [
        ("0", true, true),
        ("z", false, true),
        ("3", false, false),
        ("2", false, false),
    ] {
        let mut profile = Sketch::new(0.1).cpu(100, &["app::main src/main.rs:1:13"]).profile();
        profile.run.build = Some(BuildSettings {
            opt_level: opt_level.to_owned(),
            debug_assertions,
            ..BuildSettings::default()
        });
        assert_eq!(source.findings(&profile).len(), usize::from(is_found), "{opt_level}");
    }
}

#[test]
fn a_buffer_made_in_every_pass_is_found_where_it_is_made() {
    let push =
        "libc malloc < alloc::raw_vec::RawVec<T,A>::grow_one < alloc::vec::Vec<T,A>::push < app::f @1 < app::main @2";
    let churns = |marked: &str, stack: &str, lifetime_ns: Option<u64>| {
        let source = source(marked);
        let stack = source.stack(stack);
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let profile = Sketch::new(0.1)
            .cpu(100, &frames)
            .allocations(5000, 64, lifetime_ns, &frames)
            .profile();
        let mut found = source.findings(&profile);
        found.retain(|finding| finding.starts_with("allocation-churn"));
        found
    };
    let short = Some(1000);
    for (marked, expected) in [
        (
            "fn f(xs: &[u8]) { for x in xs {\n let mut v = Vec::new();\n v.$1push(x); use_it(&v); } }\nfn main() { $2f(&xs) }",
            2,
        ),
        (
            "fn f(x: u8) {\n let mut v = Vec::new();\n v.$1push(x); use_it(&v); }\nfn main() { for x in xs { $2f(x) } }",
            2,
        ),
        (
            "fn f(x: u8) -> Vec<u8> {\n let mut v = Vec::new();\n v.$1push(x); v }\nfn main() { for x in xs {\n let v = $2f(x); n += v.len(); } }",
            5,
        ),
        (
            "fn f(v: &mut Vec<u8>) {\n v.$1push(x); }\nfn main() { for x in xs {\n let mut v = Vec::new();\n $2f(&mut v); } }",
            4,
        ),
        (
            "fn f(x: u8) -> Option<Vec<u8>> {\n let mut v = Vec::new();\n v.$1push(x); Some(v) }\nfn main() { for x in xs {\n if $2f(x)?.len() > 3 { n += 1; } } }",
            5,
        ),
    ] {
        assert_eq!(
            churns(marked, push, short),
            [format!("allocation-churn {expected}")],
            "{marked}"
        );
        assert_eq!(churns(marked, push, None), [""; 0], "kept: {marked}");
    }
    for marked in [
        "fn f(xs: &[u8]) { let mut v = Vec::new(); for x in xs { v.clear(); v.$1push(x); } }\nfn main() { $2f(&xs) }",
        "fn f(xs: &[u8]) { for x in xs { let mut v = Vec::new(); v.$1push(x); tx.send(v); } }\nfn main() { $2f(&xs) }",
        "fn f(x: u8) -> Vec<u8> { let mut v = Vec::new(); v.$1push(x); v }\nfn main() { for x in xs { all.push($2f(x)); } }",
        "fn f(x: u8) -> Vec<u8> { let mut v = Vec::new(); v.$1push(x); v }\nfn main() { for x in xs { state.last = $2f(x); } }",
        "fn f(x: u8) -> T { let mut v = Vec::new(); v.$1push(x); T { v } }\nfn main() { for x in xs { let t = $2f(x); } }",
        "fn f(v: &mut Vec<u8>) { v.$1push(x); }\nfn main() { let mut v = Vec::new(); for x in xs { $2f(&mut v); } }",
        "fn f(s: &mut S) { s.v.$1push(x); }\nfn main() { for s in &mut all { $2f(s); } }",
        "impl S { fn f(&mut self) { self.v.$1push(x); } }\nfn main() { for x in xs { let mut m = M::new(); m.entry(x).or_default().$2f(); } }",
    ] {
        assert_eq!(churns(marked, push, short), [""; 0], "{marked}");
    }
}

#[test]
fn a_collection_made_for_one_use_is_found_and_one_that_is_needed_is_not() {
    let stack = "libc malloc < alloc::alloc::alloc < <alloc::vec::Vec<T> as alloc::vec::spec_from_iter::SpecFromIter<T,I>>::from_iter < core::iter::traits::iterator::Iterator::collect < app::f @1 < app::main @2";
    let collections = |body: &str| {
        let source = source(&format!(
            "fn f(x: &mut X) {{\n {body} }}\nfn main() {{ for x in xs {{ $2f(x); }} }}"
        ));
        let stack = source.stack(stack);
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let profile = Sketch::new(0.1)
            .cpu(100, &frames)
            .allocations(5000, 64, Some(1000), &frames)
            .profile();
        let mut found = source.findings(&profile);
        found.retain(|finding| finding.starts_with("temporary-collection"));
        found
    };
    for body in [
        "let v: Vec<_> = x.iter().filter(p).$1collect(); for y in v { n += y; }",
        "for y in x.iter().map(g).$1collect::<Vec<_>>() { n += y; }",
        "n += x.iter().filter(p).$1collect::<Vec<_>>().len();",
        "let v: Vec<_> = x.split(' ').$1collect(); n += v[2];",
        "let text = x.iter().map(g).$1collect::<Vec<_>>().join(\", \");",
        "if s == x.chars().rev().$1collect::<String>() { n += 1; }",
        "let m: HashMap<_, _> = x.iter().map(g).$1collect(); n += m.get(&x).unwrap();",
        "let v: Vec<_> = self.a.iter().filter(|a| a > x).$1collect(); for y in v { self.b.push(y); }",
        "out.extend(x.iter().map(g).$1collect::<Vec<_>>());",
    ] {
        assert_eq!(collections(body), ["temporary-collection 2"], "{body}");
    }
    for body in [
        "let v: Vec<_> = x.iter().filter(p).$1collect(); for a in &v { for b in &v { n += a * b; } }",
        "let v: Vec<_> = x.iter().filter(p).$1collect(); for z in zs { n += v[z]; }",
        "let mut v: Vec<_> = x.iter().filter(p).$1collect(); v.sort(); for y in v { n += y; }",
        "let v: Vec<_> = x.keys().filter(p).$1collect(); for y in v { x.remove(y); }",
        "let v: Vec<_> = self.a.iter().filter(|a| a > x).$1collect(); for y in v { self.go(y); }",
        "let v: Vec<_> = self.a.iter().filter(|a| a > x).$1collect(); for y in v { self.a.push(y); }",
        "let v: Vec<_> = x.iter().map(|y| spawn(y)).$1collect(); for y in v { y.join(); }",
        "let v: Vec<_> = x.lock().unwrap().iter().$1collect(); for y in v { n += y; }",
        "let v = x.iter().map(g).$1collect::<Result<Vec<_>, _>>()?; for y in v { n += y; }",
        "let v: HashSet<_> = x.iter().map(g).$1collect(); n += v.len();",
        "let v: BTreeSet<_> = x.iter().map(g).$1collect(); for y in v { n += y; }",
        "let v: Vec<_> = x.iter().map(g).$1collect(); all.push(v);",
        "let v: Vec<_> = x.iter().map(g).$1collect(); n += total(&v);",
        "let v: Vec<_> = x.iter().map(g).$1collect(); println!(\"{v:?}\"); for y in v { n += y; }",
        "let v: Vec<_> = x.iter().map(g).$1collect(); for y in v { advance(&mut x, y); }",
        "let s: String = x.iter().map(g).$1collect(); n += s.parse::<u32>().unwrap();",
        "let v: Vec<_> = x.iter().map(g).$1collect(); n += v[1..].iter().sum::<u32>();",
    ] {
        assert_eq!(collections(body), [""; 0], "{body}");
    }
}

#[test]
fn a_collection_that_a_helper_returns_is_found_where_its_caller_only_walks_it() {
    let stack = "libc malloc < alloc::alloc::alloc < core::iter::traits::iterator::Iterator::collect < app::f @1 < app::main @2";
    for (caller, expected) in [
        ("for y in $2f(&x) { n += y; }", 1),
        ("n += $2f(&x).len();", 1),
        ("for y in $2f(&mut x) { x.push(y); }", 0),
        ("let v = $2f(&x); all.push(v);", 0),
    ] {
        let source = source(&format!(
            "fn f(x: &X) -> Vec<u8> {{\n x.iter().map(g).$1collect() }}\nfn main() {{ for x in xs {{ {caller} }} }}"
        ));
        let stack = source.stack(stack);
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let profile = Sketch::new(0.1)
            .cpu(100, &frames)
            .allocations(5000, 64, Some(1000), &frames)
            .profile();
        let mut found = source.findings(&profile);
        found.retain(|finding| finding == "temporary-collection 2");
        assert_eq!(found.len(), expected, "{caller}");
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
fn the_allocator_is_named_when_no_place_owns_its_cost_and_it_is_the_c_library_s() {
    let letters: String = (1..=5)
        .map(|mark| format!("x.{}(${mark});\n", ["a", "b", "c", "d", "e"][mark - 1]))
        .collect();
    let source = source(&format!("fn main() {{ for x in xs {{\n {letters} }} }}"));
    let profile = |leaf: &str, counts: [u64; 5]| {
        let mut sketch = Sketch::new(0.2);
        for (mark, count) in counts.into_iter().enumerate() {
            let stack = source.stack(&format!(
                "{leaf} < alloc::alloc::alloc < alloc::boxed::Box<T>::new < app::main @{}",
                mark + 1
            ));
            let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
            sketch = sketch.cpu(20, &frames).allocations(count, 64, None, &frames);
        }
        let own = source.stack("app::main @1");
        sketch.cpu(100, &[own[0].as_str()]).profile()
    };
    let spread = [4000, 5000, 4500, 4800, 4600];
    let found = |profile: Profile| source.findings(&profile);
    assert_eq!(found(profile("libc malloc", spread)), ["allocator-bound 3"]);
    assert_eq!(found(profile("dep mimalloc::mi_malloc", spread)), [""; 0]);
    assert_eq!(found(profile("libc malloc", [40_000, 5000, 4500, 4800, 4600])), [""; 0]);
    let mut large = profile("libc malloc", spread);
    large.totals.allocated_bytes = large.totals.allocations * 60_000;
    assert_eq!(found(large), [""; 0]);
}

#[test]
fn small_boxes_are_found_in_great_number_and_large_or_few_ones_are_not() {
    let boxes = |marked: &str, pointer: &str, count: u64, bytes: u64, samples: u64| {
        let source = source(marked);
        let stack = source.stack(&format!(
            "libc malloc < alloc::alloc::alloc < {pointer}<T>::new < app::f @1 < app::main @2"
        ));
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let own = source.stack("app::main @2");
        let profile = Sketch::new(0.1)
            .cpu(samples, &frames)
            .cpu(100 - samples, &[own[0].as_str()])
            .allocations(count, bytes, Some(5_000_000), &frames)
            .profile();
        let mut found = source.findings(&profile);
        found.retain(|finding| finding.starts_with("boxed"));
        found.len()
    };
    let list = "fn f(x: u8) { q.push(Box::$1new(x)); }\nfn main() { for x in xs { $2f(x); } }";
    let tree = "enum Tree { Leaf, Node(Box<Tree>) }\nfn f(x: u8) -> Tree { Tree::Node(Box::$1new(f(x - 1))) }\nfn main() { for x in xs { $2f(x); } }";
    let of_box = "alloc::boxed::Box";
    for (marked, pointer, count, bytes, samples, expected) in [
        (list, of_box, 20_000, 16, 50, 1),
        (list, "alloc::rc::Rc", 20_000, 40, 50, 1),
        (list, of_box, 20_000, 40, 50, 0),
        (list, of_box, 500, 16, 50, 0),
        (list, of_box, 20_000, 16, 8, 0),
        (list, of_box, 20_000, 16, 15, 1),
        (tree, of_box, 20_000, 24, 15, 0),
        (tree, of_box, 20_000, 24, 30, 1),
    ] {
        assert_eq!(
            boxes(marked, pointer, count, bytes, samples),
            expected,
            "{marked} {pointer} {count} {bytes} {samples}"
        );
    }
}

#[test]
fn vectors_that_are_kept_are_found_when_they_are_small_and_many() {
    let vectors = |body: &str, count: u64, bytes: u64, samples: u64| {
        let source = source(&format!(
            "struct R {{ v: Vec<u16> }}\nfn f(x: X) -> R {{ {body} }}\nfn main() {{ for x in xs {{ all.push($2f(x)); }} }}"
        ));
        let stack = source.stack("libc malloc < alloc::raw_vec::RawVec<T,A>::grow_one < alloc::vec::Vec<T,A>::push < app::f @1 < app::main @2");
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let own = source.stack("app::main @2");
        let profile = Sketch::new(0.1)
            .cpu(samples, &frames)
            .cpu(100 - samples, &[own[0].as_str()])
            .allocations(count, bytes, Some(5_000_000), &frames)
            .profile();
        source.findings(&profile)
    };
    let kept = "let mut v = Vec::new(); v.$1push(x); R { v }";
    assert_eq!(vectors(kept, 20_000, 16, 40), ["small-vector 2"]);
    for (body, count, bytes, samples) in [
        (kept, 20_000, 200, 40),
        (kept, 2000, 16, 40),
        (kept, 20_000, 16, 10),
        ("let mut v = Vec::new(); v.$1push(x); g(&v)", 20_000, 16, 40),
    ] {
        let found = vectors(body, count, bytes, samples);
        assert!(
            !found.contains(&"small-vector 2".to_owned()),
            "{body} {count} {bytes} {samples}"
        );
    }
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
