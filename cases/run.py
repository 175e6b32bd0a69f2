#!/usr/bin/env python3
"""Asks `cargo whyslow` about programs whose defects are known, and counts how often it is right.

See README.md for what the suites hold and what a right verdict is. The exit code is 1 when a limit given by --min-recall,
--min-recall-at-3, --min-recall-at-truth or --max-false is not kept, 2 when a program could not be run. Needs nothing but
Python and cargo.
"""

import argparse
import fnmatch
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import fixing
import measure
import suites
from model import Case, Run
from runner import CannotRun, Runner, processors, wait_until_quiet
from summary import Summary, Verdict, print_summary

HERE = Path(__file__).resolve().parent


def main() -> int:
    options = arguments()
    cases = chosen(suites.load(HERE), options)
    if options.list:
        print("\n".join(f"{case.suite:8} {case.name:28} {case.about}" for case in cases))
        return 0
    tool = options.whyslow.resolve() if options.whyslow else built_tool()
    if options.fix:
        return fix(cases, tool, options)
    with tempfile.TemporaryDirectory() as scratch:
        runner = Runner(tool, options.target_dir.resolve(), Path(scratch))
        if options.measure:
            return measure.measure(cases, runner, options.measure)
        verdicts = judge_all(cases, runner, options)
    summaries = [
        Summary(suite, [v for v in verdicts if v.case.suite == suite])
        for suite in dict.fromkeys(case.suite for case in cases)
    ]
    for summary in summaries:
        print_summary(summary)
    if options.json:
        options.json.write_text(json.dumps([summary.as_json() for summary in summaries], indent=1) + "\n")
    return exit_code(summaries, options)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    target = Path(os.environ.get("WHYSLOW_CASES_TARGET", HERE.parent / "target" / "cases"))
    parser.add_argument("suite", nargs="?", choices=["planted", "traced", "real"], help="only this suite (default: all)")
    parser.add_argument("--only", metavar="NAMES", help="cases, with commas between them; * stands for anything")
    parser.add_argument("--rule", help="only cases of which this is an accepted cause")
    parser.add_argument("--variant", choices=["slow", "fast"], help="only the slow or only the good programs")
    parser.add_argument("--whyslow", type=Path, metavar="PATH", help="the cargo-whyslow to test (default: build it)")
    parser.add_argument("--target-dir", type=Path, default=target, metavar="DIR", help="where programs are built")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the verdicts as JSON")
    parser.add_argument("--list", action="store_true", help="name the cases and stop")
    parser.add_argument("--measure", type=int, metavar="N", help="time slow and cured programs N times, no diagnosis")
    parser.add_argument("--fix", type=int, metavar="N", help="cure the slow programs by `fix`, time them N times")
    parser.add_argument("--min-fixed", type=float, metavar="SHARE", help="least share that fix cures as the human did")
    parser.add_argument("--twice", action="store_true", help="judge again what was wrong: samples are random")
    parser.add_argument("--min-recall", type=float, metavar="SHARE", help="least share right in the first place")
    parser.add_argument("--min-recall-at-3", type=float, metavar="SHARE", help="least share right in the first three")
    parser.add_argument("--min-recall-at-truth", type=float, metavar="SHARE", help="… at the place of the change")
    parser.add_argument("--max-false", type=int, metavar="N", help="most good programs that may be accused")
    return parser.parse_args()


def chosen(cases: list[Case], options: argparse.Namespace) -> list[Case]:
    patterns = options.only.split(",") if options.only else ["*"]
    picked = [
        case
        for case in cases
        if any(fnmatch.fnmatch(case.name, pattern) for pattern in patterns)
        and options.suite in (None, case.suite)
        and (options.rule is None or options.rule in case.rules)
    ]
    if not picked:
        sys.exit("no such case")
    return picked


def built_tool() -> Path:
    root = HERE.parent
    subprocess.run(["cargo", "build", "--quiet", "--release", "--locked", "-p", "cargo-whyslow"], cwd=root, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", root / "target")).resolve() / "release" / "cargo-whyslow"


def fix(cases: list[Case], tool: Path, options: argparse.Namespace) -> int:
    cures = fixing.fix_all(cases, tool, options.target_dir.resolve(), options.fix)
    fixing.print_cures(cures)
    if options.json:
        options.json.write_text(json.dumps(fixing.as_json(cures), indent=1, ensure_ascii=False) + "\n")
    return fixing.exit_code(cures, options.min_fixed)


def judge_all(cases: list[Case], runner: Runner, options: argparse.Namespace) -> list[Verdict]:
    verdicts = []
    for case in cases:
        for name, run in (("slow", case.slow), ("fast", case.fast)):
            if run is not None and options.variant in (None, name):
                verdict = shown(judge(case, name, run, runner))
                if options.twice and verdict.is_judged and verdict.is_wrong():
                    verdict = shown(judge(case, name, run, runner))
                    verdict.is_second = True
                verdicts.append(verdict)
    return verdicts


def judge(case: Case, variant: str, run: Run, runner: Runner) -> Verdict:
    verdict = Verdict(case, variant, [])
    if case.needs == "quiet":
        if processors() < 2:
            verdict.not_judged = "needs two processors"
        elif not wait_until_quiet():
            verdict.not_judged = "the machine is busy, threads would not run side by side"
        if not verdict.is_judged:
            return verdict
    try:
        diagnosis = runner.diagnose(run)
    except CannotRun as error:
        verdict.error = str(error)
        return verdict
    verdict.found = diagnosis.found
    if case.suite != "real" and variant == "slow":
        verdict.output_differs = diagnosis.stdout != cured_output(case, runner, diagnosis.command)
    return verdict


def cured_output(case: Case, runner: Runner, slow_command: list[str]) -> bytes:
    """What the cured twin prints for the same amount of work."""
    executable = slow_command[0]
    if case.slow.manifest != case.fast.manifest:
        # A package of its own; its own arguments are for longer runs.
        return runner.diagnose(Run(case.fast.manifest, [], case.fast.directory)).stdout
    return subprocess.run([executable, case.name, "fast", *case.slow.args[2:]], stdout=subprocess.PIPE, check=True).stdout


def shown(verdict: Verdict) -> Verdict:
    if not verdict.is_judged:
        mark = "?"
    else:
        mark = "✗" if verdict.is_wrong() else "✓"
    said = verdict.error[:100] or verdict.not_judged or ", ".join(str(f) for f in verdict.found[:3]) or "nothing"
    print(f"{mark} {verdict.case.name:26} {verdict.variant}  {said}", flush=True)
    return verdict


def exit_code(summaries: list[Summary], options: argparse.Namespace) -> int:
    broken = [v for summary in summaries for v in summary.broken()]
    if broken:
        print(f"\n{len(broken)} programs could not be judged as they should")
        return 2
    limits = []
    for summary in summaries:
        limits += [
            ("recall at 1", summary.recall(1), options.min_recall),
            ("recall at 3", summary.recall(3), options.min_recall_at_3),
            ("recall at 3 at the place of the change", summary.recall_at_truth(3), options.min_recall_at_truth),
        ]
        accused = len(summary.false_programs())
        if options.max_false is not None and accused > options.max_false:
            print(f"\n{summary.suite}: {accused} good programs are accused, {options.max_false} may be")
            return 1
    missed = [(name, value, limit) for name, value, limit in limits if limit is not None and value < limit]
    for name, value, limit in missed:
        print(f"\n{name} is {value:.1%}, at least {limit:.1%} is wanted")
    return 1 if missed else 0


if __name__ == "__main__":
    started = time.monotonic()
    code = main()
    print(f"\n{time.monotonic() - started:.0f} s")
    sys.exit(code)
