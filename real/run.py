#!/usr/bin/env python3
"""Holds whyslow's hot spots against perf's on real programs from crates.io.

For each program of programs.toml: builds it at its fixed version, runs it under whyslow and under `perf record` in
turn until both have enough samples, and compares the self shares, of the samples outside the kernel, of the ten
functions that cost most. Exits with 1 when a share differs by more than three points, 2 when something could not be
run. Needs nothing but Python, cargo, binutils and perf.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import build
import inputs
from aliases import aliases
from profiles import Profile, by_perf, by_whyslow

HERE = Path(__file__).resolve().parent
TOLERANCE = 0.03
# The kernel's share changes from run to run with the machine's other work and free memory, so it is only looked at for
# samples that are lost altogether.
KERNEL_TOLERANCE = 0.15
TOP = 10
# With n samples a share p scatters by sqrt(p(1-p)/n): at 6000 a difference of two runs by 0.9 points at most, a third
# of the tolerance.
ENOUGH_SAMPLES = 6000
MAX_RUNS = 20
# A thread that `threads` in programs.toml names holds at least this share.
THREAD_SHARE = 0.1


def main() -> int:
    options = arguments()
    if shutil.which("perf") is None:
        message = "perf is not installed (Debian: linux-perf): there is nothing to hold the hot spots against"
        print(message, file=sys.stderr)
        return 0 if options.perf_missing == "skip" else 2
    programs = chosen(options.only)
    tool = options.whyslow or build.whyslow(HERE)
    options.cache.mkdir(parents=True, exist_ok=True)
    disagreeing = []
    for program in programs:
        try:
            agrees = compare(program, tool, options.cache)
        except subprocess.CalledProcessError as error:
            command = " ".join(map(str, error.cmd))
            print(f"{program['name']}: cannot run {command}\n{error.stderr or ''}", file=sys.stderr)
            return 2
        if not agrees:
            disagreeing.append(program["name"])
    print(f"{len(programs) - len(disagreeing)} passed, {len(disagreeing)} failed")
    return 1 if disagreeing else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cache = Path(os.environ.get("WHYSLOW_REAL_CACHE", HERE.parent / "target" / "real"))
    parser.add_argument("--only", metavar="NAMES", help="programs to compare, with commas between them")
    parser.add_argument("--whyslow", type=Path, metavar="PATH", help="the cargo-whyslow to test (default: build it)")
    parser.add_argument("--cache", type=Path, default=cache, metavar="DIR", help="where builds and inputs are kept")
    parser.add_argument("--perf-missing", choices=["fail", "skip"], default="fail", help="what to do without perf")
    return parser.parse_args()


def chosen(only: str | None) -> list[dict]:
    programs = tomllib.loads((HERE / "programs.toml").read_text())["program"]
    if only is None:
        return programs
    by_name = {program["name"]: program for program in programs}
    unknown = [name for name in only.split(",") if name not in by_name]
    if unknown:
        sys.exit(f"no such program: {', '.join(unknown)}; there are {', '.join(by_name)}")
    return [by_name[name] for name in only.split(",")]


def compare(program: dict, tool: Path, cache: Path) -> bool:
    executable = build.build(program, HERE, cache)
    command = [str(executable)] + [word for argument in program["args"] for word in with_input(argument, cache)]
    whyslow, perf = Profile(), Profile()
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(MAX_RUNS):
            perf.add(by_perf(command, Path(scratch)))
            whyslow.add(by_whyslow(tool, command, Path(scratch)))
            if min(perf.samples, whyslow.samples) >= ENOUGH_SAMPLES:
                break
    for profile in (perf, whyslow):
        profile.rename(aliases(executable))
    print(f"\n{program['name']}: {perf.samples} samples by perf, {whyslow.samples} by whyslow")
    return agree(perf, whyslow, program)


def with_input(argument: str, cache: Path) -> list[str]:
    placeholder = re.fullmatch(r"\{([a-z-]+)\}(?:\*(\d+))?", argument)
    if placeholder is None:
        return [argument]
    folder = cache / "inputs"
    folder.mkdir(exist_ok=True)
    return [str(inputs.make(placeholder[1], folder))] * int(placeholder[2] or 1)


def row(name: str, perf: float, whyslow: float, tolerance: float) -> bool:
    agrees = abs(whyslow - perf) <= tolerance
    mark = "" if agrees else "  ← differs"
    print(f"  {perf:6.1%}  {whyslow:6.1%} {(whyslow - perf) * 100:+6.1f}  {name[:90]}{mark}")
    return agrees


def agree(perf: Profile, whyslow: Profile, program: dict) -> bool:
    agrees = True
    top = [name for profile in (perf, whyslow) for name, _ in profile.user_functions.most_common(TOP)]
    print("    perf  whyslow   diff  function")
    for name in sorted(set(top), key=perf.share, reverse=True):
        agrees &= row(name, perf.share(name), whyslow.share(name), TOLERANCE)
    agrees &= row("[kernel] of all samples", perf.kernel_share, whyslow.kernel_share, KERNEL_TOLERANCE)
    for profile, source in ((perf, "perf"), (whyslow, "whyslow")):
        for thread in program["threads"]:
            if profile.threads[thread] < THREAD_SHARE * profile.samples:
                print(f"  {source} sees too little of thread {thread}: {dict(profile.threads.most_common(5))}")
                agrees = False
    return agrees


if __name__ == "__main__":
    sys.exit(main())
