//! What is the same in every pass, and what only looks so.

use crate::rules::tests::{check, source};
use profile::{FdKind, Sketch};

const SUM: &str =
    "<core::iter::adapters::copied::Copied<I> as core::iter::traits::iterator::Iterator>::sum < app::f @1";
const IN_HELPER: &str = "<core::iter::adapters::copied::Copied<I> as core::iter::traits::iterator::Iterator>::sum < app::total @1 < app::f @2";
const LOWER: &str = "alloc::str::<impl str>::to_lowercase < app::f @1";

fn is_found(source: &str, stack: &str) {
    check(source, stack, &["repeated-work 2"]);
}

fn is_silent(source: &str, stack: &str) {
    check(source, stack, &[]);
}

#[test]
fn found_when_nothing_it_depends_on_changes_in_the_loop() {
    for source in [
        "fn f(all: &[u32], xs: &[u32]) { for x in xs {\n g(x, all.iter().$1sum::<u32>()); } }",
        "fn f(xs: Vec<u32>) { let all = load(); for x in xs {\n g(x, all.iter().$1sum::<u32>()); } }",
        "fn f(xs: &[u32]) { let mut all = load(); all.sort(); for x in xs {\n let n = all.iter().$1sum::<u32>(); g(x, n); } }",
        "fn f(&self, xs: &[u32]) { for x in xs {\n g(x, self.all.iter().$1sum::<u32>()); } }",
        "impl A { fn f(&mut self, xs: &[u32]) { for x in xs {\n self.seen += x / self.all.iter().$1sum::<u32>(); } } }",
        "fn f(rows: &[R], k: usize) { let xs = 0..9; for x in xs {\n g(x, rows[k].cells.iter().$1sum::<u32>()); } }",
        "fn f(all: &[u32], mut xs: Vec<u32>) { while let Some(x) = xs.pop() {\n g(x, all.iter().$1sum::<u32>()); } }",
        "fn f(all: &[u32], xs: &[X]) { for x in xs { if x.is_open {\n g(x, all.iter().$1sum::<u32>()); } } }",
        "fn f(c: &C, xs: &[X]) { for x in xs { let all = &c.all;\n g(x, all.iter().$1sum::<u32>()); } }",
    ] {
        is_found(source, SUM);
    }
}

#[test]
fn silent_when_something_it_depends_on_may_change() {
    for source in [
        "fn f(rows: &[R]) { for row in rows { g(row.cells.iter().$1sum::<u32>()); } }",
        "fn f(xs: &[u32]) { let mut all = load(); for x in xs { g(x, all.iter().$1sum::<u32>()); all.clear(); } }",
        "fn f(xs: &[u32]) { let mut all = load(); for x in xs { g(x, all.iter().$1sum::<u32>()); change(&mut all); } }",
        "fn f(all: &mut Vec<u32>, xs: &[u32]) { for x in xs { g(x, all.iter().$1sum::<u32>()); change(all); } }",
        "fn f(all: &mut [u32], xs: &[u32]) { for x in xs { g(x, all.iter().$1sum::<u32>()); all[3] = 1; } }",
        "fn f(all: &mut [u32], xs: &[u32]) { for x in xs { g(x, all.iter().$1sum::<u32>()); for a in all.iter_mut() { *a += 1; } } }",
        "impl A { fn f(&mut self, xs: &[u32]) { for x in xs { g(x, self.all.iter().$1sum::<u32>()); self.step(); } } }",
        "fn f(rows: &[R], xs: &[u32]) { for (i, x) in xs.iter().enumerate() { g(x, rows[i].iter().$1sum::<u32>()); } }",
        "fn f(xs: &[u32]) { for x in xs { let all = load(x); g(x, all.iter().$1sum::<u32>()); } }",
        "fn f(all: &RefCell<Vec<u32>>, xs: &[u32]) { for x in xs { g(x, all.borrow().iter().$1sum::<u32>()); } }",
        "fn f(all: &[Cell], xs: &[u32]) { for x in xs { g(x, all.iter().map(|a| a.load(SeqCst)).filter(|a| a > x).$1sum::<u32>()); } }",
        "fn f(all: &[u32], xs: &[u32]) { for x in xs { g(all.iter().map(|a| a * x).$1sum::<u32>()); } }",
    ] {
        is_silent(source, SUM);
    }
}

#[test]
fn a_method_is_looked_into_for_what_it_changes() {
    let source = |step: &str| {
        format!(
            "impl A {{ fn f(&mut self, xs: &[u32]) {{ for x in xs {{\n g(x, self.all.iter().$1sum::<u32>()); self.step(); }} }}\n{step} }}"
        )
    };
    is_found(&source("fn step(&mut self) { self.count += 1; }"), SUM);
    is_found(&source("fn step(&self) -> u32 { self.count }"), SUM);
    is_silent(&source("fn step(&mut self) { self.all.truncate(1); }"), SUM);
    is_silent(
        &source("fn step(&mut self) { self.deeper(); } fn deeper(&mut self) { self.all.clear(); }"),
        SUM,
    );
    is_silent(&source("fn step(&mut self) { change(self); }"), SUM);
}

#[test]
fn silent_when_it_is_asked_for_once() {
    for source in [
        "fn f(all: &[u32], xs: &[u32]) { let mut n = None; for x in xs { if n.is_none() { n = Some(all.iter().$1sum::<u32>()); } g(x, n); } }",
        "fn f(all: &[u32], xs: &[u32]) { for x in xs { if *x > 3 { return all.iter().$1sum::<u32>(); } } }",
        "fn f(all: &[u32], xs: &[u32]) { for x in xs { if *x > 3 { n = all.iter().$1sum::<u32>(); break; } } }",
        "fn f(all: &[u32], xs: &[u32]) { for (i, x) in xs.iter().enumerate() { if i == 0 { n = all.iter().$1sum::<u32>(); } g(x); } }",
        "fn f(all: &[u32], xs: &[u32]) { for x in xs { cell.get_or_init(|| all.iter().$1sum::<u32>()); g(x); } }",
    ] {
        is_silent(source, SUM);
    }
}

#[test]
fn silent_when_the_loop_only_repeats() {
    for source in [
        "fn f(all: &[u32]) { let mut n = 0; for _ in 0..100 { n += all.iter().$1sum::<u32>(); } }",
        "fn f(all: &[u32]) { let mut n = 0; for round in 0..100 { n += all.iter().$1sum::<u32>(); println!(\"{round}\"); } }",
        "fn f(all: &[u32]) { let mut v = vec![]; for _ in 0..100 { v.push(all.iter().$1sum::<u32>()); } }",
        "fn f(all: &[u32]) { let start = Instant::now(); while start.elapsed() < LIMIT { black_box(all.iter().$1sum::<u32>()); } }",
    ] {
        is_silent(source, SUM);
    }
}

#[test]
fn an_answer_that_each_pass_changes_or_keeps_is_needed() {
    is_found(
        "fn f(s: &str, xs: &[S]) { for x in xs {\n if x.name == s.$1to_lowercase() { g(x); } } }",
        LOWER,
    );
    is_found(
        "fn f(s: &str, xs: &[S]) { for x in xs {\n let low = s.$1to_lowercase(); g(x, &low); } }",
        LOWER,
    );
    for source in [
        "fn f(s: &str, xs: &[S]) { for x in xs { let mut low = s.$1to_lowercase(); low.push_str(x); g(&low); } }",
        "fn f(s: &str, xs: &[S]) { for x in xs { all.push(s.$1to_lowercase()); g(x); } }",
        "fn f(s: &str, xs: &[S]) { for x in xs { let low = s.$1to_lowercase(); all.push(P { low, x }); } }",
    ] {
        is_silent(source, LOWER);
    }
}

#[test]
fn followed_through_helpers_to_the_loop_that_asks() {
    let helper = "fn total(all: &[u32]) -> u32 { all.iter().$1sum() }\n";
    is_found(
        &format!("{helper}fn f(all: &[u32], xs: &[u32]) {{ for x in xs {{ g(x, $2total(&all)); }} }}"),
        IN_HELPER,
    );
    is_silent(
        &format!("{helper}fn f(rows: &[R]) {{ for row in rows {{ g($2total(&row.cells)); }} }}"),
        IN_HELPER,
    );
    is_silent(&format!("{helper}fn f(all: &[u32]) {{ g($2total(&all)); }}"), IN_HELPER);
    let part = "fn total(all: &[u32], x: u32) -> u32 { x / all.iter().$1sum::<u32>() }\n";
    is_found(
        &format!("{part}fn f(all: &[u32], xs: &[u32]) {{ for x in xs {{ g($2total(&all, *x)); }} }}"),
        IN_HELPER,
    );
    let kept = "fn total(a: &mut A) -> u32 { if a.sum == 0 { a.sum = a.all.iter().$1sum(); } a.sum }\n";
    is_silent(
        &format!("{kept}fn f(a: &mut A, xs: &[u32]) {{ for x in xs {{ g(x, $2total(a)); }} }}"),
        IN_HELPER,
    );
}

const SORT: &str = "core::slice::sort::stable::driftsort_main < alloc::slice::<impl [T]>::sort < app::f @1";

#[test]
fn a_sort_again_after_additions_is_found() {
    for source in [
        "fn f(xs: &[u32]) { let mut all = vec![]; for x in xs { all.push(*x);\n all.$1sort(); g(&all); } }",
        "fn f(all: &mut Vec<u32>) { while let Some(x) = all.pop() { for y in x.next() { all.push(y); }\n all.$1sort(); } }",
        "fn f(all: &mut Vec<u32>, xs: &[u32]) { for x in xs { put(all, *x);\n all.$1sort(); } }\nfn put(all: &mut Vec<u32>, x: u32) { all.push(x); }",
        "fn f(xs: &[u32]) { let mut all = vec![]; for x in xs { all.push(*x); let mut s = all.clone();\n s.$1sort(); g(&s); } }",
    ] {
        check(source, SORT, &["repeated-sort 2"]);
    }
    check(
        "impl A { fn f(&mut self, x: u32) { self.all.push(x);\n self.all.$1sort(); } }\nfn main() { let mut a = A::new(); for x in xs { a.$2f(x); } }",
        &format!("{SORT} < app::main @2"),
        &["repeated-sort 2"],
    );
}

#[test]
fn a_sort_of_what_is_in_order_already_is_found() {
    for source in [
        "fn f(all: &mut Vec<u32>, xs: &[u32]) { for x in xs {\n all.$1sort(); g(&all, x); } }",
        "fn f(all: &mut Vec<u32>) { while !all.is_empty() {\n all.$1sort(); let x = all.pop(); g(x); } }",
    ] {
        check(source, SORT, &["repeated-sort 2"]);
    }
}

#[test]
fn a_sort_of_another_list_or_after_a_change_of_elements_is_silent() {
    for source in [
        "fn f(rows: Vec<Vec<u32>>) { for mut row in rows { row.$1sort(); g(&row); } }",
        "fn f(xs: &[u32]) { for x in xs { let mut all = load(x); all.$1sort(); g(&all); } }",
        "fn f(all: &mut Vec<u32>, xs: &[u32]) { for x in xs { for a in all.iter_mut() { *a += x; } all.$1sort(); } }",
        "fn f(all: &mut Vec<u32>, xs: &[u32]) { for x in xs { all[3] = *x; all.$1sort(); } }",
        "fn f(all: &mut Vec<u32>, xs: &[u32]) { for x in xs { all.clear(); all.push(*x); all.$1sort(); } }",
        "fn f(all: &mut Vec<u32>, xs: &[u32]) { for x in xs { unknown(all, *x); all.$1sort(); } }",
        "fn f(all: &mut Vec<u32>, xs: &[u32]) { for x in xs { all.sort_by_key(|a| a.abs_diff(*x)); all.$1sort(); } }",
        "fn f(all: &mut Vec<u32>) { for _ in 0..9 { all.$1sort(); } }",
        "fn f(all: &mut Vec<u32>, xs: &[u32]) { let mut done = false; for x in xs { if !done { all.$1sort(); done = true; } g(x, &all); } }",
    ] {
        let source = source.replace(
            "all.sort_by_key(|a| a.abs_diff(*x)); all.$1sort()",
            "all.$1sort_by_key(|a| a.abs_diff(*x))",
        );
        let stack = if source.contains("$1sort_by_key") {
            SORT.replace(">::sort <", ">::sort_by_key <")
        } else {
            SORT.to_owned()
        };
        check(&source, &stack, &[]);
    }
}

#[test]
fn a_sort_for_one_element_is_found_and_one_for_several_is_not() {
    for source in [
        "fn f(xs: &[u32]) -> u32 { let mut all = xs.to_vec();\n all.$1sort(); all[all.len() / 2] }",
        "fn f(xs: &[u32]) -> u32 { let mut all = xs.to_vec();\n all.$1sort(); *all.last().unwrap() }",
    ] {
        check(source, SORT, &["repeated-sort 2"]);
    }
    for source in [
        "fn f(xs: &[u32]) -> u32 { let mut all = xs.to_vec(); all.$1sort(); all[all.len() / 2] + all[all.len() * 9 / 10] }",
        "fn f(xs: &[u32]) -> Vec<u32> { let mut all = xs.to_vec(); all.$1sort(); all }",
        "fn f(xs: &[u32]) { let mut all = xs.to_vec(); all.$1sort(); for a in &all { g(a); } }",
        "fn f(all: &mut Vec<u32>) -> u32 { all.$1sort(); all[0] }",
    ] {
        check(source, SORT, &[]);
    }
}

#[test]
fn a_sort_of_a_handful_is_silent() {
    check(
        "fn f(xs: &[u32]) { let mut all = vec![]; for x in xs { all.push(*x); all.$1sort(); g(&all); } }",
        "core::slice::sort::shared::smallsort::insertion_sort_shift_left < alloc::slice::<impl [T]>::sort < app::f @1",
        &[],
    );
}

const TEXT_KEY: &str =
    "<str as core::hash::Hash>::hash < std::collections::hash::map::HashMap<K,V,S,A>::get < app::f @1";

#[test]
fn texts_of_data_that_is_walked_through_again_are_found_as_keys() {
    for source in [
        "fn f(all: &[E]) { for r in rounds { for e in all {\n g(r, map.$1get(&e.name)); } } }",
        "fn f(a: &A, starts: &[S]) { for s in starts { let mut q = vec![s]; while let Some(n) = q.pop() { for m in &a.next[n] {\n q.push(map.$1get(m)); } } } }",
        "fn f(all: &[E]) { let mut map = load(); while g(&mut map) { all.iter().for_each(|e| {\n h(map.$1get(&e.name)); }); } }",
    ] {
        let stack = TEXT_KEY.replace(
            " < app::f @1",
            if source.contains("for_each") {
                " < app::f::{{closure}} @1 < core::iter::traits::iterator::Iterator::for_each < app::f @1"
            } else {
                " < app::f @1"
            },
        );
        check(source, &stack, &["string-keys 2"]);
    }
    check(
        "fn f(all: &[E]) { for e in all {\n g(map.$1get(&e.name)); } }\nfn main() { for s in starts { h(s); $2f(&all); } }",
        &format!("{TEXT_KEY} < app::main @2"),
        &["string-keys 2"],
    );
}

#[test]
fn texts_that_are_looked_up_once_or_come_from_input_are_silent() {
    for source in [
        "fn f(all: &[E]) { for e in all { g(map.$1get(&e.name)); } }",
        "fn f(text: &str) { for r in rounds { for word in text.split(' ') { g(r, map.$1get(word)); } } }",
        "fn f(text: &str) { for r in rounds { for line in text.lines() { let key = line.trim(); g(r, map.$1get(key)); } } }",
        "fn f(a: &A) { let mut q = vec![0]; while let Some(n) = q.pop() { for m in &a.next[n] { q.push(map.$1get(m)); } } }",
        "fn f(all: &[E]) { for _ in 0..9 { for e in all { n += map.$1get(&e.name); } } }",
        "fn f(days: &[D]) { for day in days { let mut rows = load(day); for row in &rows { g(map.$1get(&row.name)); } } }",
    ] {
        check(source, TEXT_KEY, &[]);
    }
}

#[test]
fn reading_the_same_file_again_is_found_and_watching_one_is_not() {
    let findings = |marked: &str, fd_kind: FdKind| {
        let source = source(marked);
        let stack = source.stack("libc read < std::fs::read_to_string < app::load @1 < app::f @2");
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let profile = Sketch::new(0.1)
            .cpu(60, &frames)
            .io("read", fd_kind, 40, 5000, 40, &frames)
            .profile();
        source.findings(&profile)
    };
    let load = "fn load(path: &str) -> Vec<u32> { parse(&fs::$1read_to_string(path).unwrap()) }\n";
    let asks = format!("{load}fn f(path: &str, xs: &[u32]) {{ for x in xs {{ g(x, &$2load(path)); }} }}");
    assert_eq!(findings(&asks, FdKind::File), ["repeated-work 2"]);
    assert_eq!(findings(&asks, FdKind::Socket), [""; 0]);
    let watches =
        format!("{load}fn f(path: &str, xs: &[u32]) {{ for x in xs {{ g(x, &$2load(path)); sleep(SECOND); }} }}");
    assert_eq!(findings(&watches, FdKind::File), [""; 0]);
    let each = format!("{load}fn f(paths: &[&str]) {{ for path in paths {{ g(&$2load(path)); }} }}");
    assert_eq!(findings(&each, FdKind::File), [""; 0]);
}

#[test]
fn another_receiver_of_a_trait_and_another_part_of_a_recursion_ask_something_else() {
    let sum = "core::iter::traits::iterator::Iterator::sum";
    let program = "impl X for A { fn f(&self, p: &P) -> u64 { p.all.iter().$1sum::<u64>() } }\n";
    let of_trait = format!("{sum} < <app::A as app::X>::f @1 < app::main @2");
    let of_type = format!("{sum} < app::A::f @1 < app::main @2");
    let asks = format!("{program}fn main() {{ for x in checks {{ n += x.$2f(&p); g(x); }} }}");
    check(&asks, &of_trait, &[]);
    check(&asks, &of_type, &["repeated-work 2"]);
    let recursion = "fn f(s: &S, n: &N) -> u64 { let own = s.of(n.all.iter().$1sum::<u64>()); n.below.iter().map(|m| f(s, m)).sum::<u64>() + own }\nfn main() { for x in frames { g(x, $2f(&s, &root)); } }";
    check(recursion, &format!("{sum} < app::f @1 < app::main @2"), &[]);
}
