//! `docs/rules/` is generated from the rules: `UPDATE_DOCS=1 cargo test -p whyslow-report --test rule_pages` writes it.

use report::{Catalogue, Lang, manual};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[test]
fn the_pages_under_docs_are_those_of_the_rules() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules");
    let pages = pages(&docs);
    if env::var_os("UPDATE_DOCS").is_some() {
        let _ = fs::remove_dir_all(&docs);
        for (path, text) in &pages {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    for (path, text) in &pages {
        let found = fs::read_to_string(path).unwrap_or_default();
        assert!(
            found == *text,
            "{} is out of date: run this test with UPDATE_DOCS=1",
            path.display()
        );
    }
    let present = [docs.clone(), docs.join("zh")]
        .into_iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let present = present.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let left_over: Vec<PathBuf> = present.filter(|path| !pages.contains_key(path)).collect();
    assert!(left_over.is_empty(), "pages of no rule: {left_over:?}");
}

fn pages(docs: &Path) -> BTreeMap<PathBuf, String> {
    let mut pages = BTreeMap::new();
    for (lang, folder) in [(Lang::English, docs.to_owned()), (Lang::Chinese, docs.join("zh"))] {
        let catalogue = Catalogue::new(lang);
        pages.insert(folder.join("README.md"), manual::index(&catalogue));
        for rule in diagnose::RULES {
            pages.insert(folder.join(format!("{}.md", rule.name)), manual::page(rule, &catalogue));
        }
    }
    pages
}
