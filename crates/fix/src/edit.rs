//! The edit engine: text in, text out.

/// Replaces the bytes `start..end` of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Edit {
    /// First byte replaced.
    pub start: usize,
    /// First byte after those replaced.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

/// Why edits could not be applied together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Overlap {
    /// Two of them change the same place.
    #[error("two edits change the same place, at byte {0}")]
    Two(usize),
    /// One lies outside of the text, or cuts a character in two.
    #[error("an edit at byte {0} does not fit the text")]
    Misplaced(usize),
}

/// Applies edits to a text. The same edit twice is one edit; insertions at one place keep their order.
///
/// # Errors
/// When edits overlap or do not fit the text.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, Overlap> {
    let mut sorted: Vec<&Edit> = Vec::new();
    for edit in edits {
        if !sorted.contains(&edit) {
            sorted.push(edit);
        }
    }
    sorted.sort_by_key(|edit| (edit.start, edit.end));
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        if edit.start < done {
            return Err(Overlap::Two(edit.start));
        }
        let kept = text.get(done..edit.start).ok_or(Overlap::Misplaced(edit.start))?;
        text.get(edit.start..edit.end).ok_or(Overlap::Misplaced(edit.start))?;
        result.push_str(kept);
        result.push_str(&edit.text);
        done = edit.end;
    }
    result.push_str(&text[done..]);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit {
            start,
            end,
            text: text.to_owned(),
        }
    }

    #[test]
    fn edits_are_applied_in_any_order() {
        let edits = [edit(8, 9, "B"), edit(0, 0, "use x;\n"), edit(4, 5, "A")];
        assert_eq!(apply("let a = b;", &edits).unwrap(), "use x;\nlet A = B;");
    }

    #[test]
    fn the_same_import_twice_is_inserted_once() {
        let import = edit(0, 0, "use std::fmt::Write;\n");
        assert_eq!(
            apply("fn f() {}", &[import.clone(), import]).unwrap(),
            "use std::fmt::Write;\nfn f() {}"
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(apply("abcd", &[edit(0, 2, ""), edit(1, 3, "")]), Err(Overlap::Two(1)));
        assert_eq!(apply("äb", &[edit(1, 2, "")]), Err(Overlap::Misplaced(1)));
        assert_eq!(apply("ab", &[edit(1, 9, "")]), Err(Overlap::Misplaced(1)));
        assert_eq!(apply("ab", &[edit(2, 1, "")]), Err(Overlap::Misplaced(2)));
    }
}
