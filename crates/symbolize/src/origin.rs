//! Tells whose code a source file holds, by its path.

use profile::Origin;
use std::path::{Component, Path, PathBuf};

/// A folder whose sources count as the user's own code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserRoot {
    /// The folder, absolute.
    pub path: PathBuf,
    /// Name of the package in it, where known.
    pub package: Option<String>,
}

/// Crates that come with the compiler.
const STD_CRATES: [&str; 13] = [
    "core",
    "alloc",
    "std",
    "proc_macro",
    "test",
    "compiler_builtins",
    "hashbrown",
    "panic_unwind",
    "panic_abort",
    "std_detect",
    "rustc_std_workspace_core",
    "rustc_std_workspace_alloc",
    "__rustc",
];

/// Crates that std is made of, which come with it as symbols without debug information.
const STD_PARTS: [&str; 7] = [
    "addr2line",
    "adler2",
    "gimli",
    "memchr",
    "miniz_oxide",
    "object",
    "rustc_demangle",
];

/// `path` without `.`, `..` and doubled slashes, as text. `..` beyond the root is dropped.
pub(crate) fn normalised(path: &str) -> String {
    if !path.contains("/.") && !path.contains("//") && !path.starts_with('.') {
        return path.to_owned();
    }
    let mut clean = PathBuf::new();
    for component in Path::new(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                // A relative path may well begin with `..`: its start is unknown.
                if matches!(clean.components().next_back(), None | Some(Component::ParentDir)) {
                    clean.push("..");
                } else {
                    clean.pop();
                }
            }
            other => clean.push(other),
        }
    }
    clean.to_string_lossy().into_owned()
}

/// Whose code a normalised source path is, as far as the path tells.
pub(crate) fn of_path(path: &str, user_roots: &[UserRoot]) -> Option<Origin> {
    if is_std(path) {
        return Some(Origin::Std);
    }
    let of_cargo = of_registry(path)
        .or_else(|| of_git_checkout(path))
        .or_else(|| of_generated(path, user_roots));
    if of_cargo.is_some() {
        return of_cargo;
    }
    let root = user_roots
        .iter()
        .filter(|root| Path::new(path).starts_with(&root.path))
        .max_by_key(|root| root.path.as_os_str().len());
    let within = |root: &UserRoot| Path::new(path).strip_prefix(&root.path).ok().and_then(of_vendored);
    root.map(|root| within(root).unwrap_or_else(|| Origin::User(root.package.clone())))
        .or_else(|| of_vendored(Path::new(path)))
}

/// Whose code a demangled Rust function without debug information is, by the crate that its path begins with.
pub(crate) fn of_function(function: &str, user_roots: &[UserRoot]) -> Option<Origin> {
    let path = function.trim_start_matches(['<', '&', '(', '[', '*']);
    let path = path.strip_prefix("mut ").or(path.strip_prefix("dyn ")).unwrap_or(path);
    let (krate, _) = path.split_once("::")?;
    if STD_CRATES.contains(&krate) || STD_PARTS.contains(&krate) {
        return Some(Origin::Std);
    }
    user_roots
        .iter()
        .filter_map(|root| root.package.as_ref())
        .find(|package| package.replace('-', "_") == krate)
        .map(|package| Origin::User(Some(package.clone())))
}

/// True for a function that std itself defines. `<Vec<T> as Trait>::f` may be anyone's.
pub(crate) fn is_plain_std_function(function: &str) -> bool {
    function
        .split_once("::")
        .is_some_and(|(krate, _)| STD_CRATES.contains(&krate) && krate != "test")
}

fn is_std(path: &str) -> bool {
    let is_of_release = path
        .strip_prefix("/rustc/")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(_hash, rest)| rest.starts_with("library/") || rest.starts_with("compiler/"));
    // Prebuilt std names the crates that it is made of so (hashbrown, gimli, addr2line).
    is_of_release || path.starts_with("/rust/deps/") || path.contains("/lib/rustlib/src/rust/library/")
}

/// `…/registry/src/<index>/<name>-<version>/…`, under whatever folder cargo's home is.
fn of_registry(path: &str) -> Option<Origin> {
    let (_, within) = path.split_once("/registry/src/")?;
    let mut parts = within.split('/');
    let (_index, package) = (parts.next()?, parts.next()?);
    // The package is a folder: something must follow.
    parts.next()?;
    let (name, version) = split_version(package);
    Some(Origin::Dependency {
        name: name.to_owned(),
        version: version.map(str::to_owned),
    })
}

/// `…/git/checkouts/<repository>-<hash>/<revision>/…`.
fn of_git_checkout(path: &str) -> Option<Origin> {
    let (_, within) = path.split_once("/git/checkouts/")?;
    let (checkout, rest) = within.split_once('/')?;
    let (repository, _hash) = checkout.rsplit_once('-')?;
    // In a workspace the package is the folder that holds `src`, as a rule.
    let folder = rest
        .split_once('/')
        .and_then(|(_revision, inside)| inside.split_once("/src/"))
        .and_then(|(folder, _)| folder.rsplit('/').next())
        .filter(|folder| !folder.is_empty() && *folder != "src");
    Some(Origin::Dependency {
        name: folder.unwrap_or(repository).to_owned(),
        version: None,
    })
}

/// `…/build/<package>-<hash>/out/…`: what a build script wrote.
fn of_generated(path: &str, user_roots: &[UserRoot]) -> Option<Origin> {
    let (before, _) = path.split_once("/out/")?;
    let (_, folder) = before.rsplit_once("/build/")?;
    let (package, hash) = folder.rsplit_once('-')?;
    let is_hash = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hash || package.contains('/') {
        return None;
    }
    let is_user = |root: &&UserRoot| root.package.as_deref() == Some(package);
    Some(match user_roots.iter().find(is_user) {
        Some(root) => Origin::User(root.package.clone()),
        None => Origin::Dependency {
            name: package.to_owned(),
            version: None,
        },
    })
}

/// `vendor/<name>/…` or `vendor/<name>-<version>/…`: what `cargo vendor` writes.
fn of_vendored(within: &Path) -> Option<Origin> {
    let text = within.to_str()?;
    let (_, inside) = text
        .strip_prefix("vendor/")
        .map(|rest| ("", rest))
        .or_else(|| text.split_once("/vendor/"))?;
    let (package, _) = inside.split_once('/')?;
    let (name, version) = split_version(package);
    Some(Origin::Dependency {
        name: name.to_owned(),
        version: version.map(str::to_owned),
    })
}

/// Splits `name-1.2.3-beta.1` at the version. Names may hold hyphens and digits, but no part of one is `1.2.3`.
pub(crate) fn split_version(package: &str) -> (&str, Option<&str>) {
    let is_version = |text: &str| {
        let mut numbers = text.splitn(3, '.');
        let is_number =
            |part: Option<&str>| part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        is_number(numbers.next())
            && is_number(numbers.next())
            && numbers
                .next()
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    package
        .match_indices('-')
        .map(|(at, _)| (&package[..at], &package[at + 1..]))
        .find(|(_, version)| is_version(version))
        .map_or((package, None), |(name, version)| (name, Some(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &str, version: Option<&str>) -> Option<Origin> {
        Some(Origin::Dependency {
            name: name.into(),
            version: version.map(Into::into),
        })
    }

    #[test]
    fn paths_tell_whose_code_it_is() {
        let root = |path: &str, package: &str| UserRoot {
            path: path.into(),
            package: Some(package.into()),
        };
        let roots = [root("/work/my app", "app"), root("/work/my app/crates/übung", "uebung")];
        let user = |package: &str| Some(Origin::User(Some(package.into())));
        for (path, expected) in [
            ("/rustc/59807616e1fa/library/core/src/iter/mod.rs", Some(Origin::Std)),
            ("/rust/deps/hashbrown-0.16.1/src/raw.rs", Some(Origin::Std)),
            (
                "/root/.rustup/toolchains/s/lib/rustlib/src/rust/library/alloc/src/vec/mod.rs",
                Some(Origin::Std),
            ),
            (
                "/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serde_json-1.0.154/src/de.rs",
                dependency("serde_json", Some("1.0.154")),
            ),
            (
                "/work/my app/target/release/build/app-0123456789abcdef/out/g.rs",
                user("app"),
            ),
            (
                "/work/my app/target/release/build/prost-types-0123456789abcdef/out/g.rs",
                dependency("prost-types", None),
            ),
            (
                "/c/registry/src/i/zstd-sys-2.1.3+zstd.1.5.7/zstd/lib/zstd.c",
                dependency("zstd-sys", Some("2.1.3+zstd.1.5.7")),
            ),
            (
                "/c/registry/src/i/base64-0.22.1-beta.2/src/lib.rs",
                dependency("base64", Some("0.22.1-beta.2")),
            ),
            (
                "/c/registry/src/i/sha-1-0.10.0/src/lib.rs",
                dependency("sha-1", Some("0.10.0")),
            ),
            (
                "/c/git/checkouts/my-repo-0f1e2d3c4b5a6978/abc1234/src/lib.rs",
                dependency("my-repo", None),
            ),
            (
                "/c/git/checkouts/my-repo-0f1e2d3c4b5a6978/abc1234/crates/part/src/lib.rs",
                dependency("part", None),
            ),
            ("/work/my app/src/main.rs", user("app")),
            ("/work/my app/crates/übung/src/lib.rs", user("uebung")),
            ("/work/my app/vendor/regex/src/lib.rs", dependency("regex", None)),
            (
                "/work/my app/vendor/regex-1.2.3/src/lib.rs",
                dependency("regex", Some("1.2.3")),
            ),
            (
                "/work/my app/.cargo/registry/src/i/regex-1.2.3/src/lib.rs",
                dependency("regex", Some("1.2.3")),
            ),
            ("/work/my application/src/main.rs", None),
            ("/elsewhere/src/main.rs", None),
        ] {
            assert_eq!(of_path(path, &roots), expected, "{path}");
        }
    }

    #[test]
    fn a_root_inside_a_vendor_folder_is_the_users() {
        let roots = [UserRoot {
            path: "/home/vendor/app".into(),
            package: None,
        }];
        assert_eq!(
            of_path("/home/vendor/app/src/main.rs", &roots),
            Some(Origin::User(None))
        );
    }

    #[test]
    fn function_names_tell_the_crate() {
        let roots = [UserRoot {
            path: "/w".into(),
            package: Some("my-app".into()),
        }];
        for (function, expected) in [
            ("<alloc::vec::Vec<T> as core::clone::Clone>::clone", Some(Origin::Std)),
            ("core::ptr::drop_in_place", Some(Origin::Std)),
            ("<my_app::Thing>::run", Some(Origin::User(Some("my-app".into())))),
            ("serde_json::to_string", None),
            ("main", None),
        ] {
            assert_eq!(of_function(function, &roots), expected, "{function}");
        }
    }

    #[test]
    fn normalised_paths_have_no_detours() {
        for (path, expected) in [
            ("/a/b/../c/./d.rs", "/a/c/d.rs"),
            ("/a//b.rs", "/a/b.rs"),
            ("/../a.rs", "/a.rs"),
            ("../a/b.rs", "../a/b.rs"),
            ("./src/main.rs", "src/main.rs"),
            ("/a b/ü.rs", "/a b/ü.rs"),
            ("/a/.hidden/x.rs", "/a/.hidden/x.rs"),
            ("a/../../b.rs", "../b.rs"),
        ] {
            assert_eq!(normalised(path), expected);
        }
    }
}
