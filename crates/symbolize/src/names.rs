//! From mangled names to readable ones.

use crate::origin::split_version;
use gimli::DwLang;

/// What C compilers append to the names of parts and variants of a function.
const C_SUFFIXES: [&str; 6] = [".cold", ".constprop", ".isra", ".part", ".lto_priv", ".localalias"];
/// Longer names are cut: a type of this length tells nothing more.
const MAX_NAME_BYTES: usize = 4096;

/// The readable form of a symbol's name: Rust (both manglings, without hash), C++, or C.
pub(crate) fn demangle(name: &str, language: Option<DwLang>) -> String {
    let readable = if let Ok(demangled) = rustc_demangle::try_demangle(name) {
        format!("{demangled:#}")
    } else if name.starts_with("_Z") {
        addr2line::demangle_auto(name.into(), language.or(Some(gimli::DW_LANG_C_plus_plus_14))).into_owned()
    } else {
        without_c_suffix(name).to_owned()
    };
    shortened(readable)
}

/// True for a Rust function's name without path: `contains`, `contains<alloc::string::String>`.
pub(crate) fn is_bare(name: &str) -> bool {
    !name.starts_with('<') && !without_arguments(name).contains("::")
}

/// The path of a Rust function of which only the last part is known, as in builds with line tables and no more: the
/// module is told by the source file. For `contains` in `…/library/core/src/slice/mod.rs` it is `core::slice::contains`.
pub(crate) fn qualified(name: &str, file: &str) -> String {
    let parts: Vec<&str> = file.split('/').collect();
    let Some((file_name, folders)) = parts.split_last().filter(|(file_name, _)| !file_name.is_empty()) else {
        return name.to_owned();
    };
    let stem = file_name.strip_suffix(".rs").unwrap_or(file_name);
    // `src` of the innermost package; examples and single files have none.
    let (package, modules) = match folders.iter().rposition(|&folder| folder == "src") {
        Some(at) if at > 0 => (folders[at - 1], &folders[at + 1..]),
        _ => return format!("{}::{}", stem.replace('-', "_"), without_arguments(name)),
    };
    let (package, _version) = split_version(package);
    let is_own_crate = modules.first() == Some(&"bin");
    let mut path = if is_own_crate {
        Vec::new()
    } else {
        vec![package.replace('-', "_")]
    };
    path.extend(modules.iter().skip(usize::from(is_own_crate)).map(ToString::to_string));
    if is_own_crate || !["lib", "main", "mod"].contains(&stem) {
        path.push(stem.replace('-', "_"));
    }
    path.push(without_arguments(name).to_owned());
    path.join("::")
}

fn without_arguments(name: &str) -> &str {
    name.split_once('<').map_or(name, |(before, _)| before)
}

fn without_c_suffix(name: &str) -> &str {
    let end = C_SUFFIXES.iter().filter_map(|suffix| name.find(suffix)).min();
    match end {
        Some(end) if end > 0 => &name[..end],
        _ => name,
    }
}

fn shortened(mut name: String) -> String {
    if name.len() > MAX_NAME_BYTES {
        let end = (0..=MAX_NAME_BYTES).rev().find(|&at| name.is_char_boundary(at));
        name.truncate(end.unwrap_or(0));
        name.push('…');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_readable_in_every_mangling() {
        for (mangled, expected) in [
            ("_ZN4quad5dedup17h0123456789abcdefE", "quad::dedup"),
            (
                "_ZN4quad4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
                "quad::main::{{closure}}",
            ),
            ("_RNvCs1234_7mycrate3foo", "mycrate::foo"),
            ("_RNCNvCs1234_7mycrate3foo0B3_", "mycrate::foo::{closure#0}"),
            (
                "_ZNSt6vectorIiSaIiEE9push_backERKi",
                "std::vector<int, std::allocator<int> >::push_back(int const&)",
            ),
            ("_int_malloc", "_int_malloc"),
            ("malloc_consolidate.part.0", "malloc_consolidate"),
            ("main.cold", "main"),
            (".cold", ".cold"),
            ("übung", "übung"),
            ("", ""),
        ] {
            assert_eq!(demangle(mangled, None), expected);
        }
    }

    #[test]
    fn the_module_of_a_bare_name_is_told_by_the_file() {
        for (name, file, expected) in [
            (
                "contains",
                "/rustc/0123/library/core/src/slice/mod.rs",
                "core::slice::contains",
            ),
            (
                "push<alloc::string::String, alloc::alloc::Global>",
                "/rustc/0123/library/alloc/src/vec/mod.rs",
                "alloc::vec::push",
            ),
            (
                "get",
                "/c/registry/src/i/hash-map-1.2.0/src/map.rs",
                "hash_map::map::get",
            ),
            ("run", "/w/my-app/src/main.rs", "my_app::run"),
            ("run", "/w/my-app/src/bin/tool-x.rs", "tool_x::run"),
            ("run", "/w/my-app/examples/demo.rs", "demo::run"),
            ("{closure#0}", "src/a/b.rs", "b::{closure#0}"),
            ("f", "", "f"),
        ] {
            assert!(is_bare(name));
            assert_eq!(qualified(name, file), expected);
        }
    }

    #[test]
    fn names_with_a_path_are_told_from_bare_ones() {
        for name in [
            "a::b",
            "<T as a::B>::c",
            "<u64>::count_ones",
            "a::b::<impl a::C for D<E>>::f",
        ] {
            assert!(!is_bare(name), "{name}");
        }
    }

    #[test]
    fn endless_names_are_cut() {
        let name = "ü".repeat(MAX_NAME_BYTES);
        assert!(demangle(&name, None).len() <= MAX_NAME_BYTES + '…'.len_utf8());
    }
}
