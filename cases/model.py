"""What a case is, and what counts as a right verdict on it."""

import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Lines of a source file. The file is a path's end: reports name files of dependencies by absolute paths."""

    file: str
    first: int
    last: int
    function: str = ""

    def holds(self, where: dict) -> bool:
        return is_end_of(self.file, where.get("file") or "") and self.first <= (where.get("line") or 0) <= self.last

    def is_of_function(self, where: dict) -> bool:
        """For another version of the source, in which the lines have moved: the same function of the same file."""
        name = (where.get("function") or "").split("<")[0].rsplit("::", 1)[-1]
        own = self.function.split(" ")[0].rsplit("::", 1)[-1]
        return is_end_of(self.file.split("/src/", 1)[-1], where.get("file") or "") and own != "" and name == own


def is_end_of(end: str, path: str) -> bool:
    return path == end or path.endswith("/" + end)


@dataclass
class Run:
    """One program to be diagnosed."""

    manifest: Path
    args: list[str]
    # Folders with a `.cargo/config.toml` count for cargo only when it is started there.
    directory: Path
    include_deps: str = ""
    # What finds the defect: `run` or `trace`.
    command: str = "run"


@dataclass
class Case:
    name: str
    suite: str
    # The accepted names of the cause, the best one first; none for a program in which nothing is wrong.
    rules: list[str]
    slow: Run | None
    fast: Run
    # Where the change has to be made; without places, the cause alone is judged.
    truth: list[Place] = field(default_factory=list)
    # Where the cost shows.
    hot: list[Place] = field(default_factory=list)
    needs: str = ""
    about: str = ""
    toml: Path | None = None


@dataclass
class Finding:
    rule: str
    where: dict
    share: float

    def __str__(self) -> str:
        file = Path(self.where.get("file") or "").name
        place = f" {file}:{self.where.get('line')}" if file else ""
        return f"{self.rule}{place} ({self.share:.0%})"


def findings(report: dict) -> list[Finding]:
    return [Finding(cause(f), f.get("where") or {}, f.get("share") or 0.0) for f in report["findings"]]


def cause(finding: dict) -> str:
    """The rule's name; of what clippy says, the lint's."""
    lint = re.search(r"clippy::\w+", finding.get("title") or "")
    return lint[0] if finding["rule"] == "clippy-lint" and lint else finding["rule"]


def is_right(case: Case, finding: Finding, places: list[Place]) -> bool:
    if finding.rule not in case.rules:
        return False
    return not places or any(place.holds(finding.where) for place in places)


def rank_of_right(case: Case, found: list[Finding], places: list[Place]) -> int | None:
    """The rank of the first right finding, counted from one."""
    ranks = (rank for rank, finding in enumerate(found, 1) if is_right(case, finding, places))
    return next(ranks, None)


def still_reported(case: Case, found: list[Finding]) -> list[Finding]:
    """Findings on the fixed version of a published crate that claim what was fixed."""
    places = case.truth + case.hot
    return [f for f in found if f.rule in case.rules and any(p.is_of_function(f.where) for p in places)]
