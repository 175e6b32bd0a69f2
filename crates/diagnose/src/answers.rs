//! Library calls and return types by the kind of their answer: a number, a value of its own, none.

use profile::Call;

/// Whether a library call only computes, and if so, whether its answer is a value of its own.
pub(crate) fn answer(called: &Call) -> Option<bool> {
    let name = called.name.as_str();
    if called.library != "std" {
        let method = name.rsplit("::").next().unwrap_or(name);
        return OF_LIBRARIES.contains(&method).then_some(true);
    }
    if SMALL_ANSWERS.contains(&name) {
        Some(false)
    } else {
        OWN_ANSWERS.contains(&name).then_some(true)
    }
}

/// Whether a return type is an answer, not only a success.
pub(crate) fn is_answer(output: &str) -> bool {
    !matches!(output, "()" | "!")
        && !output.contains("<(),")
        && !output.contains("<()>")
        && !output.contains("impl Iterator")
}

/// Whether a type is copied rather than moved: numbers, references, and what is made of them.
pub(crate) fn is_small(output: &str) -> bool {
    const SMALL: [&str; 19] = [
        "Option", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16",
        "u32", "u64", "u8", "usize", "Ordering",
    ];
    let words = output
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty());
    output.starts_with('&') || output.starts_with("Option<&") || { words }.all(|word| SMALL.contains(&word))
}

/// Library calls whose answer is a number, a reference or the like.
const SMALL_ANSWERS: [&str; 37] = [
    "Iterator::all",
    "Iterator::any",
    "Iterator::cmp",
    "Iterator::count",
    "Iterator::eq",
    "Iterator::find",
    "Iterator::find_map",
    "Iterator::fold",
    "Iterator::last",
    "Iterator::max",
    "Iterator::max_by",
    "Iterator::max_by_key",
    "Iterator::min",
    "Iterator::min_by",
    "Iterator::min_by_key",
    "Iterator::nth",
    "Iterator::position",
    "Iterator::product",
    "Iterator::reduce",
    "Iterator::rfind",
    "Iterator::rposition",
    "Iterator::sum",
    "slice::contains",
    "slice::starts_with",
    "str::contains",
    "str::ends_with",
    "str::find",
    "str::matches",
    "str::parse",
    "str::rfind",
    "str::starts_with",
    "FromStr::from_str",
    "BTreeMap::get",
    "BTreeMap::index",
    "HashMap::get",
    "HashMap::index",
    "HashMap::contains_key",
];

/// Library calls whose answer is a new value of its own.
const OWN_ANSWERS: [&str; 12] = [
    "Iterator::collect",
    "format!",
    "slice::concat",
    "slice::join",
    "str::join",
    "str::replace",
    "str::to_lowercase",
    "str::to_uppercase",
    "slice::repeat",
    "str::repeat",
    "fs::read",
    "fs::read_to_string",
];

/// Methods of other libraries that read or make something from what they are given.
const OF_LIBRARIES: [&str; 12] = [
    "captures",
    "decode",
    "deserialize",
    "encode",
    "find",
    "from_slice",
    "from_str",
    "is_match",
    "parse",
    "render",
    "to_string",
    "to_vec",
];
