"""Reads the cases of the suites from their folders."""

import re
import tomllib
from pathlib import Path

from model import Case, Place, Run

# `//~` marks its own line, `//~^` the line above.
MARK = re.compile(r"//~(\^?)\s*$")


def load(here: Path) -> list[Case]:
    return planted(here / "planted") + built(here / "built") + planted(here / "traced", "trace") + real(here / "real")


def folders(parent: Path) -> list[Path]:
    return sorted(path.parent for path in parent.glob("*/case.toml"))


def planted(package: Path, command: str = "run") -> list[Case]:
    """Programs in one package: `programs/<case>/slow.rs` and `fast.rs`."""
    cases = []
    for folder in folders(package / "programs"):
        manifest, name = package / "Cargo.toml", folder.name
        toml = tomllib.loads((folder / "case.toml").read_text())
        slow_scale = [str(toml["scale"])] if "scale" in toml else []
        fast_scale = slow_scale or [str(toml.get("fast_scale", 1))]
        has_slow = (folder / "slow.rs").exists()
        slow = Run(manifest, [name, "slow", *slow_scale], package, command=command) if has_slow else None
        case = Case(
            name=name,
            suite=package.name,
            rules=toml.get("rules", []),
            slow=slow,
            fast=Run(manifest, [name, "fast", *fast_scale], package, command=command),
            truth=marked(folder) if slow else [],
            needs=toml.get("needs", ""),
            about=toml["about"],
            toml=folder / "case.toml",
        )
        if slow and not (case.rules and case.truth):
            raise SystemExit(f"{folder}: a slow program needs rules and a marked line")
        cases.append(case)
    return cases


def marked(folder: Path) -> list[Place]:
    """The lines that end in `//~`, in whichever file of the slow program they stand."""
    places = []
    for source in sorted(folder.glob("*.rs")):
        for number, line in enumerate(source.read_text().splitlines(), 1):
            mark = MARK.search(line)
            if source.name != "fast.rs" and mark:
                at = number - len(mark[1])
                places.append(Place(f"{folder.name}/{source.name}", at, at))
    return places


def built(parent: Path) -> list[Case]:
    """Programs whose defect lies in how they are built: one source, two packages, no place in the source."""
    cases = []
    for folder in folders(parent):
        toml = tomllib.loads((folder / "case.toml").read_text())
        slow, fast = folder / "slow", folder / "fast"
        scale = str(toml.get("fast_scale", 1))
        cases.append(
            Case(
                name=folder.name,
                suite="planted",
                rules=toml["rules"],
                slow=Run(slow / "Cargo.toml", [], slow),
                fast=Run(fast / "Cargo.toml", [scale], fast),
                needs=toml.get("needs", ""),
                about=toml["about"],
                toml=folder / "case.toml",
            )
        )
    return cases


def real(parent: Path) -> list[Case]:
    """Past bugs of published crates: drivers of the last version with the bug and of the first one without."""
    cases = []
    for folder in folders(parent):
        toml = tomllib.loads((folder / "case.toml").read_text())
        source = f"{toml['crate']}-{toml['slow_version']}"

        def run(variant: str) -> Run:
            directory = folder / variant
            return Run(directory / "Cargo.toml", [str(a) for a in toml.get("args", [])], directory, toml["crate"])

        cases.append(
            Case(
                name=toml["name"],
                suite="real",
                rules=toml["rules"],
                slow=run("slow"),
                fast=run("fast"),
                truth=[place(p, source) for p in toml["truth"]],
                hot=[place(p, source) for p in toml["hot"]],
                needs=toml.get("needs", "quiet" if toml.get("threads", 1) > 1 else ""),
                about=toml.get("symptom", ""),
                toml=folder / "case.toml",
            )
        )
    return cases


def place(toml: dict, source: str) -> Place:
    first, _, last = str(toml["lines"]).partition("-")
    return Place(f"{source}/{toml['file']}", int(first), int(last or first), toml.get("function", ""))
