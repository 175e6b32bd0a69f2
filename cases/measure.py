"""Times the slow programs against their cured twins, interleaved, and notes the ratios in the manifests."""

import os
import re
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from model import Case, Run
from runner import Runner

# The cured twin gets so much more to do that it runs about this long: a short run says little about silence.
TWIN_S = 0.4
MOST_SCALE = 60


@dataclass
class Time:
    wall_s: float
    cpu_s: float
    stdout: bytes


def measure(cases: list[Case], runner: Runner, repeats: int) -> int:
    failed = False
    executables = {}
    for case in cases:
        if case.suite != "planted":
            continue
        fast = executable(runner, case.fast, executables)
        arguments = case.fast.args[:2] if case.slow and case.slow.args else []
        if case.slow is None:
            times = [timed([fast, *case.fast.args[:2]]) for _ in range(repeats)]
            print(f"{case.name:26} {median(times):.2f} s")
            continue
        slow = executable(runner, case.slow, executables)
        pairs = [(timed([slow, *case.slow.args]), timed([fast, *arguments])) for _ in range(repeats)]
        same = len({time.stdout for pair in pairs for time in pair}) == 1
        wall, cpu = (statistics.median(of(one) / of(other) for one, other in pairs) for of in (wall_of, cpu_of))
        slow_s, fast_s = (statistics.median(wall_of(pair[side]) for pair in pairs) for side in (0, 1))
        failed |= not same or max(wall, cpu) < 1.15
        note(case.toml, wall, cpu, slow_s, fast_s, repeats)
        mark = "" if same else "  ← the outputs differ"
        print(f"{case.name:26} slow {slow_s:.2f} s  cured {fast_s:.3f} s  wall {wall:.2f}×  cpu {cpu:.2f}×{mark}", flush=True)
    return 1 if failed else 0


def executable(runner: Runner, run: Run, known: dict[Path, str]) -> str:
    """The program as it is built for a diagnosis."""
    if run.manifest not in known:
        known[run.manifest] = runner.diagnose(Run(run.manifest, [], run.directory)).command[0]
    return known[run.manifest]


def timed(command: list[str]) -> Time:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    stdout = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Time(wall, cpu, stdout)


def wall_of(time: Time) -> float:
    return time.wall_s


def cpu_of(time: Time) -> float:
    return max(time.cpu_s, 1e-4)


def median(times: list[Time]) -> float:
    return statistics.median(time.wall_s for time in times)


def note(toml: Path, wall: float, cpu: float, slow_s: float, fast_s: float, repeats: int) -> None:
    scale = min(MOST_SCALE, max(1, round(TWIN_S / fast_s)))
    kept = re.sub(r"(?m)^(fast_scale|ratio_wall|ratio_cpu|slow_s|fast_s|measured) = .*\n", "", toml.read_text())
    toml.write_text(
        kept
        + f"fast_scale = {scale}\nratio_wall = {wall:.2f}\nratio_cpu = {cpu:.2f}\nslow_s = {slow_s:.3f}\n"
        + f'fast_s = {fast_s:.4f}\nmeasured = "medians of {repeats} interleaved pairs, {os.cpu_count()} processors"\n'
    )
