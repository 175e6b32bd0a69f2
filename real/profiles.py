"""Self samples by physical function, from perf and from whyslow, under names that the two share."""

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from aliases import KERNEL, plain

KERNEL_ENTRY = re.compile("entry_SYSCALL|do_syscall_64|asm_|ret_from_fork")


@dataclass
class Profile:
    """Samples of one or more runs."""

    functions: Counter = field(default_factory=Counter)
    threads: Counter = field(default_factory=Counter)

    def rename(self, names: dict[str, str]) -> None:
        """Adds up functions that have one name in `names`."""
        renamed = Counter()
        for function, count in self.functions.items():
            renamed[names.get(function, function)] += count
        self.functions = renamed

    def add(self, other: "Profile") -> None:
        self.functions.update(other.functions)
        self.threads.update(other.threads)

    @property
    def samples(self) -> int:
        return self.functions.total()

    @property
    def user_functions(self) -> Counter:
        return Counter({function: count for function, count in self.functions.items() if function != KERNEL})

    def share(self, function: str) -> float:
        """Share of the samples outside the kernel."""
        return self.functions[function] / max(self.user_functions.total(), 1)

    @property
    def kernel_share(self) -> float:
        return self.functions[KERNEL] / max(self.samples, 1)


def by_perf(command: list[str], scratch: Path) -> Profile:
    """One run under `perf record`. Raises `CalledProcessError`."""
    recording = scratch / "perf.data"
    record = ["perf", "record", "--quiet", "-e", "cpu-clock", "-F", "997", "-g", "-o", str(recording), "--"]
    measure(record + command)
    report = ["perf", "report", "--quiet", "--stdio", "--no-children", "--no-inline", "-g", "none", "-t", "\t"]
    report += ["--percent-limit", "0", "-i", str(recording)]
    profile = Profile()
    for count, name in rows(run(report + ["-F", "sample,sym"])):
        mode, function = re.fullmatch(r"\[(.)\] (.*)", name).groups()
        profile.functions[KERNEL if mode in "kg" else canonical(function)] += count
    for count, name in rows(run(report + ["-F", "sample,comm"])):
        profile.threads[name] += count
    return profile


def rows(report: str) -> list[tuple[int, str]]:
    pairs = (line.split("\t", 1) for line in report.splitlines() if "\t" in line and not line.startswith("#"))
    return [(int(count), name.strip()) for count, name in pairs]


def by_whyslow(tool: Path, command: list[str], scratch: Path) -> Profile:
    """One run under whyslow. Raises `CalledProcessError`."""
    collapsed, report = scratch / "stacks.txt", scratch / "report.json"
    options = ["--exe", command[0], "--quiet", "--collapsed", str(collapsed), "--json", str(report)]
    measure([str(tool), "whyslow", *options, "--", *command[1:]])
    profile = Profile()
    for line in collapsed.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        thread, *frames = stack.split(";")
        # `~` marks a call that was inlined into the frame before it: the last one without is the physical function.
        physical = [frame for frame in frames if not frame.startswith("~")] or ["[unknown]"]
        # Some of the kernel's functions are called as some of libc's.
        in_kernel = any(map(KERNEL_ENTRY.match, physical))
        profile.functions[KERNEL if in_kernel else canonical(physical[-1])] += int(count)
        profile.threads[thread] += int(count)
    stated = json.loads(report.read_text())["totals"]["samples"]
    if stated != profile.samples:
        raise ValueError(f"the report counts {stated} samples, the collapsed stacks {profile.samples}")
    return profile


def measure(command: list[str]) -> None:
    """Runs a recorder; what the program prints goes nowhere, as a pipe would be measured too."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    subprocess.run(command, check=True, text=True, errors="replace", **streams)


def run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout


def canonical(name: str) -> str:
    """A function's name without what the demanglers spell differently: generic arguments, hashes, clone suffixes."""
    name = re.sub(r"::h[0-9a-f]{16}\b", "", name)
    name = plain(name)
    name = re.sub(r"\[[0-9a-f]{8,16}\]", "", name)
    name = re.sub(r"\{\{closure\}\}|\{closure#\d+\}(::<.*?>)?", "{closure}", name)
    name = re.sub(r"\{\{vtable\.shim\}\}|\{shim:vtable#\d+\}", "{shim}", name)
    if re.fullmatch(r"0x[0-9a-f]+", name):
        return "[unknown]"
    return without_generics(name).replace(" ", "")


def without_generics(name: str) -> str:
    """Drops `<…>` after a path segment; in `<A as B>::f` keeps the last segments of `A` and `B`."""
    kept, depth, at = [], 0, 0
    if name.startswith("<"):
        end = closing(name)
        kept.append("<" + " as ".join(last(part) for part in split_as(name[1:end])) + ">")
        at = end + 1
    for character in name[at:].replace("->", "→"):
        if character == "<":
            depth += 1
        elif character == ">":
            depth -= 1
        elif depth == 0:
            kept.append(character)
    return re.sub(r"::(?=::|$)", "", "".join(kept))


def closing(name: str) -> int:
    """Index of the `>` that closes the `<` at the start."""
    depth = 0
    for index, character in enumerate(name.replace("->", "→→")):
        depth += (character == "<") - (character == ">")
        if depth == 0:
            return index
    return len(name) - 1


def split_as(inner: str) -> list[str]:
    """`A as B`, split at the top level."""
    depth = 0
    for index, character in enumerate(inner.replace("->", "→→")):
        depth += (character in "<(") - (character in ">)")
        if depth == 0 and inner.startswith(" as ", index):
            return [inner[:index], inner[index + 4 :]]
    return [inner]


def last(path: str) -> str:
    return without_generics(path.strip()).rsplit("::", 1)[-1]
