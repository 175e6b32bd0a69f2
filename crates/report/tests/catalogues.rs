//! Every sentence exists in both languages, takes the same arguments in both, and gets them from the code.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use report::{Catalogue, Lang};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Keys, with attributes as `key.attribute`, and the arguments that each refers to.
type Keys = BTreeMap<String, BTreeSet<String>>;

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files_below(dir: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, wanted, found);
        } else if wanted(&path) {
            found.push(path);
        }
    }
    found.sort();
}

/// The catalogues of this crate, and those beside the rules.
fn catalogue_files(lang: Lang) -> Vec<PathBuf> {
    let tag = lang.tag();
    let mut files = Vec::new();
    let is_ftl = |path: &Path| path.extension().is_some_and(|extension| extension == "ftl");
    files_below(&crates().join("report/i18n").join(tag), &is_ftl, &mut files);
    let is_of_rule = |path: &Path| {
        path.file_name()
            .is_some_and(|name| name.to_str() == Some(&format!("{tag}.ftl")))
    };
    files_below(&crates().join("diagnose/src"), &is_of_rule, &mut files);
    files
}

fn keys(lang: Lang) -> Keys {
    let mut keys = Keys::new();
    for file in catalogue_files(lang) {
        let source = fs::read_to_string(&file).unwrap();
        let resource = fluent_syntax::parser::parse(source.as_str())
            .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.display()));
        for (key, arguments) in keys_of(&resource) {
            assert!(
                keys.insert(key.clone(), arguments).is_none(),
                "{key} stands twice, again in {}",
                file.display()
            );
        }
    }
    keys
}

fn keys_of(resource: &Resource<&str>) -> Vec<(String, BTreeSet<String>)> {
    let mut keys = Vec::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let mut add = |key: String, pattern: &Pattern<&str>| {
            let mut arguments = BTreeSet::new();
            arguments_of(pattern, &mut arguments);
            keys.push((key, arguments));
        };
        if let Some(value) = &message.value {
            add(message.id.name.to_owned(), value);
        }
        for attribute in &message.attributes {
            add(format!("{}.{}", message.id.name, attribute.id.name), &attribute.value);
        }
    }
    keys
}

fn arguments_of(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => arguments_of_inline(inline, arguments),
            Expression::Select { selector, variants } => {
                arguments_of_inline(selector, arguments);
                for variant in variants {
                    arguments_of(&variant.value, arguments);
                }
            }
        }
    }
}

fn arguments_of_inline(inline: &InlineExpression<&str>, arguments: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        arguments.insert(id.name.to_owned());
    }
}

/// What one source file says, outside of tests.
#[derive(Default)]
struct Uses {
    /// `Message::new("key").with("argument", …)`: the keys with the arguments given on the spot.
    messages: Vec<(String, BTreeSet<String>)>,
    /// Keys of evidence: `"evidence-calls"`.
    evidence: BTreeSet<String>,
    /// Every argument given anywhere in the file.
    arguments: BTreeSet<String>,
}

fn uses() -> BTreeMap<PathBuf, Uses> {
    let is_source = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_fixture = ["slow", "fast", "near"].iter().any(|prefix| name.starts_with(prefix));
        let is_for_tests = ["tests.rs", "sample.rs", "snapshots.rs"].iter().any(|of| name == *of);
        name.ends_with(".rs") && !is_fixture && !is_for_tests
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(crates()).unwrap() {
        let src = entry.unwrap().path().join("src");
        if src.is_dir() {
            files_below(&src, &is_source, &mut files);
        }
    }
    let mut uses: BTreeMap<PathBuf, Uses> = BTreeMap::new();
    for file in files {
        let tokens: TokenStream = fs::read_to_string(&file).unwrap().parse().unwrap();
        collect(tokens, uses.entry(file).or_default());
    }
    let n_messages: usize = uses.values().map(|uses| uses.messages.len()).sum();
    assert!(n_messages > 20, "the scan finds the messages");
    uses
}

fn collect(tokens: TokenStream, uses: &mut Uses) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        let rest = &tokens[at..];
        if is_test_attribute(rest) {
            let body =
                |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
            at += rest.iter().position(body).unwrap_or(1) + 1;
            continue;
        }
        if let Some(key) = literal_of_call(rest, &["Message", ":", ":", "new"]) {
            uses.messages.push((key, arguments_of_chain(&rest[5..])));
        }
        uses.arguments.extend(argument(rest));
        match &tokens[at] {
            TokenTree::Group(group) => collect(group.stream(), uses),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let key = text.trim_matches('"');
                if key.strip_prefix("evidence-").is_some_and(|name| !name.is_empty()) {
                    uses.evidence.insert(key.to_owned());
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// `#[cfg(test)]`.
fn is_test_attribute(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(hash), TokenTree::Group(group), ..]
        if hash.as_char() == '#' && group.stream().to_string().replace(' ', "") == "cfg(test)")
}

/// The string that is the first argument of a call spelled `path`.
fn literal_of_call(tokens: &[TokenTree], path: &[&str]) -> Option<String> {
    let (called, rest) = tokens.split_at_checked(path.len())?;
    let is_path = called
        .iter()
        .zip(path)
        .all(|(token, wanted)| token.to_string() == *wanted);
    let Some(TokenTree::Group(group)) = rest.first().filter(|_| is_path) else {
        return None;
    };
    let first = group.stream().into_iter().next()?.to_string();
    Some(first.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

/// The name given by `.with("name", …)` or `.text("name", …)`.
fn argument(tokens: &[TokenTree]) -> Option<String> {
    ["with", "text"]
        .iter()
        .find_map(|method| literal_of_call(tokens, &[".", method]))
}

/// The names given by the calls that follow each other from here.
fn arguments_of_chain(mut tokens: &[TokenTree]) -> BTreeSet<String> {
    let mut arguments = BTreeSet::new();
    while let Some(name) = argument(tokens) {
        arguments.insert(name);
        tokens = &tokens[3..];
    }
    arguments
}

#[test]
fn both_languages_have_the_same_keys_and_arguments() {
    let (english, chinese) = (keys(Lang::English), keys(Lang::Chinese));
    let missing =
        |from: &Keys, of: &Keys| -> Vec<String> { of.keys().filter(|key| !from.contains_key(*key)).cloned().collect() };
    assert_eq!(missing(&chinese, &english), Vec::<String>::new(), "no Chinese text");
    assert_eq!(missing(&english, &chinese), Vec::<String>::new(), "no English text");
    for (key, arguments) in &english {
        assert_eq!(arguments, &chinese[key], "arguments of {key} differ");
    }
}

#[test]
fn every_catalogue_is_embedded() {
    for lang in Lang::ALL {
        let catalogue = Catalogue::new(lang);
        let absent: Vec<String> = keys(lang)
            .into_keys()
            .filter(|key| catalogue.text(key) == *key)
            .collect();
        assert_eq!(
            absent,
            Vec::<String>::new(),
            "not in the {} catalogue of the binary",
            lang.tag()
        );
    }
}

#[test]
fn every_message_of_the_code_has_words_and_gets_its_arguments() {
    let keys = keys(Lang::English);
    let mut faults = Vec::new();
    for (file, uses) in uses() {
        let file = file.display();
        for (key, given) in &uses.messages {
            let Some(wanted) = keys.get(key) else {
                faults.push(format!("{file}: no catalogue has the key {key}"));
                continue;
            };
            // Arguments may also be added further down, which this scan does not follow beyond the file.
            if !given.is_subset(wanted) || !wanted.is_subset(&uses.arguments) {
                faults.push(format!("{file}: {key} takes {wanted:?} and is given {given:?}"));
            }
        }
        let unknown = uses.evidence.iter().filter(|key| !keys.contains_key(*key));
        faults.extend(unknown.map(|key| format!("{file}: no catalogue has the key {key}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_sentence_that_a_rule_declares_has_words() {
    let keys = keys(Lang::English);
    let declared = diagnose::RULES.iter().flat_map(|rule| rule.messages);
    let missing: Vec<_> = declared.filter(|key| !keys.contains_key(**key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn chinese_text_uses_chinese_punctuation() {
    let is_chinese = |char: char| ('\u{4e00}'..='\u{9fff}').contains(&char);
    for file in catalogue_files(Lang::Chinese) {
        for (idx, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let chars: Vec<char> = line.chars().collect();
            for pair in chars.windows(2) {
                let is_wrong = is_chinese(pair[0]) && matches!(pair[1], ',' | ';' | '!' | '?' | '(')
                    || matches!(pair[0], ',' | ';' | ')') && is_chinese(pair[1]);
                assert!(!is_wrong, "{}:{}: {}{}", file.display(), idx + 1, pair[0], pair[1]);
            }
        }
    }
}
