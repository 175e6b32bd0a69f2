"""Runs one program under `cargo whyslow` and reads the report."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from model import Finding, Run, findings

TIMEOUT_S = 600
# Contention is only seen when both threads really run at the same time.
QUIET_IDLE_SHARE = 0.85
QUIET_WATCH_S = 0.4
QUIET_ATTEMPTS = 8


@dataclass
class Diagnosis:
    found: list[Finding]
    stdout: bytes
    command: list[str]


class CannotRun(Exception):
    pass


@dataclass
class Runner:
    tool: Path
    target: Path
    scratch: Path

    def diagnose(self, run: Run) -> Diagnosis:
        report = self.scratch / "report.json"
        report.unlink(missing_ok=True)
        command = [self.tool, "whyslow", run.command, "--quiet", "--manifest-path", run.manifest, "--target-dir", self.target]
        command += ["--json", report]
        command += [f"--include-deps={run.include_deps}"] if run.include_deps else []
        command += ["--", *run.args]
        # Standard output is a file, as where programs with much output usually write.
        with (self.scratch / "stdout").open("w+b") as stdout:
            try:
                process = subprocess.run(
                    [str(word) for word in command],
                    cwd=run.directory,
                    stdout=stdout,
                    stderr=subprocess.PIPE,
                    timeout=TIMEOUT_S,
                )
            except subprocess.TimeoutExpired as error:
                raise CannotRun(f"not done after {TIMEOUT_S} s") from error
            stdout.seek(0)
            output = stdout.read()
        if process.returncode != 0 or not report.exists():
            raise CannotRun(process.stderr.decode(errors="replace").strip()[-2000:])
        parsed = json.loads(report.read_bytes())
        return Diagnosis(findings(parsed), output, parsed.get("command", []))


def wait_until_quiet() -> bool:
    """Whether the processors have nothing else to do, after waiting for it a little."""
    for _ in range(QUIET_ATTEMPTS):
        if idle_share() >= QUIET_IDLE_SHARE:
            return True
    return False


def idle_share() -> float:
    before = processor_ticks()
    time.sleep(QUIET_WATCH_S)
    after = processor_ticks()
    total = sum(after) - sum(before)
    return (after[3] - before[3]) / total if total else 0.0


def processor_ticks() -> list[int]:
    """user, nice, system, idle, … of all processors together (proc(5))."""
    return [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]


def processors() -> int:
    return len(os.sched_getaffinity(0))
