//! `extern crate` for packages of the edition of 2015, where an import knows no other crates.

use toml_edit::DocumentMut;

/// Whether a package needs `extern crate` for what it depends on: it is of the edition of 2015, which is also the one
/// of manifests that name none. A manifest that cannot be read, or that takes its edition from the workspace, needs none.
pub(crate) fn is_needed(manifest: &str) -> bool {
    let document = manifest.parse::<DocumentMut>().ok();
    let package = document.as_ref().and_then(|document| document.get("package"));
    match package.map(|package| package.get("edition")) {
        Some(Some(edition)) => edition.as_str() == Some("2015"),
        Some(None) => true,
        None => false,
    }
}

/// The root of a crate with one `extern crate` more, behind the attributes and comments of the crate itself; unchanged
/// when it is there already.
pub(crate) fn with_extern_crate(root: &str, package: &str) -> String {
    // What a crate is called in code; names that end in `-rs` leave that out there.
    let name = package.strip_suffix("-rs").unwrap_or(package).replace('-', "_");
    let declaration = format!("extern crate {name};");
    if root.lines().any(|line| line.trim_start().starts_with(&declaration)) {
        return root.to_owned();
    }
    let mut at = 0;
    let mut open_brackets = 0;
    for line in root.split_inclusive('\n') {
        let text = line.trim();
        let is_inner =
            open_brackets > 0 || text.starts_with("#![") || text.starts_with("//") && !text.starts_with("///");
        if !is_inner && !text.is_empty() {
            break;
        }
        if !text.starts_with("//") {
            open_brackets += text.matches('[').count();
            open_brackets = open_brackets.saturating_sub(text.matches(']').count());
        }
        at += line.len();
    }
    format!("{}{declaration}\n{}", &root[..at], &root[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_edition_needs_it() {
        for (manifest, expected) in [
            ("[package]\nname = \"a\"\n", true),
            ("[package]\nedition = \"2015\"\n", true),
            ("[package]\nedition = \"2021\"\n", false),
            ("[package]\nedition.workspace = true\n", false),
            ("[workspace]\n", false),
            ("no manifest", false),
        ] {
            assert_eq!(is_needed(manifest), expected, "{manifest}");
        }
    }

    #[test]
    fn it_stands_behind_what_is_about_the_crate() {
        for (before, after) in [
            (
                "//! Doc.\n#![deny(\n    a[0],\n)]\n\nuse b::C;\n",
                "//! Doc.\n#![deny(\n    a[0],\n)]\n\nextern crate vecmap;\nuse b::C;\n",
            ),
            ("/// Item.\nfn f() {}\n", "extern crate vecmap;\n/// Item.\nfn f() {}\n"),
            ("extern crate vecmap;\n", "extern crate vecmap;\n"),
        ] {
            assert_eq!(with_extern_crate(before, "vecmap-rs"), after);
        }
    }
}
