//! Source paths as reports show them.

use std::path::Path;

/// `file` relative to the workspace root when it lies inside, as it is otherwise: what `--json` writes.
pub(crate) fn relative<'a>(file: &'a str, workspace_root: Option<&Path>) -> &'a str {
    workspace_root
        .and_then(|root| Path::new(file).strip_prefix(root).ok())
        .and_then(Path::to_str)
        .filter(|inside| !inside.is_empty())
        .unwrap_or(file)
}

/// `file` for a person: relative inside the workspace; from the package's folder on for a dependency
/// (`csv-1.1.5/src/reader.rs`) and for the standard library (`alloc/src/vec/mod.rs`).
pub(crate) fn short<'a>(file: &'a str, workspace_root: Option<&Path>) -> &'a str {
    let inside = relative(file, workspace_root);
    if inside.len() < file.len() {
        return inside;
    }
    registry(file)
        .or_else(|| git_checkout(file))
        .or_else(|| standard_library(file))
        .unwrap_or(file)
}

/// `…/registry/src/<index>/<package>/…` from the package on.
fn registry(file: &str) -> Option<&str> {
    let (_, rest) = file.split_once("/registry/src/")?;
    rest.split_once('/').map(|(_, package)| package)
}

/// `…/git/checkouts/<repository>-<hash>/<revision>/…` from the revision's folder on.
fn git_checkout(file: &str) -> Option<&str> {
    let (_, rest) = file.split_once("/git/checkouts/")?;
    rest.split_once('/').map(|(_, revision)| revision)
}

/// `/rustc/<hash>/library/…` and `…/rustlib/src/rust/library/…` from the crate on.
fn standard_library(file: &str) -> Option<&str> {
    if let Some((_, rest)) = file.split_once("/rustlib/src/rust/library/") {
        return Some(rest);
    }
    file.strip_prefix("/rustc/")?
        .split_once("/library/")
        .map(|(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_the_workspace_or_package_on() {
        let check = |file: &str, expected: &str| assert_eq!(short(file, Some(Path::new("/home/me/app"))), expected);
        check("/home/me/app/src/main.rs", "src/main.rs");
        check("/home/me/application/src/main.rs", "/home/me/application/src/main.rs");
        check("/home/me/app", "/home/me/app");
        check(
            "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/csv-1.1.5/src/reader.rs",
            "csv-1.1.5/src/reader.rs",
        );
        check(
            "/home/me/.cargo/git/checkouts/serde-a1b2/0fe12ab/serde/src/lib.rs",
            "0fe12ab/serde/src/lib.rs",
        );
        check(
            "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/alloc/src/vec/mod.rs",
            "alloc/src/vec/mod.rs",
        );
        check(
            "/root/.rustup/toolchains/stable/lib/rustlib/src/rust/library/core/src/slice/cmp.rs",
            "core/src/slice/cmp.rs",
        );
        check("relative/main.rs", "relative/main.rs");
    }

    #[test]
    fn json_keeps_paths_outside_the_workspace_absolute() {
        let file = "/home/me/.cargo/registry/src/x/csv-1.1.5/src/reader.rs";
        assert_eq!(relative(file, Some(Path::new("/home/me/app"))), file);
        assert_eq!(relative("/a/src/lib.rs", Some(Path::new("/a"))), "src/lib.rs");
        assert_eq!(relative("/a/src/lib.rs", None), "/a/src/lib.rs");
    }
}
