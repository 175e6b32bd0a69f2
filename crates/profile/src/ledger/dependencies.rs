//! How much of the time is spent by code of each dependency, and not by the user's or for it by the standard library.

use super::{Scope, facts};
use crate::{Origin, Profile};
use std::collections::BTreeMap;

/// Processor seconds by dependency, the costliest first: of each sample, the nearest frame to the leaf that is neither of
/// the system nor of the standard library tells whose code asked for it. What the scope takes for the user's is left out.
pub fn time_by_dependency(profile: &Profile, scope: &Scope) -> Vec<(String, f64)> {
    let mut seconds: BTreeMap<&str, f64> = BTreeMap::new();
    for row in &profile.cpu {
        let mut frames = profile.tables.frames_of(row.stack).map(|(_, frame)| frame);
        let asking = frames.find(|frame| matches!(frame.origin, Origin::User(_) | Origin::Dependency { .. }));
        let Some(frame) = asking.filter(|frame| !facts::is_user(frame, scope)) else {
            continue;
        };
        if let Origin::Dependency { name, .. } = &frame.origin {
            *seconds.entry(name).or_default() += row.cpu_ns as f64 / 1e9;
        }
    }
    let mut all: Vec<(String, f64)> = seconds
        .into_iter()
        .map(|(name, seconds)| (name.to_owned(), seconds))
        .collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sketch;

    #[test]
    fn the_nearest_crate_to_the_leaf_is_the_one_that_asks() {
        const MAIN: &str = "app::main src/main.rs:20:9";
        let html = "dep html5ever::tokenizer::step src/tokenizer.rs:33:5";
        let profile = Sketch::new(0.1)
            .cpu(
                6,
                &[
                    "libc memcpy",
                    "alloc::vec::Vec::push",
                    "dep tendril::push src/t.rs:1:1",
                    html,
                    MAIN,
                ],
            )
            .cpu(3, &[html, MAIN])
            .cpu(5, &["libc memcpy", "alloc::vec::Vec::push", MAIN])
            .profile();
        let names = |scope: &Scope| -> Vec<String> {
            let all = time_by_dependency(&profile, scope);
            all.into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(&Scope::User), ["tendril", "html5ever"]);
        assert_eq!(names(&Scope::Dependencies(vec!["tendril".to_owned()])), ["html5ever"]);
        assert!(names(&Scope::AllDependencies).is_empty());
    }
}
