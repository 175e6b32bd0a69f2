//! Gives maps, lists and locks another type: one of them, or all of a file, with what makes them and the imports.

use crate::Dependency;
use crate::editor::{Editor, Token};
use crate::maps::MapId;
use crate::syntax::{FileSyntax, Local, Span};

/// A type, and the one that takes its place.
#[derive(Clone, Copy)]
pub(crate) struct Twin {
    /// Its name.
    pub(crate) of: &'static str,
    /// Path of the other.
    pub(crate) path: &'static str,
    /// How many type parameters it has when its hasher is the standard one.
    pub(crate) n_parameters: usize,
    /// How the other is made.
    pub(crate) made: Made,
}

/// How a type is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// By `new`, `with_capacity` and `from`, as the type that it stands for.
    Alike,
    /// With a hasher of its own: by `default`, `with_capacity_and_hasher` and `from_iter`.
    WithHasher,
    /// Where it is made by `new`, with room for so many entries.
    WithRoom(usize),
}

/// Maps and sets with a fast hasher for those with the standard one.
pub(crate) const FAST: [Twin; 2] = [
    Twin {
        of: "HashMap",
        path: "rustc_hash::FxHashMap",
        n_parameters: 2,
        made: Made::WithHasher,
    },
    Twin {
        of: "HashSet",
        path: "rustc_hash::FxHashSet",
        n_parameters: 1,
        made: Made::WithHasher,
    },
];

/// Maps and sets that hash, for those that compare.
pub(crate) const UNORDERED: [Twin; 2] = [
    Twin {
        of: "BTreeMap",
        ..FAST[0]
    },
    Twin {
        of: "BTreeSet",
        ..FAST[1]
    },
];

/// Maps and sets that look at every entry. Ordered ones have no such twin.
pub(crate) const LINEAR: [Twin; 6] = {
    const MAP: Twin = Twin {
        of: "HashMap",
        path: "vecmap::VecMap",
        n_parameters: 2,
        made: Made::Alike,
    };
    const SET: Twin = Twin {
        of: "HashSet",
        path: "vecmap::VecSet",
        n_parameters: 1,
        made: Made::Alike,
    };
    [
        MAP,
        Twin { of: "FxHashMap", ..MAP },
        Twin { of: "AHashMap", ..MAP },
        SET,
        Twin { of: "FxHashSet", ..SET },
        Twin { of: "AHashSet", ..SET },
    ]
};

/// The same for trees whose order nobody needs.
pub(crate) const LINEAR_UNORDERED: [Twin; 2] = [
    Twin {
        of: "BTreeMap",
        ..LINEAR[0]
    },
    Twin {
        of: "BTreeSet",
        ..LINEAR[3]
    },
];

/// Lists that are one block of memory.
pub(crate) const DEQUE: [Twin; 1] = [Twin {
    of: "LinkedList",
    path: "std::collections::VecDeque",
    n_parameters: 1,
    made: Made::Alike,
}];

/// Locks that many may hold who change nothing.
pub(crate) const RWLOCK: [Twin; 1] = [Twin {
    of: "Mutex",
    path: "std::sync::RwLock",
    n_parameters: 1,
    made: Made::Alike,
}];

/// The crate that [`FAST`] and [`UNORDERED`] need.
pub(crate) fn rustc_hash() -> Dependency {
    Dependency {
        name: "rustc-hash".to_owned(),
        version: "2".to_owned(),
    }
}

/// The crate that [`LINEAR`] and [`LINEAR_UNORDERED`] need.
pub(crate) fn vecmap() -> Dependency {
    Dependency {
        name: "vecmap-rs".to_owned(),
        version: "0.3".to_owned(),
    }
}

/// Gives one map another type: where it is declared, by an alias as well, and where it is made or handed on under its
/// name.
pub(crate) fn one(editor: &mut Editor<'_>, syntax: &FileSyntax, map: &MapId, twins: &[Twin]) -> Option<()> {
    let mut spans = Vec::new();
    match map {
        MapId::Field(name) => spans.extend(of_field(editor, syntax, name)?),
        MapId::Local(_, (line, column), name) => {
            let is_it = |local: &&Local| {
                let end = local.span.end;
                local.name == *name && (end.line, end.column) == (*line, *column)
            };
            spans.push(syntax.locals.iter().find(is_it)?.span);
            // It may become a field of its name.
            if syntax.stored.iter().any(|stored| editor.slice(*stored) == name) {
                spans.extend(of_field(editor, syntax, name).unwrap_or_default());
            }
        }
    }
    spans.extend(aliased(editor, &spans));
    renamed(editor, twins, &|token| {
        spans.iter().any(|span| span.covers(&token.span))
    })
}

/// Where a field of a map's type is declared, given a value, or handed on under its name.
fn of_field(editor: &Editor<'_>, syntax: &FileSyntax, name: &str) -> Option<Vec<Span>> {
    let mut fields = syntax.fields.iter().filter(|field| field.name == *name);
    fields.next().filter(|_| fields.next().is_none())?;
    let typed = (0..editor.tokens().len()).filter(|index| editor.is_named(*index, name));
    let mut spans: Vec<Span> = typed.filter_map(|index| editor.until_separator(index + 2)).collect();
    let locals = syntax.locals.iter().filter(|local| local.name == *name);
    spans.extend(locals.map(|local| local.span));
    Some(spans)
}

/// Gives all maps of a file another type.
pub(crate) fn all(editor: &mut Editor<'_>, twins: &[Twin]) -> Option<()> {
    renamed(editor, twins, &|_| true)
}

/// The definitions of the aliases that some spans name, and what is made by them.
fn aliased(editor: &Editor<'_>, spans: &[Span]) -> Vec<Span> {
    let tokens = editor.tokens();
    let mut found = Vec::new();
    for index in (1..tokens.len()).filter(|&index| tokens[index - 1].text == "type") {
        let is_named = |span: &Span| {
            let inside = editor.index_from(span.start)..editor.index_from(span.end);
            inside.clone().any(|at| tokens[at].text == tokens[index].text)
        };
        let end = (index..tokens.len()).find(|at| tokens[*at].text == ";");
        if let Some(end) = end.filter(|_| spans.iter().any(is_named)) {
            found.push(Span {
                start: tokens[index].span.start,
                end: tokens[end].span.end,
            });
        }
    }
    found
}

/// Renames the types that `is_meant`, and makes them as their twins are made.
fn renamed(editor: &mut Editor<'_>, twins: &[Twin], is_meant: &dyn Fn(&Token) -> bool) -> Option<()> {
    let tokens = editor.tokens().to_vec();
    let modules = editor.inline_modules();
    let mut counts = vec![0; twins.len()];
    for (index, token) in tokens.iter().enumerate() {
        let Some(which) = twins.iter().position(|twin| twin.of == token.text) else {
            continue;
        };
        let twin = twins[which];
        let start = editor.path_start(index);
        let prefix: Vec<&str> = (start..index)
            .map(|index| tokens[index].text.as_str())
            .filter(|word| *word != ":")
            .collect();
        let is_std = matches!(
            prefix.as_slice(),
            [] | ["collections" | "sync"] | ["std", "collections" | "sync"]
        );
        if token.is_import || !is_std || !is_meant(token) {
            continue;
        }
        let Some(next) = behind_generics(editor, index, twin.n_parameters) else {
            continue;
        };
        match twin.made {
            Made::Alike => {}
            Made::WithHasher => made(editor, next),
            Made::WithRoom(entries) => made_with_room(editor, next, entries),
        }
        let is_inner = modules.iter().any(|module| module.covers(&token.span));
        let name = twin.path.rsplit("::").next().unwrap_or(twin.path);
        let span = Span {
            start: tokens[start].span.start,
            end: token.span.end,
        };
        editor.replace(span, if is_inner && name != "Vec" { twin.path } else { name });
        // Vectors are known everywhere.
        if !is_inner && name != "Vec" {
            editor.import(twin.path, name);
        }
        counts[which] += 1;
        alias_made(editor, index, twin);
    }
    let replaced: Vec<(&str, usize)> = twins.iter().map(|twin| twin.of).zip(counts.iter().copied()).collect();
    editor.forget(&replaced);
    counts.iter().any(|count| *count > 0).then_some(())
}

/// `Alias::new()` of `type Alias = …`, in whose definition a type stands.
fn alias_made(editor: &mut Editor<'_>, index: usize, twin: Twin) {
    let mut before = (0..index)
        .rev()
        .take_while(|at| !matches!(editor.word(*at), ";" | "}" | "{"));
    let Some(alias) = before
        .find(|at| editor.word(*at) == "type")
        .map(|at| editor.word(at + 1).to_owned())
    else {
        return;
    };
    if twin.made == Made::WithHasher {
        let named: Vec<usize> = (0..editor.tokens().len())
            .filter(|at| editor.word(*at) == alias)
            .collect();
        named.into_iter().for_each(|at| made(editor, at + 1));
    }
}

/// The token behind a type's name and generic arguments; `None` when there are more of these than it has alone.
fn behind_generics(editor: &Editor<'_>, index: usize, most: usize) -> Option<usize> {
    let is_turbofish = [1, 2].map(|ahead| editor.word(index + ahead)) == [":", ":"] && editor.word(index + 3) == "<";
    let open = if is_turbofish { index + 3 } else { index + 1 };
    if editor.word(open) != "<" {
        return Some(index + 1);
    }
    let close = editor.closing(open)?;
    (n_parameters(&editor.tokens()[open + 1..close]) <= most).then_some(close + 1)
}

/// `::new()` and the like at an index, as a map with a hasher of its own is made.
fn made(editor: &mut Editor<'_>, index: usize) {
    if [0, 1].map(|ahead| editor.word(index + ahead)) != [":", ":"] {
        return;
    }
    let method = index + 2;
    let span = |index: usize| editor.tokens().get(index).map(|token| token.span);
    let Some(name) = span(method) else { return };
    match editor.word(method) {
        "new" => editor.replace(name, "default"),
        "from" => editor.replace(name, "from_iter"),
        "with_capacity" => {
            let Some(close) = editor.closing(method + 1).and_then(span) else {
                return;
            };
            editor.replace(name, "with_capacity_and_hasher");
            editor.insert(close.start, ", Default::default()");
        }
        _ => {}
    }
}

/// `::new()` at an index with room for some entries.
fn made_with_room(editor: &mut Editor<'_>, index: usize, entries: usize) {
    let words = [0, 1, 2, 3, 4].map(|ahead| editor.word(index + ahead));
    if words == [":", ":", "new", "(", ")"] {
        let whole = Span {
            start: editor.tokens()[index + 2].span.start,
            end: editor.tokens()[index + 4].span.end,
        };
        editor.replace(whole, format!("with_capacity({entries})"));
    }
}

/// How many generic arguments these tokens are.
fn n_parameters(tokens: &[Token]) -> usize {
    let (mut depth, mut n_commas) = (0, 0);
    for (index, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "<" | "(" | "[" => depth += 1,
            ">" if index > 0 && tokens[index - 1].text == "-" => {}
            ">" | ")" | "]" => depth -= 1,
            "," if depth == 0 && index + 1 < tokens.len() => n_commas += 1,
            _ => {}
        }
    }
    n_commas + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check_all(before: &str, after: &str) {
        check_edits(before, after, |mut editor| {
            all(&mut editor, &FAST);
            editor
        });
    }

    fn check_one(map: &MapId, twins: &[Twin], before: &str, after: &str) {
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, after, |mut editor| {
            one(&mut editor, &syntax, map, twins).unwrap();
            editor
        });
    }

    #[test]
    fn maps_become_fast_ones() {
        check_all(
            "use std::collections::HashMap;\nstruct S { m: HashMap<u32, Vec<(u8, u8)>> }\nfn f() { g(HashMap::new(), HashMap::<u32, u8>::with_capacity(n(1))) }",
            "use rustc_hash::FxHashMap;\nstruct S { m: FxHashMap<u32, Vec<(u8, u8)>> }\nfn f() { g(FxHashMap::default(), \
             FxHashMap::<u32, u8>::with_capacity_and_hasher(n(1), Default::default())) }",
        );
        check_all(
            "fn f(s: &std::collections::HashSet<u8>) {}",
            "use rustc_hash::FxHashSet;\n\nfn f(s: &FxHashSet<u8>) {}",
        );
        check_all(
            "use std::collections::HashSet;\ntype S = HashSet<u8>;\nfn f() -> S { S::new() }\n",
            "use rustc_hash::FxHashSet;\ntype S = FxHashSet<u8>;\nfn f() -> S { S::default() }\n",
        );
        check_all(
            "mod a {\n    use std::collections::HashSet;\n    fn f() -> HashSet<u8> { HashSet::from([1]) }\n}\n",
            "mod a {\n    fn f() -> rustc_hash::FxHashSet<u8> { rustc_hash::FxHashSet::from_iter([1]) }\n}\n",
        );
    }

    #[test]
    fn a_map_with_a_type_that_is_kept_leaves_its_import() {
        check_one(
            &MapId::Local(String::new(), (4, 35), "tags".to_owned()),
            &LINEAR,
            "use std::collections::HashSet;\nstruct A { tags: HashSet<u8>, all: HashSet<u64> }\nfn f(all: HashSet<u64>) -> A {\n    let mut tags = HashSet::new();\n    A { tags, all }\n}\n",
            "use std::collections::HashSet;\nuse vecmap::VecSet;\nstruct A { tags: VecSet<u8>, all: HashSet<u64> }\nfn f(all: HashSet<u64>) -> A {\n    let mut tags = VecSet::new();\n    A { tags, all }\n}\n",
        );
    }

    #[test]
    fn a_map_is_made_with_room() {
        let text = "fn f() { let mut tags = HashMap::new(); }\n";
        let syntax = FileSyntax::parse(text).unwrap();
        let end = syntax.locals[0].span.end;
        let roomy = LINEAR.map(|twin| Twin {
            made: Made::WithRoom(7),
            ..twin
        });
        check_one(
            &MapId::Local(String::new(), (end.line, end.column), "tags".to_owned()),
            &roomy,
            text,
            "use vecmap::VecMap;\n\nfn f() { let mut tags = VecMap::with_capacity(7); }\n",
        );
    }

    #[test]
    fn lists_become_deques_that_are_imported_once() {
        check_edits(
            "use std::collections::{LinkedList, VecDeque};\nfn f(a: LinkedList<u8>, b: VecDeque<u8>) {}",
            "use std::collections::VecDeque;\nfn f(a: VecDeque<u8>, b: VecDeque<u8>) {}",
            |mut editor| {
                all(&mut editor, &DEQUE);
                editor
            },
        );
    }

    #[test]
    fn maps_that_have_a_hasher_or_are_of_others_are_left_alone() {
        for text in [
            "fn f(m: HashMap<K, V, S>) {}",
            "fn f(m: hashbrown::HashMap<K, V>) {}",
            "fn f(s: HashSet<K, S>) {}",
        ] {
            check_all(text, text);
        }
    }

    #[test]
    fn one_map_changes_and_the_others_stay() {
        check_one(
            &MapId::Field("all".to_owned()),
            &UNORDERED,
            "use std::collections::BTreeMap;\nstruct S { all: BTreeMap<u8, u8>, by: BTreeMap<u8, u8> }\nfn f() -> S { S { all: BTreeMap::new(), by: BTreeMap::new() } }\n",
            "use rustc_hash::FxHashMap;\nuse std::collections::BTreeMap;\nstruct S { all: FxHashMap<u8, u8>, by: BTreeMap<u8, u8> }\nfn f() -> S { S { all: FxHashMap::default(), by: BTreeMap::new() } }\n",
        );
        check_one(
            &MapId::Local(String::new(), (2, 41), "all".to_owned()),
            &FAST,
            "fn f(by: HashMap<u8, u8>) {\n    let mut all: Counts = Counts::new(); }\ntype Counts = HashMap<u8, u8>;\n",
            "use rustc_hash::FxHashMap;\n\nfn f(by: HashMap<u8, u8>) {\n    let mut all: Counts = Counts::default(); }\ntype Counts = FxHashMap<u8, u8>;\n",
        );
    }
}
