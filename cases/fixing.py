"""Lets `cargo whyslow fix` cure the slow programs, and times what it made of them against the cured twins."""

import math
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from model import Case
from runner import processors, wait_until_quiet

# A fix has reached the human's gain from this share of the time that the cured twin saves.
REACHED = 0.8
RUN_TIMEOUT_S = 60
FIX_TIMEOUT_S = 900
# A cure that brings less here says nothing about what `fix` reaches of it.
LEAST_GAIN = 1.1
# Seconds of timing for each candidate; ten pairs are measured all the same.
CANDIDATE_S = 5


@dataclass
class Cure:
    """What `fix` made of a slow program."""

    case: str
    rules: list[str]
    # What `fix` printed: its table and the diff.
    said: str = ""
    error: str = ""
    not_judged: str = ""
    is_changed: bool = False
    same_output: bool = True
    slow_s: float = 0.0
    fixed_s: float = 0.0
    cured_s: float = 0.0
    # Medians over the rounds.
    human_gain: float = 1.0
    gain: float = 1.0
    # Of the time that the cured twin saves, the share that the fix saves; of its factor, the share in logarithms.
    saved: float = 0.0
    saved_log: float = 0.0
    seconds: float = 0.0
    kept: list[str] = field(default_factory=list)

    @property
    def is_reached(self) -> bool:
        return self.same_output and self.saved >= REACHED


class CannotCure(Exception):
    pass


@dataclass
class Shop:
    """Where packages of single programs are made and built; their dependencies are built once."""

    tool: Path
    root: Path
    rounds: int

    @property
    def target(self) -> Path:
        return self.root / "target"

    def cure(self, case: Case) -> Cure:
        cure, started = Cure(case.name, case.rules), time.monotonic()
        if case.needs == "quiet":
            if processors() < 2:
                cure.not_judged = "needs two processors"
            elif not wait_until_quiet():
                cure.not_judged = "the machine is busy, threads would not run side by side"
            if cure.not_judged:
                return cure
        folder = self.root / "programs" / case.name
        shutil.rmtree(folder, ignore_errors=True)
        try:
            slow, cured = (self.built(package(case, variant, folder / variant)) for variant in ("slow", "fast"))
            shutil.copytree(folder / "slow", folder / "fixed", ignore=shutil.ignore_patterns("program-*"))
            cure.said = self.fixed(folder / "fixed")
            cure.kept = re.findall(r"(?m)^✓\s+\d+\s+(\S+)", cure.said)
            cure.is_changed = texts(folder / "fixed") != texts(folder / "slow")
            fixed = self.built(folder / "fixed") if cure.is_changed else slow
            self.time(cure, slow, fixed, cured)
        except (CannotCure, subprocess.TimeoutExpired) as error:
            cure.error = str(error)
        cure.seconds = time.monotonic() - started
        return cure

    def built(self, directory: Path) -> Path:
        """The program of a package as cargo builds it for release, put aside: the next build writes to the same place."""
        command = ["cargo", "build", "--release", "--quiet", "--target-dir", self.target]
        run(command, directory, FIX_TIMEOUT_S)
        name = re.search(r'(?m)^name = "(.*)"', (directory / "Cargo.toml").read_text())[1]
        aside = directory / f"program-{directory.name}"
        shutil.copy(self.target / "release" / name, aside)
        return aside

    def fixed(self, directory: Path) -> str:
        common = ["--manifest-path", directory / "Cargo.toml", "--target-dir", self.target, "--quiet"]
        run([self.tool, "whyslow", "run", *common], directory, FIX_TIMEOUT_S)
        # What an earlier run of the suite judged is judged again: the machine may be quieter.
        options = ["--again", "--apply", "--allow-no-vcs", "--allow-dirty", "--no-test", "--max-time", CANDIDATE_S]
        return run([self.tool, "whyslow", "fix", *common, *options], directory, FIX_TIMEOUT_S)

    def time(self, cure: Cure, slow: Path, fixed: Path, cured: Path) -> None:
        programs = [slow, cured] + ([fixed] if cure.is_changed else [])
        times = {program: [] for program in programs}
        outputs = {program: set() for program in programs}
        shuffler = random.Random(cure.case)
        for _ in range(self.rounds):
            # In random order, so that a drift of the machine favours nobody.
            for program in shuffler.sample(programs, len(programs)):
                seconds, output = timed(program)
                times[program].append(seconds)
                outputs[program].add(output)
        cure.slow_s, cure.cured_s = (statistics.median(times[program]) for program in (slow, cured))
        of_fixed = times[fixed]
        cure.fixed_s = statistics.median(of_fixed)
        cure.same_output = outputs[fixed] == outputs[slow]
        rounds = list(zip(times[slow], of_fixed, times[cured]))
        cure.human_gain = statistics.median(s / c for s, _, c in rounds)
        cure.gain = statistics.median(s / f for s, f, _ in rounds)
        if cure.human_gain < LEAST_GAIN:
            cure.not_judged = f"the cured twin is no faster here ({cure.human_gain:.2f}×)"
        else:
            cure.saved = (1 - 1 / cure.gain) / (1 - 1 / cure.human_gain)
            cure.saved_log = math.log(cure.gain) / math.log(cure.human_gain)


def package(case: Case, variant: str, directory: Path) -> Path:
    """Writes a package of one program, as its owner would have it."""
    source = directory / "src"
    if case.slow.manifest == case.fast.manifest:
        shared = case.slow.manifest.parent
        source.mkdir(parents=True)
        for file in (shared / "programs" / case.name).glob("*.rs"):
            if file.stem not in ("slow", "fast"):
                shutil.copy(file, source)
        text = (shared / "programs" / case.name / f"{variant}.rs").read_text()
        (source / "program.rs").write_text(re.sub(r"(?m) *//~\^?$", "", text))
        shutil.copy(shared / "src" / "random.rs", source)
        (source / "main.rs").write_text(MAIN)
        manifest = (shared / "Cargo.toml").read_text()
        # The section about one unit for each program; here is one only.
        (directory / "Cargo.toml").write_text(manifest.split("\n# One unit")[0])
        shutil.copy(shared / "Cargo.lock", directory)
    else:
        own = case.slow.manifest.parent.parent
        shutil.copytree(own / variant, directory)
        shutil.copytree(own / "src", source)
        # It uses a module of the other programs.
        main = re.sub(r'(?m)^#\[path = ".*/random.rs"\]\n', "", (source / "main.rs").read_text())
        (source / "main.rs").write_text(main)
        shutil.copy(own.parent.parent / "planted" / "src" / "random.rs", source)
        manifest = (directory / "Cargo.toml").read_text()
        (directory / "Cargo.toml").write_text(manifest.replace("../src/", "src/"))
    return directory


MAIN = """\
#[path = "program.rs"]
mod program;
mod random;

fn main() {
    program::run(1);
}
"""


def texts(directory: Path) -> dict[str, str]:
    files = [*directory.glob("src/**/*.rs"), directory / "Cargo.toml"]
    return {str(file.relative_to(directory)): file.read_text() for file in files}


def run(command: list, directory: Path, timeout_s: float) -> str:
    words = [str(word) for word in command]
    # The recorded program's output goes to a file, as where programs with much output usually write.
    with tempfile.TemporaryFile() as stdout:
        none, pipe = subprocess.DEVNULL, subprocess.PIPE
        done = subprocess.run(words, cwd=directory, stdin=none, stdout=stdout, stderr=pipe, timeout=timeout_s)
        if done.returncode != 0:
            raise CannotCure(done.stderr.decode(errors="replace").strip()[-2000:] or f"{words[:4]} failed")
        stdout.seek(0)
        return stdout.read().decode(errors="replace")


def timed(program: Path) -> tuple[float, bytes]:
    with open(program.with_suffix(".out"), "w+b") as stdout:
        started = time.monotonic()
        status = subprocess.run([program], stdout=stdout, stdin=subprocess.DEVNULL, timeout=RUN_TIMEOUT_S).returncode
        seconds = time.monotonic() - started
        stdout.seek(0)
        # A program that fails has written nothing that counts.
        return seconds, stdout.read() if status == 0 else str(status).encode()


def fix_all(cases: list[Case], tool: Path, target: Path, rounds: int) -> list[Cure]:
    shop = Shop(tool, target / "fixing", rounds)
    cures = []
    for case in cases:
        if case.suite == "planted" and case.slow:
            cures.append(shop.cure(case))
            print(line(cures[-1]), flush=True)
    return cures


def line(cure: Cure) -> str:
    if cure.not_judged or cure.error:
        return f"? {cure.case:22} {cure.not_judged or cure.error[-150:]!r}"
    mark = "✓" if cure.is_reached else "✗"
    what = ", ".join(dict.fromkeys(cure.kept)) or "nothing kept"
    what += "" if cure.same_output else "  ← the output differs"
    return (
        f"{mark} {cure.case:22} {cure.slow_s:7.3f} s  human {cure.human_gain:7.2f}×  fix {cure.gain:7.2f}×  "
        f"saved {cure.saved:5.0%}  log {cure.saved_log:5.0%}  {what}"
    )


def print_cures(cures: list[Cure]) -> None:
    judged = [cure for cure in cures if not cure.not_judged and not cure.error]
    print(f"\nfix reached {REACHED:.0%} of what the human saved in {reached(judged)} of {len(judged)} programs")
    print("\n  cause                        programs  reached")
    for rule in sorted({cure.rules[0] for cure in judged}):
        of_rule = [cure for cure in judged if cure.rules[0] == rule]
        print(f"  {rule:28} {len(of_rule):8} {reached(of_rule):8}")
    for cure in cures:
        if cure.not_judged or cure.error:
            print(f"  not judged: {cure.case}: {cure.not_judged or cure.error}")


def reached(cures: list[Cure]) -> int:
    return sum(cure.is_reached for cure in cures)


def as_json(cures: list[Cure]) -> list[dict]:
    return [{**asdict(cure), "is_reached": cure.is_reached} for cure in cures]


def exit_code(cures: list[Cure], least: float | None) -> int:
    judged = [cure for cure in cures if not cure.not_judged]
    changed = [cure.case for cure in cures if not cure.same_output]
    if changed:
        print(f"\nkept fixes change what is written: {', '.join(changed)}")
        return 1
    if any(cure.error for cure in judged):
        return 2
    share = reached(judged) / len(judged) if judged else 1.0
    if least is not None and share < least:
        print(f"\nthe human's gain is reached in {share:.0%}, at least {least:.0%} is wanted")
        return 1
    return 0
