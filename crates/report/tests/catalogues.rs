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

/// One `Message::new("key").with("argument", …)` in the sources.
struct Use {
    key: String,
    arguments: BTreeSet<String>,
    file: PathBuf,
}

/// Every message that code outside of tests makes, and every key of evidence.
fn uses() -> Vec<Use> {
    let mut files = Vec::new();
    let is_source = |path: &Path| {
        let text = path.to_string_lossy();
        let is_fixture = ["slow", "fast", "near"].iter().any(|name| {
            path.file_stem()
                .is_some_and(|stem| stem.to_string_lossy().starts_with(name))
        });
        text.ends_with(".rs")
            && !is_fixture
            && !["tests.rs", "sample.rs", "snapshots.rs"]
                .iter()
                .any(|name| text.ends_with(name))
    };
    for entry in fs::read_dir(crates()).unwrap() {
        let src = entry.unwrap().path().join("src");
        if src.is_dir() {
            files_below(&src, &is_source, &mut files);
        }
    }
    let mut uses = Vec::new();
    for file in files {
        let tokens: TokenStream = fs::read_to_string(&file).unwrap().parse().unwrap();
        collect(tokens, &file, &mut uses);
    }
    assert!(uses.len() > 20, "the scan finds the sources");
    uses
}

fn collect(tokens: TokenStream, file: &Path, uses: &mut Vec<Use>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if is_test_attribute(&tokens[at..]) {
            at += tokens[at..]
                .iter()
                .position(|token| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace))
                .unwrap_or(1);
        } else if let Some(key) = literal_of_call(&tokens[at..], &["Message", ":", ":", "new"]) {
            uses.push(Use {
                key,
                arguments: arguments_of_chain(&tokens[at + 5..]),
                file: file.to_owned(),
            });
        } else if let TokenTree::Literal(literal) = &tokens[at] {
            let text = literal.to_string();
            if let Some(key) = text
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'))
                .filter(|key| key.starts_with("evidence-") && key.len() > 9)
            {
                uses.push(Use {
                    key: key.to_owned(),
                    arguments: BTreeSet::new(),
                    file: file.to_owned(),
                });
            }
        }
        if let Some(TokenTree::Group(group)) = tokens
            .get(at)
            .filter(|_| !is_test_attribute(&tokens[at.saturating_sub(1)..]))
        {
            collect(group.stream(), file, uses);
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

/// Names given by the `.with("name", …)` and `.text("name", …)` that follow.
fn arguments_of_chain(mut tokens: &[TokenTree]) -> BTreeSet<String> {
    let mut arguments = BTreeSet::new();
    while let Some(name) = ["with", "text"]
        .iter()
        .find_map(|method| literal_of_call(tokens, &[".", method]))
    {
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
    for Use { key, arguments, file } in uses() {
        let file = file.display();
        match keys.get(&key) {
            None => faults.push(format!("{file}: no catalogue has the key {key}")),
            Some(wanted) if *wanted != arguments => {
                faults.push(format!("{file}: {key} takes {wanted:?} and is given {arguments:?}"));
            }
            Some(_) => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
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
