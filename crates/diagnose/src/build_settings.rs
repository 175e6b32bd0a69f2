//! What rules about the build share: where their finding points, and which costs depend on the compiler's settings.

use crate::{Context, Place};
use profile::{BuildSettings, TimeClass};

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
