//! The edit of `small-map`: a map that is a vector, with the methods of one that hashes.

use crate::editor::Editor;
use crate::syntax::{FileSyntax, Position, Span};

/// Types that hash, and those that look at every entry. Ordered ones have no such twin.
const TWINS: [(&str, &str); 6] = [
    ("HashMap", "vecmap::VecMap"),
    ("FxHashMap", "vecmap::VecMap"),
    ("AHashMap", "vecmap::VecMap"),
    ("HashSet", "vecmap::VecSet"),
    ("FxHashSet", "vecmap::VecSet"),
    ("AHashSet", "vecmap::VecSet"),
];

/// Makes the local map whose declaration ends at a position a vector.
pub(super) fn local(editor: &mut Editor<'_>, syntax: &FileSyntax, end: Position, name: &str) -> Option<()> {
    let mut locals = syntax.locals.iter();
    let local = locals.find(|local| local.name == name && local.span.end == end)?;
    let renamed = renamed(editor, local.span);
    forgotten(editor, renamed)
}

/// Makes a field that is a map a vector, with what it is made from.
pub(super) fn field(editor: &mut Editor<'_>, syntax: &FileSyntax, name: &str) -> Option<()> {
    let mut fields = syntax.fields.iter().filter(|field| field.name == name);
    let only = fields.next().filter(|_| fields.next().is_none())?;
    let start = editor.index_from(only.at) + 2;
    let of = editor.word(start).to_owned();
    TWINS.iter().find(|(hashed, _)| *hashed == of)?;
    let mut count = renamed(
        editor,
        Span {
            start: editor.tokens()[start].span.start,
            end: editor.tokens()[start].span.end,
        },
    );
    for index in start + 1..editor.tokens().len() {
        // `Owner { map: HashMap::new() }`
        if editor.word(index - 2) == name && editor.word(index - 1) == ":" && editor.word(index) == of {
            let span = editor.tokens()[index].span;
            count += renamed(editor, span);
        }
    }
    for local in syntax.locals.iter().filter(|local| local.name == name) {
        count += renamed(editor, local.span);
    }
    forgotten(editor, count)
}

/// Renames the types in a span, and says how many there were.
fn renamed(editor: &mut Editor<'_>, span: Span) -> usize {
    let mut count = 0;
    for index in editor.index_from(span.start)..editor.index_from(span.end) {
        let is_path = index > 0 && editor.word(index - 1) == ":" && editor.word(index.saturating_sub(2)) == ":";
        let twin = TWINS.iter().find(|(hashed, _)| *hashed == editor.word(index));
        if let Some((_, twin)) = twin.filter(|_| !is_path) {
            let span = editor.tokens()[index].span;
            editor.replace(span, *twin);
            count += 1;
        }
    }
    count
}

/// Takes the import of the only type away whose every mention was renamed.
fn forgotten(editor: &mut Editor<'_>, renamed: usize) -> Option<()> {
    let is_hashed = |word: &str| TWINS.iter().any(|(hashed, _)| *hashed == word);
    let mentions: Vec<usize> = (0..editor.tokens().len())
        .filter(|index| is_hashed(editor.word(*index)))
        .collect();
    let (imports, others): (Vec<usize>, Vec<usize>) = mentions
        .into_iter()
        .partition(|index| editor.tokens()[*index].is_import);
    if let [import] = imports.as_slice()
        && others.len() == renamed
        && editor.word(import + 1) == ";"
        && let Some(start) = (0..*import).rev().find(|index| editor.word(*index) == "use")
    {
        let mut whole = Span {
            start: editor.tokens()[start].span.start,
            end: editor.tokens()[import + 1].span.end,
        };
        if editor.line(whole.start.line).trim() == editor.slice(whole) {
            let is_blank = |line: u32| editor.line(line).trim().is_empty();
            // One blank line is enough where it stood between two.
            whole.end.line +=
                u32::from((whole.start.line == 1 || is_blank(whole.start.line - 1)) && is_blank(whole.end.line + 1));
            editor.remove_lines(whole);
        }
    }
    (renamed > 0).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    #[test]
    fn a_local_map_becomes_a_vector_and_its_import_goes() {
        let before = "use std::collections::HashMap;\nfn f() {\n    let mut all: HashMap<u32, i64> = HashMap::new();\n    *all.entry(1).or_insert(0) += 2;\n}\n";
        let after = "fn f() {\n    let mut all: vecmap::VecMap<u32, i64> = vecmap::VecMap::new();\n    *all.entry(1).or_insert(0) += 2;\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, after, |mut editor| {
            local(&mut editor, &syntax, syntax.locals[0].span.end, "all").unwrap();
            editor
        });
    }

    #[test]
    fn a_field_becomes_a_vector_and_other_maps_stay() {
        let before = "use std::collections::HashSet;\nstruct A {\n    tags: HashSet<u8>,\n    all: HashSet<u64>,\n}\nfn f() -> A {\n    A { tags: HashSet::new(), all: HashSet::new() }\n}\n";
        let after = "use std::collections::HashSet;\nstruct A {\n    tags: vecmap::VecSet<u8>,\n    all: HashSet<u64>,\n}\nfn f() -> A {\n    A { tags: vecmap::VecSet::new(), all: HashSet::new() }\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, after, |mut editor| {
            field(&mut editor, &syntax, "tags").unwrap();
            editor
        });
    }

    #[test]
    fn ordered_maps_stay() {
        let text = "fn f() {\n    let mut all: BTreeMap<u32, i64> = BTreeMap::new();\n}\n";
        let syntax = FileSyntax::parse(text).unwrap();
        let mut editor = Editor::of("main.rs", text).unwrap();
        assert_eq!(local(&mut editor, &syntax, syntax.locals[0].span.end, "all"), None);
    }
}
