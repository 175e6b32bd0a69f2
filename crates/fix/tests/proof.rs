//! Proofs of patches to a "program" that is a shell script, so that each outcome can be had without a compiler.

use bench::{Judgement, Options, Program};
use fix::{Edit, Effort, Gains, Outcome, Patch, Proof, Proposal, ProveError, Step, Tree, Workshop, prove};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What the program sleeps, and what it says.
const SCRIPT: &str = "sleep 0.03\nsleep 0.03\necho done\n";

/// "Compiles" when the shell finds no syntax error, "passes" unless the script says `untested`.
struct Shell {
    n_programs: usize,
}

impl Workshop for Shell {
    fn build(&mut self, tree: &Tree) -> Result<Program, String> {
        let script = tree.path().join("script");
        let checked = Command::new("sh").arg("-n").arg(&script).output().unwrap();
        if !checked.status.success() {
            return Err(String::from_utf8_lossy(&checked.stderr).into_owned());
        }
        self.n_programs += 1;
        let aside = tree.path().join(format!("program-{}", self.n_programs));
        fs::copy(&script, &aside).unwrap();
        Ok(Program {
            executable: "sh".into(),
            args: vec![aside.into()],
            ..Program::default()
        })
    }

    fn test(&mut self, tree: &Tree) -> Result<(), String> {
        let text = fs::read_to_string(tree.path().join("script")).unwrap();
        if text.contains("untested") {
            Err("a test failed".to_owned())
        } else {
            Ok(())
        }
    }
}

/// Never stops anything.
struct Silent;

impl bench::Progress for Silent {
    fn round(&mut self, _: usize, _: usize, _: Duration, _: &[(String, Judgement)]) -> bool {
        true
    }
    fn is_interrupted(&self) -> bool {
        false
    }
}

impl fix::Progress for Silent {
    fn step(&mut self, _: Step, _: &str) {}
}

/// Replaces the `nth` occurrence of `from` in the script.
fn replaces(script: &Path, from: &str, nth: usize, to: &str) -> Patch {
    let start = SCRIPT.match_indices(from).nth(nth).unwrap().0;
    let edit = Edit {
        start,
        end: start + from.len(),
        text: to.to_owned(),
    };
    Patch {
        edits: BTreeMap::from([(script.to_owned(), vec![edit])]),
        dependencies: Vec::new(),
    }
}

fn proved(script_text: &str, patches: impl Fn(&Path) -> Vec<(usize, Patch)>) -> Result<Proof, ProveError> {
    let dir = tempfile::tempdir().unwrap();
    let original = dir.path().join("work");
    fs::create_dir(&original).unwrap();
    let script = original.join("script");
    fs::write(&script, script_text).unwrap();
    let proposal = |(group, patch)| Proposal {
        name: format!("of group {group}"),
        group,
        patch,
        effort: Effort::Simple,
    };
    let proposals: Vec<Proposal> = patches(&script).into_iter().map(proposal).collect();
    let mut tree = Tree::copy(&original, &dir.path().join("copy"), &[], &[]).unwrap();
    let options = Options {
        max_time: Duration::from_secs(4),
        max_pairs: 20,
        ..Options::default()
    };
    let proof = prove(
        &proposals,
        &mut tree,
        &mut Shell { n_programs: 0 },
        &options,
        Gains::default(),
        &mut Silent,
    );
    assert_eq!(
        fs::read_to_string(&script).unwrap(),
        script_text,
        "the original is not touched"
    );
    proof
}

#[test]
fn only_what_compiles_passes_keeps_the_output_and_pays_is_kept() {
    let proof = proved(SCRIPT, |script| {
        vec![
            (0, replaces(script, "sleep 0.03", 0, "if")),
            (1, replaces(script, "done", 0, "done # untested")),
            (2, replaces(script, "echo done", 0, "echo something else")),
            (3, replaces(script, "sleep 0.03", 0, "sleep 0.030")),
            (4, replaces(script, "sleep 0.03", 0, "true")),
            (4, replaces(script, "sleep 0.03", 0, "sleep 0.012")),
            (5, replaces(script, "sleep 0.03", 1, "true")),
        ]
    });
    let proof = proof.unwrap();
    let outcomes: Vec<&Outcome> = proof.trials.iter().map(|trial| &trial.outcome).collect();
    assert!(matches!(outcomes[0], Outcome::DoesNotCompile(_)), "{outcomes:?}");
    assert!(matches!(outcomes[1], Outcome::FailsTests(_)), "{outcomes:?}");
    assert_eq!(outcomes[2], &Outcome::ChangesOutput);
    assert_eq!(outcomes[3], &Outcome::GainsTooLittle);
    assert_eq!(outcomes[4], &Outcome::Pays);
    assert_eq!(outcomes[5], &Outcome::BetterKept, "the same cost is cured better");
    assert_eq!(outcomes[6], &Outcome::Pays);
    let mut kept = proof.kept.clone();
    kept.sort_unstable();
    assert_eq!(kept, [4, 6]);
    let ratio = proof.together.unwrap().candidates[0].judgement.ratio.value;
    assert!(ratio < 0.4, "both together: {ratio}");
}

#[test]
fn a_program_that_fails_its_tests_or_never_says_the_same_cannot_be_judged() {
    let none = |_: &Path| Vec::new();
    assert!(matches!(proved("echo untested\n", none), Err(ProveError::TestsFail(_))));
    assert!(matches!(proved("if\n", none), Err(ProveError::DoesNotBuild(_))));
    assert!(matches!(proved("date +%N\n", none), Err(ProveError::UnstableOutput)));
    assert!(matches!(proved("exit 3\n", none), Err(ProveError::Bench(_))));
}
