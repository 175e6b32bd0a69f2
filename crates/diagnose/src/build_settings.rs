//! What rules about the build share: where their finding points, and which costs depend on the compiler's settings.

use crate::{Applicability, Context, Edit, Effort, Fix, Place};
use profile::{BuildSettings, Message, TimeClass};

/// The profile in the manifest that the build's settings come from.
pub(crate) fn place(build: &BuildSettings) -> Place {
    Place {
        file: build.manifest.to_string_lossy().into_owned(),
        line: 1,
        column: 0,
        function: format!("[profile.{}]", build.profile),
    }
}

/// Whether a build is optimized for speed.
pub(crate) fn is_optimized(build: &BuildSettings) -> bool {
    matches!(build.opt_level.as_str(), "2" | "3")
}

/// Share of the run in compiled code, whose speed depends on the settings.
pub(crate) fn compiled_share(ctx: &Context<'_>) -> f64 {
    let is_compiled = |class| {
        matches!(
            class,
            TimeClass::Compute | TimeClass::Hash | TimeClass::Format | TimeClass::Sort | TimeClass::Drop
        )
    };
    let times = ctx.ledger().time.iter();
    times
        .filter(|time| is_compiled(time.class))
        .map(|time| time.share)
        .sum()
}

/// A setting of the build's profile written into its manifest; advice where the manifest was not handed in, and for the
/// profile that is there for debugging.
pub(crate) fn fix(ctx: &Context<'_>, build: &BuildSettings, key: &str, value: &str, title: Message) -> Fix {
    let manifest = place(build).file;
    let edit = ctx
        .text(&manifest)
        .filter(|_| build.profile != "dev")
        .map(|text| setting(text, &build.profile, key, value));
    let advice = Fix::advice(title, Effort::Simple);
    match edit {
        Some((start, end, text)) => Fix {
            applicability: Applicability::Machine,
            edits: vec![Edit {
                file: manifest,
                start,
                end,
                text,
            }],
            ..advice
        },
        None => advice,
    }
}

/// Where a setting of a profile stands or has to stand in a manifest, and the text for that place.
fn setting(manifest: &str, profile: &str, key: &str, value: &str) -> (usize, usize, String) {
    let header = format!("[profile.{profile}]");
    let mut start = 0;
    let mut behind_header = None;
    for line in manifest.split_inclusive('\n') {
        let end = start + line.len();
        let is_header = line.trim_start().starts_with('[');
        if is_header && line.split('#').next().unwrap_or(line).trim() == header {
            behind_header = Some(end);
        } else if is_header && behind_header.is_some() {
            break;
        } else if let Some((name, rest)) = line.split_once('=').filter(|_| behind_header.is_some())
            && name.trim() == key
        {
            let old = rest.split('#').next().unwrap_or(rest).trim();
            let at = start + name.len() + 1 + (rest.len() - rest.trim_start().len());
            return (at, at + old.len(), value.to_owned());
        }
        start = end;
    }
    match behind_header {
        Some(at) => (at, at, format!("{key} = {value}\n")),
        None => {
            let end = manifest.len();
            let gap = if manifest.is_empty() || manifest.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            (end, end, format!("{gap}\n{header}\n{key} = {value}\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::setting;

    #[test]
    fn settings_are_written_where_they_belong() {
        for (before, after) in [
            (
                "[profile.release]\nopt-level = \"z\" # small\nlto = true\n",
                "[profile.release]\nopt-level = 3 # small\nlto = true\n",
            ),
            (
                "[profile.release] # fast\nlto = true\n[profile.dev]\nopt-level = 0\n",
                "[profile.release] # fast\nopt-level = 3\nlto = true\n[profile.dev]\nopt-level = 0\n",
            ),
            (
                "[package]\nname = \"a\"",
                "[package]\nname = \"a\"\n\n[profile.release]\nopt-level = 3\n",
            ),
        ] {
            let (start, end, text) = setting(before, "release", "opt-level", "3");
            let mut edited = before.to_owned();
            edited.replace_range(start..end, &text);
            assert_eq!(edited, after);
        }
    }
}
