//! Where the source declares a type that debug information names.

use crate::{Context, Place};

/// A struct or enum in a file that was handed in.
pub(crate) struct Declaration<'a> {
    pub(crate) file: &'a str,
    /// Its name without path and parameters.
    pub(crate) name: String,
    line: u32,
    column: u32,
}

impl Declaration<'_> {
    /// Where it is.
    pub(crate) fn place(&self) -> Place {
        Place {
            file: self.file.to_owned(),
            line: self.line,
            column: self.column,
            function: self.name.clone(),
        }
    }
}

/// The one declaration of a type in the user's sources. Of several of its name, the one in the file where it is used; none when
/// that has none or several.
pub(crate) fn declaration<'a>(ctx: &Context<'a>, type_name: &str, used_in: Option<&str>) -> Option<Declaration<'a>> {
    let path = type_name.split('<').next().unwrap_or(type_name);
    let name = path.rsplit("::").next().unwrap_or(path);
    let mut found = Vec::new();
    for file in ctx.file_paths().filter(|file| file.ends_with(".rs")) {
        let text = ctx.text(file).unwrap_or_default();
        for (index, line) in text.lines().enumerate() {
            let columns = ["struct ", "enum "].iter().filter_map(|keyword| {
                let at = line.find(keyword)? + keyword.len();
                let is_word = line[..at - keyword.len()]
                    .chars()
                    .next_back()
                    .is_none_or(|c| !is_name(c));
                let rest = line[at..].strip_prefix(name)?;
                let is_whole = rest.chars().next().is_none_or(|c| !is_name(c));
                let is_code = !line.trim_start().starts_with("//");
                (is_word && is_whole && is_code).then_some(at)
            });
            found.extend(columns.map(|at| Declaration {
                file,
                name: name.to_owned(),
                line: index as u32 + 1,
                column: at as u32 + 1,
            }));
        }
    }
    if found.len() > 1 {
        found.retain(|declaration| Some(declaration.file) == used_in);
    }
    let only = found.pop();
    only.filter(|_| found.is_empty())
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
