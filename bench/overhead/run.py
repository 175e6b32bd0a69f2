#!/usr/bin/env python3
"""What measuring costs: runs five workloads plain and under tools, interleaved, and prints ratios of CPU time.

    bench/overhead/run.py [--rounds N] [--only WORKLOAD,…] [--tools whyslow,exact,perf,heaptrack] [--whyslow PATH]

The CPU time is the workload's own (CLOCK_PROCESS_CPUTIME_ID at its end), so the tool's own process does not count;
`wall` is the ratio of the whole command's wall-clock time, which includes the tool's processing.
A ratio is the median over rounds of (under the tool / plain) in the same round; the range is the smallest and largest.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = {"json_dom": 300, "syn_parse": 60, "regex_scan": 500, "contend": 300, "par_deflate": 300}


def build() -> Path:
    env = dict(os.environ, RUSTFLAGS="-Cforce-frame-pointers=yes")
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=HERE, env=env, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", HERE / "target")
    return Path(target) / "release" / "overhead"


def commands(tools: list[str], whyslow: str, scratch: Path) -> dict[str, list[str]]:
    known = {
        "plain": [],
        "whyslow": [whyslow, "whyslow", "--quiet", "--exe"],
        "exact": [whyslow, "whyslow", "--quiet", "--heap=exact", "--exe"],
        "perf": ["perf", "record", "-q", "-F", "997", "-g", "-o", str(scratch / "perf.data")],
        "heaptrack": ["heaptrack", "-o", str(scratch / "heaptrack")],
    }
    unknown = [tool for tool in tools if tool not in known]
    if unknown:
        sys.exit(f"unknown tool: {', '.join(unknown)}; known: {', '.join(known)}")
    missing = [tool for tool in tools if tool != "plain" and shutil.which(known[tool][0]) is None]
    for tool in missing:
        print(f"{tool} is not installed and is left out", file=sys.stderr)
    return {tool: known[tool] for tool in ["plain", *tools] if tool not in missing}


def run(prefix: list[str], program: Path, workload: str) -> tuple[float, float]:
    command = [*prefix, str(program)]
    if "--exe" in prefix:
        command.append("--")
    command += [workload, str(SIZES[workload])]
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    wall = time.monotonic() - start
    found = re.search(r"^cpu_s (\d+\.\d+)$", done.stderr, re.MULTILINE)
    if not found:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return float(found[1]), wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default=",".join(SIZES))
    parser.add_argument("--tools", default="whyslow,exact,perf,heaptrack")
    parser.add_argument("--whyslow", default="cargo-whyslow")
    options = parser.parse_args()
    program = build()
    with tempfile.TemporaryDirectory() as scratch:
        tools = commands(options.tools.split(","), options.whyslow, Path(scratch))
        medians: dict[str, list[float]] = {tool: [] for tool in tools if tool != "plain"}
        print(f"{'workload':<12} {'tool':<10} {'cpu ratio':>9}  {'range':<13} {'wall':>6}   plain cpu s")
        for workload in options.only.split(","):
            figures: dict[str, list[tuple[float, float]]] = {tool: [] for tool in tools}
            for _ in range(options.rounds):
                for tool, prefix in tools.items():
                    figures[tool].append(run(prefix, program, workload))
            plain = figures.pop("plain")
            for tool, measured in figures.items():
                ratios = [cpu / base for (cpu, _), (base, _) in zip(measured, plain)]
                walls = [wall / base for (_, wall), (_, base) in zip(measured, plain)]
                medians[tool].append(statistics.median(ratios))
                spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
                base = statistics.median(cpu for cpu, _ in plain)
                print(
                    f"{workload:<12} {tool:<10} {statistics.median(ratios):>9.3f}  {spread:<13} "
                    f"{statistics.median(walls):>6.2f}   {base:.2f}",
                    flush=True,
                )
        for tool, ratios in medians.items():
            print(f"{'median':<12} {tool:<10} {statistics.median(ratios):>9.3f}")


if __name__ == "__main__":
    main()
