//! Memory that is taken too often.

use super::{check, source};
use profile::{Profile, Sketch};

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
fn storage_that_grows_by_a_sum_is_found_and_one_that_doubles_is_not() {
    let said = |size: &str, asked: &str| {
        let source = source(&format!(
            "impl S {{ fn grow(&mut self, more: usize) {{\n let size = {size};\n let mut next = vec![0; size].into_boxed_slice();\n next[..self.len].$1copy_from_slice(&self.all[..self.len]);\n self.all = next; }}\n fn reserve(&mut self, more: usize) {{ if more > self.all.len() - self.len {{ self.$2grow({asked}); }} }} }}\nfn main() {{ for batch in batches {{ s.$3reserve(batch.len()); }} }}"
        ));
        let path = "app::S::grow @1 < app::S::reserve @2 < app::main @3";
        let stack = source.stack(&format!(
            "libc __memmove_avx512 < core::slice::<impl [T]>::copy_from_slice < {path}"
        ));
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let profile = Sketch::new(0.1)
            .cpu(100, &frames)
            .allocations(500, 4096, Some(1000), &frames)
            .profile();
        let found = source.findings(&profile);
        found.iter().any(|finding| finding == "growing-collection 4")
    };
    assert!(said("self.all.len() + more", "more - (self.all.len() - self.len)"));
    assert!(said("self.all.len() + CHUNK", "more"));
    for (size, asked) in [
        ("self.all.len() + more", "more.max(self.all.len())"),
        ("self.all.len() * 2", "more"),
        ("(self.all.len() + more).next_power_of_two()", "more"),
        ("self.all.len() + self.all.len() / 2", "more"),
        ("more", "more"),
    ] {
        assert!(!said(size, asked), "{size}, {asked}");
    }
}

#[test]
fn a_few_dozen_large_blocks_are_churn_and_a_few_dozen_small_ones_are_not() {
    let source = source(
        "fn f(x: &X) -> usize {\n let mut v = $1vec![0; x.len];\n x.fill(&mut v); v.len() }\nfn main() { for x in xs { n += $2f(x); } }",
    );
    let stack = source.stack("libc malloc < alloc::vec::from_elem < app::f @1 < app::main @2");
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    for (count, size, expected) in [(40, 16 << 20, 1), (40, 4096, 0), (5, 16 << 20, 0)] {
        let profile = Sketch::new(0.1)
            .cpu(100, &frames)
            .allocations(count, size, Some(100_000), &frames)
            .profile();
        let mut found = source.findings(&profile);
        found.retain(|finding| finding.starts_with("allocation-churn"));
        assert_eq!(found.len(), expected, "{count} × {size}");
    }
}

#[test]
fn large_blocks_that_a_library_works_with_are_found_at_its_call() {
    let said = |marked: &str, lifetime_ns: Option<u64>| {
        let source = source(marked);
        let stack = source.stack(
            "libc malloc < alloc::alloc::alloc < codec::Encoder::encode_all /cargo/registry/src/index/codec-1.0.0/src/lib.rs:9:5 < app::write @1 < app::main @2",
        );
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let sketch = Sketch::new(0.1).cpu(100, &frames);
        let profile = sketch.allocations(40, 16 << 20, lifetime_ns, &frames).profile();
        source.findings(&profile)
    };
    let written = "fn write(data: &[u8]) {\n Encoder::new(&mut out).$1encode_all(data).unwrap(); }\n";
    let (often, once) = (
        "fn main() { for frame in frames { $2write(frame); } }",
        "fn main() { $2write(frame); }",
    );
    assert_eq!(
        said(&format!("{written}{often}"), Some(100_000)),
        ["allocation-churn 2"]
    );
    assert_eq!(said(&format!("{written}{often}"), None), [""; 0]);
    assert_eq!(said(&format!("{written}{once}"), Some(100_000)), [""; 0]);
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
fn growth_by_a_closure_that_somebody_calls_now_and_then_is_silent() {
    let stack = "alloc::raw_vec::RawVec<T,A>::grow_one < alloc::vec::Vec<T,A>::push < app::f::{{closure}} @1 < app::Memo::get src/main.rs:9:1 < app::f @2 < app::main @3";
    check(
        "fn f(all: &[u8], memo: &mut Memo) { let mut points = Vec::new(); for x in all {\n memo.$2get(*x, || { points.$1push(*x); 1 }); } }\nfn main() { $3f(&all, &mut memo); }",
        stack,
        &[],
    );
}
