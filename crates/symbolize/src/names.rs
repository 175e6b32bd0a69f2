//! From mangled names to readable ones.

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
    fn endless_names_are_cut() {
        let name = "ü".repeat(MAX_NAME_BYTES);
        assert!(demangle(&name, None).len() <= MAX_NAME_BYTES + '…'.len_utf8());
    }
}
