//! The edit of `linear-search-in-loop` for a list that a struct keeps and only adds to: an index beside it, from the key
//! that is looked for to the position of the first element that has it.

use crate::editor::Editor;
use crate::structs::{NewField, add_field};
use crate::syntax::{CallExpr, FileSyntax, Function, How, Position, Span};

/// Methods that leave positions and number of a list's elements as they are.
const KEEPING: [&str; 19] = [
    "as_slice",
    "binary_search",
    "capacity",
    "chunks",
    "clone",
    "contains",
    "first",
    "get",
    "get_mut",
    "is_empty",
    "iter",
    "iter_mut",
    "last",
    "last_mut",
    "len",
    "push",
    "reserve",
    "to_vec",
    "windows",
];
/// Types that are copied by their name.
const COPIED: [&str; 17] = [
    "bool",
    "char",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "NonZeroU32",
    "Duration",
    "IpAddr",
];

/// A key that elements are compared by.
struct Key {
    /// The element's field, or its place in a tuple.
    field: String,
    /// What the index is called by.
    name: String,
    /// Its type.
    declared: String,
    /// What is looked for.
    wanted: String,
    is_copied: bool,
}

/// Gives the list's struct an index that every `push` keeps, and asks it instead of searching. `by` is how a single key
/// that is looked for becomes a reference.
pub(super) fn indexed(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr, by: &str) -> Option<()> {
    let walked: String = editor.slice(*call.operands.first()?).split_whitespace().collect();
    let list = walked.strip_suffix(".iter()")?.strip_prefix("self.")?;
    let function = syntax.function_at(call.at)?;
    let owner = function.self_type.as_deref()?;
    let mut fields = syntax.fields.iter().filter(|field| field.name == list);
    let field = fields
        .next()
        .filter(|field| field.owner == owner && fields.next().is_none())?;
    let element = field.declared.strip_prefix("Vec<")?.strip_suffix('>')?;
    let keys = keys(editor, syntax, call, element)?;
    if by.is_empty() && keys.len() > 1
        || !is_only_added_to(editor, syntax, owner, list)
        || keys.iter().any(|key| is_changed(editor, syntax, &key.field))
    {
        return None;
    }
    if element.starts_with('(') && !is_only_read_by_reference(editor, list, &keys) {
        return None;
    }
    let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    let index = format!("{list}_by_{}", names.join("_and_"));
    let types: Vec<&str> = keys.iter().map(|key| key.declared.as_str()).collect();
    for push in pushes(syntax, list)? {
        kept_by(editor, push, list, &index, &keys)?;
    }
    let declared = format!("HashMap<{}, usize>", tuple(&types));
    let new = NewField {
        name: &index,
        declared: &declared,
        value: "HashMap::new()",
    };
    add_field(editor, owner, &new)?;
    let wanted = match keys.as_slice() {
        [key] => format!("{by}{}", key.wanted),
        keys => {
            let owned = |key: &Key| match (key.is_copied, key.declared.as_str()) {
                (true, _) => key.wanted.clone(),
                (false, "String") => format!("{}.to_owned()", key.wanted),
                _ => format!("{}.clone()", key.wanted),
            };
            let owned: Vec<String> = keys.iter().map(owned).collect();
            format!("&({})", owned.join(", "))
        }
    };
    let asked = match call.name.as_str() {
        "find" => format!("self.{index}.get({wanted}).map(|&at| &self.{list}[at])"),
        "position" => format!("self.{index}.get({wanted}).copied()"),
        "any" => format!("self.{index}.contains_key({wanted})"),
        _ => return None,
    };
    editor.replace(call.span, asked);
    editor.import("std::collections::HashMap", "HashMap");
    Some(())
}

/// Gives the list's struct a set of the same elements that every `push` keeps, and asks it instead of searching.
pub(super) fn with_set(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let list = call
        .receiver
        .strip_prefix("self.")
        .filter(|_| call.name == "contains")?;
    let owner = syntax.function_at(call.at)?.self_type.as_deref()?;
    let mut fields = syntax.fields.iter().filter(|field| field.name == list);
    let field = fields
        .next()
        .filter(|field| field.owner == owner && fields.next().is_none())?;
    let element = field.declared.strip_prefix("Vec<")?.strip_suffix('>')?;
    let is_changing = |index: usize| {
        editor.word(index) == list
            && (editor.word(index + 1) == "[" || matches!(editor.word(index + 2), "iter_mut" | "get_mut" | "last_mut"))
    };
    if !is_only_added_to(editor, syntax, owner, list) || (0..editor.tokens().len()).any(is_changing) {
        return None;
    }
    let set = format!("{list}_set");
    let is_copied = is_copied(editor, element);
    for push in pushes(syntax, list)? {
        let copy = if is_copied { "" } else { ".clone()" };
        added(editor, push, list, |added| format!("self.{set}.insert({added}{copy});"))?;
    }
    let new = NewField {
        name: &set,
        declared: &format!("HashSet<{element}>"),
        value: "HashSet::new()",
    };
    add_field(editor, owner, &new)?;
    editor.replace(*call.operands.first()?, format!("self.{set}"));
    editor.import("std::collections::HashSet", "HashSet");
    Some(())
}

fn tuple(parts: &[&str]) -> String {
    match parts {
        [part] => (*part).to_owned(),
        parts => format!("({})", parts.join(", ")),
    }
}

/// The keys in `|item| item.a == x && y == item.b`.
fn keys(editor: &Editor<'_>, syntax: &FileSyntax, call: &CallExpr, element: &str) -> Option<Vec<Key>> {
    let closure = *call.operands.get(1)?;
    let first = editor.index_from(closure.start);
    let end = editor.index_from(closure.end);
    if editor.word(first) != "|" {
        return None;
    }
    let bar = (first + 1..end).find(|index| editor.word(*index) == "|")?;
    let words: Vec<&str> = (first + 1..bar).map(|index| editor.word(index)).collect();
    let item = match words.as_slice() {
        [item] => Item::Whole((*item).to_owned()),
        ["(", parts @ .., ")"] | ["&", "(", parts @ .., ")"] => {
            let parts: Vec<&str> = parts
                .split(|word| *word == ",")
                .map(|part| match part {
                    [name] => *name,
                    _ => "_",
                })
                .collect();
            Item::Parts(parts.into_iter().map(str::to_owned).collect())
        }
        _ => return None,
    };
    let mut keys = Vec::new();
    let mut start = bar + 1;
    for index in bar + 1..=end {
        let is_and = editor.word(index) == "&" && editor.word(index + 1) == "&";
        if index < end && !is_and {
            continue;
        }
        if start < index {
            keys.push(key(editor, syntax, start..index, &item, element)?);
        }
        start = index + 2;
    }
    (!keys.is_empty()).then_some(keys)
}

/// The key in `item.a == x`.
fn key(
    editor: &Editor<'_>,
    syntax: &FileSyntax,
    tokens: std::ops::Range<usize>,
    item: &Item,
    element: &str,
) -> Option<Key> {
    let equals = { tokens.clone() }.find(|index| editor.word(*index) == "=" && editor.word(index + 1) == "=")?;
    let text = |first: usize, last: usize| {
        let span = Span {
            start: editor.tokens()[first].span.start,
            end: editor.tokens()[last - 1].span.end,
        };
        editor.slice(span).trim_start_matches(['*', '&']).to_owned()
    };
    let (left, right) = (text(tokens.start, equals), text(equals + 2, tokens.end));
    let of_item = |side: &str| match item {
        Item::Whole(item) => side.strip_prefix(item.as_str())?.strip_prefix('.').map(str::to_owned),
        Item::Parts(parts) => parts
            .iter()
            .position(|part| part == side)
            .map(|place| place.to_string()),
    };
    let (field, wanted) = match (of_item(&left), of_item(&right)) {
        (Some(field), None) => (field, right),
        (None, Some(field)) => (field, left),
        _ => return None,
    };
    let mut fields = syntax.fields.iter();
    let declared = match element.strip_prefix('(').and_then(|parts| parts.strip_suffix(')')) {
        Some(parts) => parts_of(parts).get(field.parse::<usize>().ok()?)?.trim(),
        None => {
            let field = fields.find(|other| other.owner == element && other.name == field)?;
            field.declared.as_str()
        }
    };
    if declared.contains(['&', '\'']) || wanted.contains(['{', '|', '\n']) || wanted.contains("==") {
        return None;
    }
    Some(Key {
        is_copied: is_copied(editor, declared),
        name: match element.starts_with('(') {
            true => "key".to_owned(),
            false => field.clone(),
        },
        field,
        declared: declared.to_owned(),
        wanted,
    })
}

/// How a closure calls the element that it is given.
enum Item {
    /// By a name.
    Whole(String),
    /// Taken apart: a name for each part of a tuple.
    Parts(Vec<String>),
}

/// The types of a tuple.
fn parts_of(types: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, c) in types.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&types[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&types[start..]);
    parts
}

/// Whether the keys of tuples stay as they are: where elements can be changed, patterns pass over the keys.
fn is_only_read_by_reference(editor: &Editor<'_>, list: &str, keys: &[Key]) -> bool {
    let is_spared = |index: usize| {
        let end = (index..editor.tokens().len())
            .take_while(|at| editor.word(*at) != ";")
            .take(80);
        let patterns = end.filter(|at| editor.word(*at) == "Some" && editor.word(at + 2) == "(");
        let mut places = patterns.map(|at| editor.closing(at + 2).map(|close| at + 3..close));
        let is_passed_over = |place: std::ops::Range<usize>| {
            let words: Vec<&str> = place.map(|at| editor.word(at)).collect();
            let parts: Vec<&[&str]> = words.split(|word| *word == ",").collect();
            keys.iter().all(|key| {
                let part = key.field.parse::<usize>().ok().and_then(|place| parts.get(place));
                part.is_some_and(|part| **part == ["_"])
            })
        };
        places.next().flatten().is_some_and(is_passed_over)
    };
    let is_mutable = |index: &usize| {
        editor.word(*index) == list
            && editor.word(index + 1) == "."
            && matches!(editor.word(index + 2), "iter_mut" | "get_mut" | "last_mut")
    };
    (0..editor.tokens().len()).filter(is_mutable).all(is_spared)
}

/// Whether a type is copied without a call.
fn is_copied(editor: &Editor<'_>, declared: &str) -> bool {
    let element = declared.strip_prefix('[').and_then(|rest| rest.split(';').next());
    let name = element.unwrap_or(declared).trim();
    let derives = || {
        let tokens = editor.tokens();
        let declaration = (1..tokens.len())
            .find(|index| tokens[*index].text == name && matches!(editor.word(index - 1), "struct" | "enum"))?;
        let before = tokens[..declaration].iter().rev();
        let attributes = before.take_while(|token| !matches!(token.text.as_str(), "}" | ";" | "{"));
        Some({ attributes }.any(|token| token.text == "Copy"))
    };
    COPIED.contains(&name) || derives() == Some(true)
}

/// Whether nothing but `push` changes which elements a field's list has and where, as far as its file shows; other
/// files cannot, when it is private.
fn is_only_added_to(editor: &Editor<'_>, syntax: &FileSyntax, owner: &str, list: &str) -> bool {
    let mut mentions = (0..editor.tokens().len()).filter(|index| editor.word(*index) == list);
    let is_serialized = editor.tokens().iter().any(|token| token.text == "Deserialize");
    let is_fine = |index: usize| {
        let word = |ahead: usize| editor.word(index + ahead);
        let back = |behind: usize| index.checked_sub(behind).map_or("", |index| editor.word(index));
        match (back(1), word(1)) {
            (".", ".") => KEEPING.contains(&word(2)),
            (".", "[") => true,
            (".", "=") => word(2) == "=",
            (".", _) => back(3) != "mut" && back(4) != "mut",
            ("pub" | ")", _) => false,
            // A variable or a parameter of the same name.
            ("let" | "mut", ":") => true,
            (_, ":") if is_parameter(syntax, editor.tokens()[index].span.start) => true,
            // Its declaration, and values that are empty.
            (_, ":") if word(2) == "Vec" => word(3) == "<" || matches!(word(5), "new" | "with_capacity"),
            (_, ":") => [word(2), word(3), word(5)] == ["vec", "!", "]"] || word(2) == "Default",
            // A variable of the same name, which may become the field.
            (_, "," | "}") => !is_in_value(editor, index, owner),
            _ => true,
        }
    };
    !is_serialized && mentions.all(is_fine)
}

/// Whether a position is in the head of a function.
fn is_parameter(syntax: &FileSyntax, at: Position) -> bool {
    let is_head = |function: &Function| function.span.contains(at) && at < function.body.start;
    syntax.functions.iter().any(is_head)
}

/// Whether a token stands among the fields of a struct's value.
fn is_in_value(editor: &Editor<'_>, index: usize, owner: &str) -> bool {
    let mut depth = 0;
    for before in (1..index).rev() {
        match editor.word(before) {
            ")" | "]" | "}" => depth += 1,
            "(" | "[" if depth == 0 => return false,
            "{" if depth == 0 => return matches!(editor.word(before - 1), "Self") || editor.word(before - 1) == owner,
            "(" | "[" | "{" => depth -= 1,
            _ => {}
        }
    }
    false
}

/// Whether a field of this name is given another value somewhere.
fn is_changed(editor: &Editor<'_>, syntax: &FileSyntax, field: &str) -> bool {
    let is_assigned = (1..editor.tokens().len()).any(|index| {
        let word = |ahead: usize| editor.word(index + ahead);
        let is_update = matches!(word(1), "+" | "-" | "*" | "/" | "%" | "^" | "|" | "&") && word(2) == "=";
        let is_plain = word(1) == "=" && word(2) != "=";
        editor.word(index - 1) == "." && word(0) == field && (is_plain || is_update)
    });
    let is_it = |path: &str| path.rsplit_once('.').is_some_and(|(_, last)| last == field);
    is_assigned
        || syntax.flow.changes.iter().any(|change| {
            let is_change = match &change.how {
                How::Method(method) => method.starts_with("push") || method.ends_with("_mut") || method == "insert",
                _ => true,
            };
            is_change && is_it(&change.path)
        })
}

/// The calls that add to the list: all of them by methods of its struct.
fn pushes<'s>(syntax: &'s FileSyntax, list: &str) -> Option<Vec<&'s CallExpr>> {
    let (own, suffix) = (format!("self.{list}"), format!(".{list}"));
    let calls = syntax
        .calls
        .iter()
        .filter(|call| call.name == "push" && call.receiver.ends_with(&suffix));
    let pushes: Vec<&CallExpr> = calls.collect();
    (!pushes.is_empty() && pushes.iter().all(|push| push.receiver == own)).then_some(pushes)
}

/// Notes where a pushed element goes.
fn kept_by(editor: &mut Editor<'_>, push: &CallExpr, list: &str, index: &str, keys: &[Key]) -> Option<()> {
    added(editor, push, list, |added| {
        let parts: Vec<String> = keys
            .iter()
            .map(|key| format!("{added}.{}{}", key.field, if key.is_copied { "" } else { ".clone()" }))
            .collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let key = tuple(&parts);
        format!("self.{index}.entry({key}).or_insert(self.{list}.len());")
    })
}

/// Puts a statement before the one that pushes, made from the name of what is pushed.
fn added(editor: &mut Editor<'_>, push: &CallExpr, list: &str, noted: impl Fn(&str) -> String) -> Option<()> {
    let statement = editor.statement(push.span);
    let at = editor.index_from(push.span.start);
    // The value of an arm.
    let is_arm = statement.is_none() && at >= 2 && editor.word(at - 2) == "=" && editor.word(at - 1) == ">";
    let place = statement.or(Some(push.span).filter(|_| is_arm))?;
    let pushed = editor.slice(*push.operands.get(1)?).to_owned();
    let is_name = pushed.chars().all(|c| c.is_alphanumeric() || c == '_');
    let added = if is_name { pushed.as_str() } else { "added" };
    let indentation = editor.indentation(place.start.line).to_owned();
    let inner = match is_arm {
        true => format!("{indentation}    "),
        false => indentation.clone(),
    };
    let mut text = String::new();
    if !is_name {
        text = format!("let added = {pushed};\n{inner}");
    }
    text += &format!("{}\n{inner}self.{list}.push({added});", noted(added));
    if is_arm {
        text = format!("{{\n{inner}{text}\n{indentation}}}");
    }
    editor.replace(place, text);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    const SESSIONS: &str = "struct Session {\n    client: [u8; 4],\n    agent: String,\n    hits: u32,\n}\nstruct Tracker {\n    sessions: Vec<Session>,\n}\n\
        impl Tracker {\n    fn of(&mut self, hit: &Hit) -> usize {\n        let known = self\n            .sessions\n            .iter()\n            .position(|s| s.client == hit.client && s.agent == hit.agent);\n        \
        known.unwrap_or_else(|| {\n            self.sessions.push(Session::of(hit));\n            self.sessions.len() - 1\n        })\n    }\n    fn new() -> Self {\n        Self { sessions: Vec::new() }\n    }\n}\n";

    fn edited(editor: &mut Editor<'_>, text: &str, name: &str, by: &str) -> Option<()> {
        let syntax = FileSyntax::parse(text).unwrap();
        let call = syntax.calls.iter().find(|call| call.name == name).unwrap();
        indexed(editor, &syntax, call, by)
    }

    #[test]
    fn an_index_is_kept_beside_the_list() {
        let after = SESSIONS
            .replace(
                "self\n            .sessions\n            .iter()\n            .position(|s| s.client == hit.client && s.agent == hit.agent)",
                "self.sessions_by_client_and_agent.get(&(hit.client, hit.agent.to_owned())).copied()",
            )
            .replace(
                "self.sessions.push(Session::of(hit));",
                "let added = Session::of(hit);\n            self.sessions_by_client_and_agent.entry((added.client, added.agent.clone())).or_insert(self.sessions.len());\n            self.sessions.push(added);",
            )
            .replace(
                "    sessions: Vec<Session>,\n",
                "    sessions: Vec<Session>,\n    sessions_by_client_and_agent: HashMap<([u8; 4], String), usize>,\n",
            )
            .replace(
                "sessions: Vec::new() }",
                "sessions: Vec::new(), sessions_by_client_and_agent: HashMap::new() }",
            );
        check_edits(
            SESSIONS,
            &format!("use std::collections::HashMap;\n\n{after}"),
            |mut editor| {
                edited(&mut editor, SESSIONS, "position", "&").unwrap();
                editor
            },
        );
    }

    #[test]
    fn a_set_is_kept_beside_the_list() {
        let before = "struct Seen {\n    all: Vec<Animal>,\n}\n\
            impl Seen {\n    fn meet(&mut self, a: Animal) {\n        self.all.push(a);\n    }\n    fn has(&self, a: Animal) -> bool {\n        self.all.contains(&a)\n    }\n}\n";
        let after = before
            .replace(
                "self.all.push(a);",
                "self.all_set.insert(a.clone());\n        self.all.push(a);",
            )
            .replace("self.all.contains", "self.all_set.contains")
            .replace(
                "    all: Vec<Animal>,\n",
                "    all: Vec<Animal>,\n    all_set: HashSet<Animal>,\n",
            );
        let searching = |syntax: &FileSyntax| {
            let mut calls = syntax.calls.iter();
            calls.find(|call| call.name == "contains").unwrap().clone()
        };
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(
            before,
            &format!("use std::collections::HashSet;\n\n{after}"),
            |mut editor| {
                with_set(&mut editor, &syntax, &searching(&syntax)).unwrap();
                editor
            },
        );
        for changed in [
            "self.all[0] = a;",
            "self.all.clear();",
            "for b in self.all.iter_mut() {}",
        ] {
            let text = before.replace("self.all.push(a);", &format!("self.all.push(a); {changed}"));
            let syntax = FileSyntax::parse(&text).unwrap();
            let mut editor = Editor::of("main.rs", &text).unwrap();
            assert_eq!(with_set(&mut editor, &syntax, &searching(&syntax)), None, "{changed}");
        }
    }

    const CLASSES: &str = "#[derive(Default)]\nstruct Sheet {\n    classes: Vec<(u32, Style)>,\n}\n\
        impl Sheet {\n    fn define(&mut self, class: u32, style: Style) {\n        match self.classes.iter_mut().find(|(known, _)| *known == class) {\n            \
        Some((_, old)) => *old = style,\n            None => self.classes.push((class, style)),\n        }\n    }\n    \
        fn style(&self, class: u32) -> Style {\n        self.classes.iter().find(|(known, _)| *known == class).map(|(_, style)| *style).unwrap()\n    }\n}\n";

    #[test]
    fn tuples_are_found_by_their_part() {
        let after = CLASSES
            .replace(
                "self.classes.iter().find(|(known, _)| *known == class)",
                "self.classes_by_key.get(&class).map(|&at| &self.classes[at])",
            )
            .replace(
                "self.classes.push((class, style)),",
                "{\n                let added = (class, style);\n                self.classes_by_key.entry(added.0).or_insert(self.classes.len());\n                self.classes.push(added);\n            },",
            )
            .replace(
                "    classes: Vec<(u32, Style)>,\n",
                "    classes: Vec<(u32, Style)>,\n    classes_by_key: HashMap<u32, usize>,\n",
            );
        let of = |text: &str| {
            let syntax = FileSyntax::parse(text).unwrap();
            let is_it = |call: &&CallExpr| call.name == "find" && call.receiver.ends_with("iter()");
            syntax.calls.iter().find(is_it).unwrap().clone()
        };
        check_edits(
            CLASSES,
            &format!("use std::collections::HashMap;\n\n{after}"),
            |mut editor| {
                indexed(&mut editor, &FileSyntax::parse(CLASSES).unwrap(), &of(CLASSES), "&").unwrap();
                editor
            },
        );
        let changed = CLASSES.replace("Some((_, old)) => *old = style", "Some((key, _)) => *key += 1");
        let mut editor = Editor::of("main.rs", &changed).unwrap();
        let syntax = FileSyntax::parse(&changed).unwrap();
        assert_eq!(indexed(&mut editor, &syntax, &of(&changed), "&"), None);
    }

    #[test]
    fn lists_that_change_otherwise_get_no_index() {
        for (known, other) in [
            ("self.sessions.len() - 1", "self.sessions.clear(); 0"),
            ("self.sessions.len() - 1", "self.sessions[0].agent = a; 0"),
            ("self.sessions.len() - 1", "std::mem::take(&mut self.sessions).len()"),
            ("sessions: Vec::new()", "sessions: read()"),
            (
                "Self { sessions: Vec::new() }",
                "let sessions = read(); Self { sessions }",
            ),
            ("    sessions: Vec<", "    pub sessions: Vec<"),
            (
                "fn new()",
                "fn other(other: Tracker) -> Self { Self { sessions: other.list } }\n    fn new()",
            ),
            ("s.agent == hit.agent", "s.agent.len() == hit.agent.len()"),
            ("s.client == hit.client &&", "s.client == hit.client ||"),
        ] {
            let text = SESSIONS.replace(known, other);
            let mut editor = Editor::of("main.rs", &text).unwrap();
            assert_eq!(edited(&mut editor, &text, "position", "&"), None, "{other}");
        }
    }
}
