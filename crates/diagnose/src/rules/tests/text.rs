//! Texts: `string-building-in-loop`, `format-in-loop`.

use super::check;

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
fn a_builder_that_makes_its_text_anew_is_found() {
    let stack = "alloc::fmt::format < app::P::add @1 < app::main @2";
    for (text, expected) in [("self.text", 1), ("self.name", 0)] {
        let marked = format!(
            "impl P {{ fn add(self, more: &str) -> Self {{ Self {{\n text: $1format!(\"{{}}{{more}}\", {text}), lines: 1 }} }} }}\nfn main() {{ for more in all {{ p = p.$2add(more); }} }}"
        );
        let expected = if expected == 1 {
            &["string-building-in-loop 2"][..]
        } else {
            &[]
        };
        check(&marked, stack, expected);
    }
}

#[test]
fn a_fold_that_formats_what_it_has_is_found() {
    let stack = "libc __memmove_avx512 < alloc::fmt::format < app::f::{closure} @1 < core::iter::traits::iterator::Iterator::fold < app::f @2 < app::main @3";
    let program = |closure: &str| {
        format!(
            "fn f(items: &[T]) -> String {{ items.iter().$2fold(String::new(), |text, item| {{\n {closure} }}) }}\nfn main() {{ for items in all {{ $3f(items); }} }}"
        )
    };
    let found: &[&str] = &["string-building-in-loop 2"];
    check(&program("$1format!(\"{text}, {item}\")"), stack, found);
    check(
        &program("if text.is_empty() { item.to_string() } else { $1format!(\"{}, {}\", text, item) }"),
        stack,
        found,
    );
    for silent in [
        "text + &$1format!(\", {item}\")",
        "log($1format!(\"{text}, {item}\")); text",
    ] {
        let source = super::source(&program(silent));
        let stack = source.stack(stack);
        let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
        let profile = profile::Sketch::new(0.1).cpu(100, &frames).profile();
        let findings = source.findings(&profile);
        assert!(!findings.contains(&found[0].to_owned()), "{silent}: {findings:?}");
    }
}
