//! Reads demangled Rust names, legacy and v0, and says them as a programmer would: `Vec::remove`, `app::Table::find`.
//!
//! Names are not Rust syntax (`core::slice::<impl [T]>::contains`, `<[u8]>::to_vec_in::<alloc::alloc::Global>`,
//! `core::ptr::drop_in_place<T>`), so this splits them by bracket depth instead of parsing.

/// The parts of a demangled name that carry meaning. All are slices of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Name<'a> {
    /// Path segments before the item, without generics; the type or trait of a method is the last of them, unless
    /// `self_type` holds it.
    pub(crate) path: Vec<&'a str>,
    /// `X` in `<X>::f`, `<X as Y>::f`, `<impl X>::f`, `<impl Y for X>::f`.
    pub(crate) self_type: Option<&'a str>,
    /// `Y` of the same.
    pub(crate) trait_path: Option<&'a str>,
    /// The function itself.
    pub(crate) item: &'a str,
    /// Generic arguments written directly after the item, without the brackets.
    pub(crate) arguments: Option<&'a str>,
    /// True for a closure or an async body in it.
    pub(crate) is_closure: bool,
}

impl<'a> Name<'a> {
    /// Splits a demangled name.
    pub(crate) fn parse(text: &'a str) -> Self {
        let mut name = Self::default();
        for (index, segment) in split_path(text).into_iter().enumerate() {
            if segment.starts_with('{') {
                name.is_closure = true;
            } else if let Some(inner) = segment.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
                if let Some(implementation) = inner.strip_prefix("impl ") {
                    (name.trait_path, name.self_type) = match split_at_depth_0(implementation, " for ") {
                        Some((of, target)) => (Some(of), Some(target)),
                        None => (None, Some(implementation)),
                    };
                    name.item = "";
                } else if index == 0 {
                    (name.self_type, name.trait_path) = match split_at_depth_0(inner, " as ") {
                        Some((target, of)) => (Some(target), Some(of)),
                        None => (Some(inner), None),
                    };
                }
            } else if !name.is_closure {
                if !name.item.is_empty() {
                    name.path.push(name.item);
                }
                let end = segment.find('<').unwrap_or(segment.len());
                name.item = &segment[..end];
                name.arguments = segment[end..].strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
            }
        }
        name
    }

    /// Short name of the trait, when the item implements or is a method of one.
    pub(crate) fn trait_name(&self) -> Option<&'a str> {
        self.trait_path.map(last_segment)
    }

    /// Short name of the type (or trait, for a default method) that the item belongs to.
    pub(crate) fn type_name(&self) -> Option<&'a str> {
        match self.self_type {
            Some(target) => Some(short_type(target)),
            None => self.path.last().copied().filter(|last| is_type_like(last)),
        }
    }
}

/// Splits at `::` outside of brackets. Turbofish arguments (`::<T>`) are left out.
fn split_path(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut segments = Vec::new();
    let (mut depth, mut start, mut at) = (0i32, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'<' | b'(' | b'[' | b'{' => depth += 1,
            b'>' if at > 0 && bytes[at - 1] == b'-' => {}
            b'>' | b')' | b']' | b'}' => depth -= 1,
            b':' if depth == 0 && bytes.get(at + 1) == Some(&b':') => {
                segments.push(&text[start..at]);
                at += 1;
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    segments.push(&text[start.min(text.len())..]);
    let mut index = 0;
    segments.retain(|segment| {
        let is_turbofish = index > 0 && segment.starts_with('<') && !segment.starts_with("<impl ");
        index += 1;
        !segment.is_empty() && !is_turbofish
    });
    segments
}

fn split_at_depth_0<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let bytes = text.as_bytes();
    let mut depth = 0i32;
    for at in 0..bytes.len() {
        match bytes[at] {
            b'<' | b'(' | b'[' | b'{' => depth += 1,
            b'>' if at > 0 && bytes[at - 1] == b'-' => {}
            b'>' | b')' | b']' | b'}' => depth -= 1,
            _ if depth == 0 && bytes[at..].starts_with(separator.as_bytes()) => {
                return Some((&text[..at], &text[at + separator.len()..]));
            }
            _ => {}
        }
    }
    None
}

fn strip_pointers(mut text: &str) -> &str {
    loop {
        let rest = ["&", "*const ", "*mut ", "mut ", "dyn "]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix));
        match rest {
            Some(rest) => text = rest.trim_start(),
            None if text.starts_with('\'') => text = text.split_once(' ').map_or("", |(_, rest)| rest),
            None => return text,
        }
    }
}

fn first_segment(text: &str) -> &str {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    &text[..end]
}

/// Last path segment of a type or trait, without its generics: `Vec` of `alloc::vec::Vec<T,A>`.
pub(crate) fn last_segment(text: &str) -> &str {
    let last = split_path(text).into_iter().rfind(|segment| !segment.starts_with('<'));
    let last = last.unwrap_or(text);
    &last[..last.find('<').unwrap_or(last.len())]
}

/// How a type is called for short: `Vec`, `slice`, `str`, `tuple`.
pub(crate) fn short_type(text: &str) -> &str {
    let text = strip_pointers(text);
    match text.as_bytes().first() {
        Some(b'[') if split_at_depth_0(text.trim_matches(['[', ']']), ";").is_some() => "array",
        Some(b'[') => "slice",
        Some(b'(') => "tuple",
        Some(b'<') => last_segment(text.trim_start_matches('<')),
        _ => last_segment(text),
    }
}

/// Whether a path segment names a type rather than a module.
fn is_type_like(segment: &str) -> bool {
    segment.starts_with(char::is_uppercase) || matches!(segment, "str" | "slice")
}

/// Whether the first word of a type says nothing about its crate: a primitive or a type parameter.
fn is_nameless(word: &str) -> bool {
    word.is_empty()
        || word.starts_with(char::is_uppercase)
        || matches!(
            word,
            "str" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "bool" | "char" | "fn" | "impl"
        )
        || matches!(
            word,
            "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "f32" | "f64" | "_"
        )
}

/// A user's function for the reader: with crate, without generics, closures marked: `app::main::{closure}`.
pub(crate) fn user_function(text: &str) -> String {
    let name = Name::parse(text);
    if name.item.is_empty() {
        return text.to_owned();
    }
    let mut out = match (name.self_type, name.trait_name()) {
        (Some(target), Some(of)) => format!("<{} as {of}>", short_path(target)),
        (Some(target), None) => short_path(target),
        (None, _) => name.path.join("::"),
    };
    if !out.is_empty() {
        out.push_str("::");
    }
    out.push_str(name.item);
    if name.is_closure {
        out.push_str("::{closure}");
    }
    out
}

/// `crate::Type` of a type's full path.
fn short_path(text: &str) -> String {
    let krate = first_segment(strip_pointers(text));
    let short = short_type(text);
    if is_nameless(krate) || krate == short || matches!(krate, "core" | "alloc" | "std") {
        short.to_owned()
    } else {
        format!("{krate}::{short}")
    }
}

/// Module and type that a function belongs to: `linked_list::Iter`, `map::HashMap`, `io::Write`.
pub(crate) fn owner(text: &str) -> String {
    let name = Name::parse(text);
    let path = match name.self_type.map(strip_pointers) {
        Some(target) if !is_parameter(target) => split_path(target),
        Some(_) => name.trait_path.map(split_path).unwrap_or_default(),
        None => name.path,
    };
    let plain = |segment: &&str| segment[..segment.find('<').unwrap_or(segment.len())].to_owned();
    path.iter()
        .skip(path.len().saturating_sub(2))
        .map(plain)
        .collect::<Vec<_>>()
        .join("::")
}

/// A library call as the user wrote it, or `None` for glue that nobody writes (closure shims, blanket conversions).
pub(crate) fn library_call(text: &str, library: &str) -> Option<String> {
    let name = Name::parse(text);
    let is_std = library == "std";
    if name.item.is_empty() || is_glue(&name) {
        return None;
    }
    if name.item == "drop_in_place" {
        return Some(format!("drop {}", name.arguments.map_or("value", short_type)));
    }
    if let Some(written) = macro_of(&name) {
        return Some(written.to_owned());
    }
    if let Some(of) = name
        .trait_name()
        .or_else(|| name.type_name().filter(|of| is_iterator_trait(of)))
        && is_iterator_trait(of)
    {
        return Some(format!("Iterator::{}", name.item));
    }
    match (name.type_name(), name.trait_name()) {
        // What `vec![a, b]` expands to.
        (Some("Box"), None) if name.item.starts_with("new_uninit") => Some("vec!".to_owned()),
        (Some(target), Some("Drop")) => Some(format!("drop {target}")),
        (_, Some("FromIterator" | "SpecFromIter" | "SpecFromIterNested")) => Some("Iterator::collect".to_owned()),
        (Some(target), Some(of)) if is_parameter(target) => Some(format!("{of}::{}", name.item)),
        (Some(target), _) => Some(format!("{}::{}", public_type(target), name.item)),
        (None, _) => {
            let module = if is_std {
                name.path.iter().rfind(|module| !is_private_module(module))
            } else {
                name.path.first()
            };
            Some(match module {
                Some(module) => format!("{module}::{}", name.item),
                None => name.item.to_owned(),
            })
        }
    }
}

fn is_glue(name: &Name<'_>) -> bool {
    let is_function_trait = |of: &str| matches!(of, "Fn" | "FnMut" | "FnOnce");
    name.path.starts_with(&["core", "ops", "function"])
        || matches!(name.item, "call_once" | "call_mut" | "call" | "{shim:vtable#0}")
        || name.trait_name().is_some_and(is_function_trait)
        || (name.item == "into" && name.trait_name() == Some("Into"))
        || (name.item == "into_iter" && name.self_type.is_some_and(is_parameter))
        || matches!(
            name.item,
            "__rust_begin_short_backtrace" | "__rust_end_short_backtrace" | "catch_unwind" | "do_call"
        )
        || name.path.starts_with(&["std", "rt"])
        || name.path.starts_with(&["std", "panicking", "try"])
}

fn macro_of(name: &Name<'_>) -> Option<&'static str> {
    match (name.path.as_slice(), name.item) {
        (["alloc", "vec"], "from_elem") => Some("vec!"),
        (["alloc", "fmt", ..], "format" | "format_inner") => Some("format!"),
        (["std", "io", "stdio"], "_print") => Some("println!"),
        (["std", "io", "stdio"], "_eprint") => Some("eprintln!"),
        (["core", "panicking", ..], _) => Some("panic!"),
        (["core", "fmt"], "write") => Some("write!"),
        (_, "write_fmt") => Some("write!"),
        _ => None,
    }
}

/// Modules of the standard library that no path in a program names: `std::thread::functions::spawn` is `thread::spawn`.
fn is_private_module(module: &str) -> bool {
    matches!(module, "functions" | "lifecycle" | "imp" | "inner")
}

fn is_iterator_trait(of: &str) -> bool {
    matches!(
        of,
        "Iterator" | "DoubleEndedIterator" | "ExactSizeIterator" | "IteratorImpl" | "RangeIteratorImpl"
    )
}

/// Whether a type's text is a type parameter: `T`, `K1`, `Self`.
fn is_parameter(text: &str) -> bool {
    let text = strip_pointers(text);
    let mut chars = text.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.all(|c| c.is_ascii_digit()) || text == "Self"
}

/// Private machinery goes by the name of the collection that it drives.
fn public_type(short: &str) -> &str {
    match short {
        "RawVec" | "RawVecInner" => "Vec",
        "RawTable" | "RawTableInner" | "RawIter" => "HashMap",
        "NodeRef" | "LazyLeafRange" => "BTreeMap",
        "OccupiedEntry" | "VacantEntry" | "RustcEntry" | "RustcOccupiedEntry" | "RustcVacantEntry" => "Entry",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_calls_read_as_they_were_written() {
        for (text, library, expected) in [
            ("core::slice::<impl [T]>::contains", "std", "slice::contains"),
            ("<[alloc::string::String]>::contains", "std", "slice::contains"),
            ("alloc::vec::Vec<T,A>::remove", "std", "Vec::remove"),
            ("<alloc::vec::Vec<u8>>::remove", "std", "Vec::remove"),
            (
                "std::collections::hash::map::HashMap<K,V,S,A>::get",
                "std",
                "HashMap::get",
            ),
            (
                "<std::collections::hash::map::HashMap<u64, u64>>::get::<u64>",
                "std",
                "HashMap::get",
            ),
            (
                "<alloc::string::String as core::clone::Clone>::clone",
                "std",
                "String::clone",
            ),
            ("core::iter::traits::iterator::Iterator::find", "std", "Iterator::find"),
            (
                "<core::slice::iter::Iter<T> as core::iter::traits::iterator::Iterator>::position",
                "std",
                "Iterator::position",
            ),
            (
                "<core::slice::iter::Iter<u8> as core::iter::traits::iterator::Iterator>::rposition::<<core::slice::iter::Split<u8, f::{closure#0}> as core::iter::traits::double_ended::DoubleEndedIterator>::next_back::{closure#0}>",
                "std",
                "Iterator::rposition",
            ),
            (
                "core::iter::range::<impl core::iter::traits::iterator::Iterator for core::ops::range::Range<A>>::next",
                "std",
                "Iterator::next",
            ),
            ("std::io::stdio::_print", "std", "println!"),
            ("alloc::fmt::format", "std", "format!"),
            ("alloc::vec::from_elem", "std", "vec!"),
            (
                "<&std::io::stdio::Stdout as std::io::Write>::write_fmt",
                "std",
                "write!",
            ),
            ("std::sync::poison::mutex::Mutex<T>::lock", "std", "Mutex::lock"),
            (
                "core::ptr::drop_in_place<alloc::vec::Vec<alloc::string::String>>",
                "std",
                "drop Vec",
            ),
            (
                "<alloc::collections::linked_list::LinkedList<T,A> as core::ops::drop::Drop>::drop",
                "std",
                "drop LinkedList",
            ),
            (
                "<alloc::vec::Vec<T> as core::iter::traits::collect::FromIterator<T>>::from_iter",
                "std",
                "Iterator::collect",
            ),
            (
                "<T as core::slice::cmp::SliceContains>::slice_contains",
                "std",
                "SliceContains::slice_contains",
            ),
            ("core::mem::swap", "std", "mem::swap"),
            ("std::thread::functions::spawn", "std", "thread::spawn"),
            ("std::fs::read_to_string::inner", "std", "read_to_string::inner"),
            ("regex::regex::string::Regex::new", "regex", "Regex::new"),
            ("serde_json::de::from_str", "serde-json", "serde_json::from_str"),
            (
                "<alloc::string::String as core::ops::arith::Add<&str>>::add",
                "std",
                "String::add",
            ),
            (
                "alloc::collections::btree::map::BTreeMap<K,V,A>::insert",
                "std",
                "BTreeMap::insert",
            ),
            (
                "<core::option::Option<&std::ffi::os_str::OsStr>>::map::<(core::option::Option<&std::ffi::os_str::OsStr>, u8), f>",
                "std",
                "Option::map",
            ),
        ] {
            assert_eq!(library_call(text, library).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn owners_tell_what_a_trait_method_hides() {
        for (text, expected) in [
            (
                "<alloc::collections::linked_list::Iter<T> as core::iter::traits::iterator::Iterator>::next",
                "linked_list::Iter",
            ),
            (
                "alloc::collections::linked_list::LinkedList<T,A>::push_back",
                "linked_list::LinkedList",
            ),
            (
                "<T as core::slice::cmp::SliceContains>::slice_contains",
                "cmp::SliceContains",
            ),
            ("core::iter::traits::iterator::Iterator::find", "iterator::Iterator"),
        ] {
            assert_eq!(owner(text), expected, "{text}");
        }
    }

    #[test]
    fn glue_has_no_name() {
        for text in [
            "core::ops::function::FnOnce::call_once",
            "core::ops::function::impls::<impl core::ops::function::FnMut<A> for &mut F>::call_mut",
            "<T as core::convert::Into<U>>::into",
            "<alloc::boxed::Box<F,A> as core::ops::function::FnOnce<Args>>::call_once",
        ] {
            assert_eq!(library_call(text, "std"), None, "{text}");
        }
    }

    #[test]
    fn user_functions_keep_their_crate() {
        for (text, expected) in [
            ("quad::dedup", "quad::dedup"),
            ("a::main::{{closure}}::{{closure}}", "a::main::{closure}"),
            ("app::table::Table<T>::find", "app::table::Table::find"),
            ("<app::table::Table<u32>>::find", "app::Table::find"),
            ("<app::Rec as core::clone::Clone>::clone", "<app::Rec as Clone>::clone"),
            (
                "app::<impl app::Shuffle for alloc::vec::Vec<T>>::shuffle",
                "<Vec as Shuffle>::shuffle",
            ),
            ("app::run::<fn(&u8) -> bool>", "app::run"),
            ("app::fetch::{async_fn#0}", "app::fetch::{closure}"),
        ] {
            assert_eq!(user_function(text), expected, "{text}");
        }
    }

    #[test]
    fn odd_names_do_not_panic() {
        for text in [
            "",
            "<",
            ">",
            "::",
            "<impl ",
            "<>",
            "{",
            "a<b",
            "[unknown]",
            "é::ß<ü>",
            "<é as ß>",
            "->",
            "&'a ",
        ] {
            let _ = (user_function(text), library_call(text, "std"));
        }
    }
}
