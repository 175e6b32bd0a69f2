//! Proofs of patches to a "program" that is a shell script, so that each outcome can be had without a compiler.

use bench::{Judgement, Options, Program};
use fix::{
    Edit, Effort, Fingerprint, Gains, Outcome, Patch, Proof, Proposal, ProveError, Refusal, Step, Tree, Verdicts,
    Workshop, prove,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What the program sleeps, and what it says.
const SCRIPT: &str = "sleep 0.03\nsleep 0.03\necho done\n";

/// "Compiles" when the shell finds no syntax error, "passes" unless the script says `untested`.
#[derive(Default)]
struct Shell {
    n_programs: usize,
}

impl Workshop for Shell {
    fn build(&mut self, tree: &Tree) -> Result<Program, Refusal> {
        let script = tree.path().join("script");
        let checked = Command::new("sh").arg("-n").arg(&script).output().unwrap();
        if !checked.status.success() {
            return Err(Refusal::Compiler(String::from_utf8_lossy(&checked.stderr).into_owned()));
        }
        let text = fs::read_to_string(&script).unwrap();
        if let Some((_, words)) = text.split_once("# unbuilt ") {
            return Err(Refusal::Surroundings(words.trim_end().to_owned()));
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

/// The user: goes away while this proposal is timed, or never.
#[derive(Default)]
struct User {
    leaves_at: Option<&'static str>,
    is_gone: bool,
}

impl bench::Progress for User {
    fn round(&mut self, _: usize, _: usize, _: Duration, _: &[(String, Judgement)]) -> bool {
        !self.is_gone
    }
    fn is_interrupted(&self) -> bool {
        self.is_gone
    }
}

impl fix::Progress for User {
    fn step(&mut self, step: Step, name: &str) {
        self.is_gone |= step == Step::Timing && self.leaves_at == Some(name);
    }
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
    proved_in(
        dir.path(),
        script_text,
        patches,
        &mut Shell::default(),
        &mut User::default(),
    )
}

/// Proves in a directory, where verdicts stay.
fn proved_in(
    dir: &Path,
    script_text: &str,
    patches: impl Fn(&Path) -> Vec<(usize, Patch)>,
    shell: &mut Shell,
    user: &mut User,
) -> Result<Proof, ProveError> {
    let original = dir.join("work");
    fs::create_dir_all(&original).unwrap();
    let script = original.join("script");
    fs::write(&script, script_text).unwrap();
    let proposal = |(index, (group, patch))| Proposal {
        name: format!("number {index}"),
        group,
        patch,
        effort: Effort::Simple,
    };
    let proposals: Vec<Proposal> = patches(&script).into_iter().enumerate().map(proposal).collect();
    let mut tree = Tree::copy(&original, &dir.join("copy"), &[], &[]).unwrap();
    let options = Options {
        max_time: Duration::from_secs(4),
        max_pairs: 20,
        ..Options::default()
    };
    let fingerprint = Fingerprint::default().with_files(tree.path(), &[]).unwrap();
    let proof = prove(
        &proposals,
        &mut tree,
        shell,
        &mut Verdicts::open(dir.join("verdicts.jsonl"), fingerprint),
        &options,
        Gains::default(),
        user,
    );
    assert_eq!(
        fs::read_to_string(&script).unwrap(),
        script_text,
        "the original is not touched"
    );
    proof
}

const ATTEMPTS: usize = 3;

/// A proof of one patch for each way in which it can end.
fn all_kinds() -> Proof {
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
    proof.unwrap()
}

#[test]
fn only_what_compiles_passes_keeps_the_output_and_pays_is_kept() {
    // On a busy machine one of so many comparisons may remain open.
    let mut proof = all_kinds();
    for _ in 1..ATTEMPTS {
        if proof.kept.len() < 2 || !proof.kept.contains(&4) {
            proof = all_kinds();
        }
    }
    let outcomes: Vec<&Outcome> = proof.trials.iter().map(|trial| &trial.outcome).collect();
    assert!(matches!(outcomes[0], Outcome::DoesNotCompile(_)), "{outcomes:?}");
    assert!(matches!(outcomes[1], Outcome::FailsTests(_)), "{outcomes:?}");
    assert_eq!(outcomes[2], &Outcome::ChangesOutput);
    // On a busy machine an interval may leave room for a gain.
    assert!(
        matches!(outcomes[3], Outcome::GainsTooLittle | Outcome::Undecided),
        "{outcomes:?}"
    );
    assert_eq!(outcomes[4], &Outcome::Pays);
    assert_eq!(outcomes[5], &Outcome::BetterKept, "the same cost is cured better");
    assert_eq!(outcomes[6], &Outcome::Pays);
    let mut kept = proof.kept.clone();
    kept.sort_unstable();
    assert_eq!(kept, [4, 6]);
    let ratio = proof.together.unwrap().ratio;
    assert!(ratio < 0.4, "both together: {ratio}");
}

#[test]
fn a_program_that_fails_its_tests_or_never_says_the_same_cannot_be_judged() {
    let one = |script: &Path| {
        let text = fs::read_to_string(script).unwrap();
        let edit = Edit {
            start: text.len(),
            end: text.len(),
            text: "true\n".to_owned(),
        };
        let patch = Patch {
            edits: BTreeMap::from([(script.to_owned(), vec![edit])]),
            dependencies: Vec::new(),
        };
        vec![(0, patch)]
    };
    assert!(matches!(proved("echo untested\n", one), Err(ProveError::TestsFail(_))));
    assert!(matches!(proved("if\n", one), Err(ProveError::DoesNotBuild(_))));
    assert!(matches!(proved("date +%N\n", one), Err(ProveError::UnstableOutput)));
    assert!(matches!(proved("exit 3\n", one), Err(ProveError::Bench(_))));
    let full = "true # unbuilt cannot write x.o: No space left on device (os error 28)\n";
    assert!(matches!(proved(full, one), Err(ProveError::NoSpace(_))));
}

#[test]
fn an_interrupted_proof_goes_on_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let patches = |script: &Path| {
        vec![
            (0, replaces(script, "sleep 0.03", 0, "true")),
            (1, replaces(script, "sleep 0.03", 1, "if")),
            (2, replaces(script, "sleep 0.03", 1, "true")),
        ]
    };
    let run = |user: &mut User| {
        let mut shell = Shell::default();
        let proof = proved_in(dir.path(), SCRIPT, patches, &mut shell, user).unwrap();
        let is_earlier: Vec<bool> = proof.trials.iter().map(|trial| trial.is_from_earlier).collect();
        (proof, is_earlier, shell.n_programs)
    };
    let (proof, is_earlier, _) = run(&mut User {
        leaves_at: Some("number 2"),
        ..User::default()
    });
    assert!(proof.is_interrupted);
    assert_eq!(is_earlier, [false, false], "what was under trial has no verdict");
    assert_eq!(proof.kept, [0]);

    // The user leaves when the rest is judged and both are timed together: they are not proved.
    let (proof, is_earlier, n_programs) = run(&mut User {
        leaves_at: Some(""),
        ..User::default()
    });
    assert_eq!(is_earlier, [true, true, false]);
    assert_eq!(n_programs, 3, "the original, the last patch, both together");
    assert_eq!(proof.kept.len(), 1);

    let (proof, is_earlier, n_programs) = run(&mut User::default());
    assert!(!proof.is_interrupted);
    assert_eq!(is_earlier, [true; 3]);
    assert!(proof.trials[0].measured.unwrap().ratio < 0.8);
    assert_eq!(proof.kept.len(), 2);
    assert_eq!(n_programs, 2, "the original, both together");

    let (proof, _, n_programs) = run(&mut User::default());
    assert_eq!(
        (proof.kept.len(), n_programs),
        (2, 0),
        "nothing is built when all is known"
    );
    assert!(proof.together.unwrap().ratio < 0.4);
}

/// A "program" that takes now long, now short: nothing can be told of it, and that is no verdict to remember.
#[test]
fn noise_is_not_taken_for_a_missing_gain() {
    let dir = tempfile::tempdir().unwrap();
    let noisy = "sleep 0.0$(od -An -N1 -tu1 /dev/urandom | tr -d ' ')\necho done\n";
    let patches = |script: &Path| {
        let start = noisy.find("echo").unwrap();
        let edit = Edit {
            start,
            end: start,
            text: "true\n".to_owned(),
        };
        let patch = Patch {
            edits: BTreeMap::from([(script.to_owned(), vec![edit])]),
            dependencies: Vec::new(),
        };
        vec![(0, patch)]
    };
    for _ in 0..2 {
        let proof = proved_in(dir.path(), noisy, patches, &mut Shell::default(), &mut User::default()).unwrap();
        assert_eq!(proof.trials[0].outcome, Outcome::Undecided, "{proof:?}");
        assert!(!proof.trials[0].is_from_earlier);
        assert!(proof.kept.is_empty());
    }
}

#[test]
fn what_may_be_gone_tomorrow_is_no_verdict_and_changed_sources_are_judged_anew() {
    let dir = tempfile::tempdir().unwrap();
    let patches = |script: &Path| {
        vec![
            (0, replaces(script, "sleep 0.03", 0, "true # unbuilt no such crate")),
            (1, replaces(script, "sleep 0.03", 1, "if")),
        ]
    };
    let earlier = |text: &str| {
        let proof = proved_in(dir.path(), text, patches, &mut Shell::default(), &mut User::default()).unwrap();
        let is_refused = |trial: &fix::Trial| matches!(trial.outcome, Outcome::DoesNotCompile(_));
        assert!(proof.trials.iter().all(is_refused), "{proof:?}");
        proof
            .trials
            .iter()
            .map(|trial| trial.is_from_earlier)
            .collect::<Vec<_>>()
    };
    assert_eq!(earlier(SCRIPT), [false, false]);
    assert_eq!(earlier(SCRIPT), [false, true]);
    assert_eq!(earlier(&format!("{SCRIPT}true\n")), [false, false]);
}
