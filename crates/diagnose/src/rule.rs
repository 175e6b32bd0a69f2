//! What a rule is, and how one is declared.

use crate::{Candidates, Context};
use std::fmt;

/// A rule: a pattern that makes programs slow, with the check that finds it in a recording.
pub struct Rule {
    /// The pattern, kebab-case.
    pub name: &'static str,
    /// 1 algorithm … 5 SIMD and parallelism, 6 batching and I/O, 7 build.
    pub level: u8,
    /// The manual page, in Markdown with fixed sections.
    pub manual: &'static str,
    /// The same in Chinese.
    pub manual_chinese: &'static str,
    /// What the page shows: a fixture that is slow, and its cured twin.
    pub example: Example,
    /// Keys of the sentences that it may say.
    pub messages: &'static [&'static str],
    /// Its message catalogue, in English, in Fluent syntax.
    pub english: &'static str,
    /// The same in Chinese.
    pub chinese: &'static str,
    pub(crate) check: fn(&Context<'_>, &mut Candidates),
}

/// Bad and good code, as whole files that the tests compile and run.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// Of both files, as Markdown's code fences name it.
    pub language: &'static str,
    /// The file that the rule reports.
    pub bad: &'static str,
    /// Its cured twin.
    pub good: &'static str,
}

impl Example {
    /// The lines of a file that the page shows: those between the comments `[page]` and `[/page]`, moved to the left.
    /// Several such parts are set apart by an empty line.
    pub fn excerpt(source: &str) -> String {
        let mut parts: Vec<Vec<&str>> = Vec::new();
        let mut is_shown = false;
        for line in source.lines() {
            match line.trim_start_matches(['/', '#', ' ']) {
                "[page]" => {
                    is_shown = true;
                    parts.push(Vec::new());
                }
                "[/page]" => is_shown = false,
                _ if is_shown => parts.last_mut().into_iter().for_each(|part| part.push(line)),
                _ => {}
            }
        }
        let texts: Vec<String> = parts.iter().map(|part| moved_left(part)).collect();
        texts.join("\n").replace("//~ ", "// ← ")
    }
}

/// Lines without the indentation that all of them have.
fn moved_left(lines: &[&str]) -> String {
    let indentation = |line: &&&str| line.len() - line.trim_start().len();
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let common = filled.map(|line| indentation(&line)).min().unwrap_or(0);
    let moved = |line: &&str| format!("{}\n", line.get(common..).unwrap_or(""));
    lines.iter().map(moved).collect()
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The same sections in Chinese.
#[cfg(test)]
pub(crate) const CHINESE_SECTIONS: [&str; 6] =
    ["找什么", "为什么慢", "证据", "手工怎么看", "改法与安全性", "何时不要改"];

/// The sections that every manual page has, in order.
#[cfg(test)]
pub(crate) const SECTIONS: [&str; 6] = [
    "What it finds",
    "Why it is slow",
    "Evidence",
    "How to see it by hand",
    "Fix and its safety",
    "When not to",
];

/// Declares a rule: its doc comment is the manual page, its catalogues and the Chinese page lie in
/// a folder of its name beside it. The page shows code from `slow.rs` and `fast.rs` there, or from the two files
/// that `shows` names.
///
/// ```ignore
/// declare_rule! {
///     /// ## What it finds
///     /// …
///     pub(super) VEC_GROWTH = "vec-growth", level 3, check, says ["vec-growth-title", "vec-growth-why"]
/// }
/// ```
macro_rules! declare_rule {
    (
        $(#[doc = $line:expr])+
        $vis:vis $ident:ident = $name:literal, level $level:literal, $check:path, says [$($key:literal),+ $(,)?]
        $(, shows $language:literal [$bad:literal, $good:literal $(,)?])?
    ) => {
        $(#[doc = $line])+
        $vis static $ident: $crate::Rule = $crate::Rule {
            name: $name,
            level: $level,
            manual: concat!($($line, "\n"),+),
            manual_chinese: include_str!(concat!($name, "/zh.md")),
            example: $crate::rule::example!($name $(, $language, $bad, $good)?),
            messages: &[$($key),+],
            english: include_str!(concat!($name, "/en.ftl")),
            chinese: include_str!(concat!($name, "/zh.ftl")),
            check: $check,
        };
    };
}
pub(crate) use declare_rule;

/// The example of [`declare_rule`].
macro_rules! example {
    ($name:literal) => {
        $crate::rule::example!($name, "rust", "slow.rs", "fast.rs")
    };
    ($name:literal, $language:literal, $bad:literal, $good:literal) => {
        $crate::rule::Example {
            language: $language,
            bad: include_str!(concat!($name, "/", $bad)),
            good: include_str!(concat!($name, "/", $good)),
        }
    };
}
pub(crate) use example;

#[cfg(test)]
mod tests {
    use super::{CHINESE_SECTIONS, Example, SECTIONS};
    use crate::{RULES, evidence};
    use fluent_syntax::ast;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn every_manual_page_has_its_sections_in_order() {
        for rule in RULES {
            for (manual, sections) in [(rule.manual, SECTIONS), (rule.manual_chinese, CHINESE_SECTIONS)] {
                let headings = manual.lines().filter_map(|line| line.trim().strip_prefix("## "));
                assert_eq!(headings.collect::<Vec<_>>(), sections, "{}", rule.name);
            }
        }
    }

    #[test]
    fn every_manual_page_shows_a_few_lines_of_bad_and_good_code() {
        for rule in RULES {
            for source in [rule.example.bad, rule.example.good] {
                let excerpt = Example::excerpt(source);
                let lines = excerpt.lines().filter(|line| !line.is_empty()).count();
                assert!((2..=30).contains(&lines), "{}: {lines} lines\n{excerpt}", rule.name);
            }
            let bad = Example::excerpt(rule.example.bad);
            let is_marked = rule.example.language != "rust" || bad.contains(&format!("// ← {}", rule.name));
            assert!(is_marked, "{}: the marked line is not shown\n{bad}", rule.name);
        }
    }

    /// The keys of a catalogue, each with the variables that its sentence uses.
    fn entries(catalogue: &str) -> BTreeMap<String, BTreeSet<String>> {
        let resource = fluent_syntax::parser::parse(catalogue).expect("a catalogue in Fluent syntax");
        let messages = resource.body.into_iter().filter_map(|entry| match entry {
            ast::Entry::Message(message) => Some((message.id.name.to_owned(), message.value)),
            _ => None,
        });
        messages
            .map(|(key, value)| {
                let mut variables = BTreeSet::new();
                collect(&value.expect("every message has a text"), &mut variables);
                (key, variables)
            })
            .collect()
    }

    fn collect(pattern: &ast::Pattern<&str>, variables: &mut BTreeSet<String>) {
        for element in &pattern.elements {
            let ast::PatternElement::Placeable { expression } = element else {
                continue;
            };
            let inline = match expression {
                ast::Expression::Inline(inline) => inline,
                ast::Expression::Select { selector, variants } => {
                    variants.iter().for_each(|variant| collect(&variant.value, variables));
                    selector
                }
            };
            if let ast::InlineExpression::VariableReference { id } = inline {
                variables.insert(id.name.to_owned());
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_keys_and_variables() {
        assert_eq!(entries(evidence::ENGLISH), entries(evidence::CHINESE));
        for rule in RULES {
            assert_eq!(entries(rule.english), entries(rule.chinese), "{}", rule.name);
        }
    }

    #[test]
    fn every_rule_has_the_sentences_that_it_says_and_no_others() {
        for rule in RULES {
            let keys: Vec<String> = entries(rule.english).into_keys().collect();
            let mut said: Vec<&str> = rule.messages.to_vec();
            said.sort_unstable();
            assert_eq!(keys, said, "{}", rule.name);
            assert!(keys.iter().all(|key| key.starts_with(rule.name)), "{}", rule.name);
        }
    }

    #[test]
    fn rules_are_listed_by_level_and_named_once() {
        assert!(RULES.is_sorted_by_key(|rule| (rule.level, rule.name)));
        assert_eq!(
            RULES.iter().map(|rule| rule.name).collect::<BTreeSet<_>>().len(),
            RULES.len()
        );
    }
}
