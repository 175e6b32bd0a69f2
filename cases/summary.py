"""Turns verdicts into the numbers that the harness prints and that CI holds."""

from collections import Counter
from dataclasses import dataclass, field

from model import Case, Finding, is_right, rank_of_right, still_reported


@dataclass
class Verdict:
    case: Case
    variant: str
    found: list[Finding]
    error: str = ""
    not_judged: str = ""
    output_differs: bool = False
    # The first one was wrong.
    is_second: bool = False

    @property
    def is_judged(self) -> bool:
        return not self.not_judged

    @property
    def is_slow(self) -> bool:
        return self.variant == "slow"

    def rank(self) -> int | None:
        return rank_of_right(self.case, self.found, self.case.truth + self.case.hot)

    def rank_at_truth(self) -> int | None:
        return rank_of_right(self.case, self.found, self.case.truth)

    def false_reports(self) -> list[Finding]:
        """What must not be said: anything about a good program; of a fixed crate, what was fixed."""
        if self.is_slow:
            return []
        return still_reported(self.case, self.found) if self.case.suite == "real" else self.found

    def is_wrong(self) -> bool:
        if self.error or self.output_differs:
            return True
        if self.is_slow:
            within = 3 if self.case.suite == "real" else 1
            return (self.rank() or 99) > within
        return bool(self.false_reports())


@dataclass
class Summary:
    suite: str
    verdicts: list[Verdict]
    slow: list[Verdict] = field(init=False)
    good: list[Verdict] = field(init=False)

    def __post_init__(self) -> None:
        judged = [verdict for verdict in self.verdicts if verdict.is_judged]
        self.slow = [verdict for verdict in judged if verdict.is_slow]
        self.good = [verdict for verdict in judged if not verdict.is_slow]

    def recall(self, within: int) -> float:
        return share(sum((verdict.rank() or 99) <= within for verdict in self.slow), len(self.slow))

    def recall_at_truth(self, within: int) -> float:
        return share(sum((verdict.rank_at_truth() or 99) <= within for verdict in self.slow), len(self.slow))

    def false_programs(self) -> list[Verdict]:
        return [verdict for verdict in self.good if verdict.false_reports()]

    def broken(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.error or verdict.output_differs]

    def precision(self) -> float:
        """Of the programs' first findings, how many are right: those of good programs never are."""
        first = [verdict for verdict in self.slow if verdict.found]
        right = sum(is_right(v.case, v.found[0], v.case.truth + v.case.hot) for v in first)
        return share(right, len(first) + len(self.false_programs()))

    def confusion(self) -> Counter:
        """How often which rule stood first where which was expected."""
        pairs = Counter()
        for verdict in self.slow:
            said = verdict.found[0].rule if verdict.found else "nothing"
            if verdict.rank() == 1:
                expected = said
            else:
                expected = verdict.case.rules[0]
                said += " (elsewhere)" if said in verdict.case.rules else ""
            pairs[expected, said] += 1
        for verdict in self.good:
            reports = verdict.false_reports()
            pairs["nothing", reports[0].rule if reports else "nothing"] += 1
        return pairs

    def as_json(self) -> dict:
        return {
            "suite": self.suite,
            "slow_programs": len(self.slow),
            "good_programs": len(self.good),
            "not_judged": [f"{v.case.name} {v.variant}: {v.not_judged}" for v in self.verdicts if v.not_judged],
            "recall_at_1": self.recall(1),
            "recall_at_3": self.recall(3),
            "recall_at_3_at_truth": self.recall_at_truth(3),
            "precision": self.precision(),
            "false_programs": len(self.false_programs()),
            "confusion": [{"expected": e, "said": s, "programs": n} for (e, s), n in sorted(self.confusion().items())],
            "programs": [
                {
                    "case": v.case.name,
                    "variant": v.variant,
                    "accepted": v.case.rules if v.is_slow else [],
                    "rank": v.rank() if v.is_slow else None,
                    "is_second": v.is_second,
                    "is_wrong": v.is_judged and v.is_wrong(),
                    "said": [str(finding) for finding in v.found],
                    "error": v.error,
                }
                for v in self.verdicts
            ],
        }


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def print_summary(summary: Summary) -> None:
    slow, good = len(summary.slow), len(summary.good)
    print(f"\n{summary.suite}: {slow} slow programs, {good} good ones")
    if slow:
        print(f"  recall at 1        {summary.recall(1):6.1%}")
        print(f"  recall at 3        {summary.recall(3):6.1%}")
        if summary.suite == "real":
            print(f"  … at the change    {summary.recall_at_truth(3):6.1%}")
        print(f"  precision          {summary.precision():6.1%}")
    if good:
        what = "still accused" if summary.suite == "real" else "accused"
        print(f"  good programs {what}: {len(summary.false_programs())} of {good}")
    print_confusion(summary.confusion())
    print_wrong(summary)
    once = [v for v in summary.verdicts if v.is_second and v.is_judged and not v.is_wrong()]
    if once:
        print("\n  wrong at first, right the second time: " + ", ".join(f"{v.case.name} {v.variant}" for v in once))


def print_confusion(confusion: Counter) -> None:
    print("\n  expected                     said first")
    for (expected, said), count in sorted(confusion.items()):
        mark = "" if expected == said else "  ←"
        print(f"  {expected:28} {said:42} {count:3}{mark}")


def print_wrong(summary: Summary) -> None:
    wrong = [verdict for verdict in summary.verdicts if verdict.is_judged and verdict.is_wrong()]
    if wrong:
        print("\n  wrong:")
    for verdict in wrong:
        expected = " or ".join(verdict.case.rules) if verdict.is_slow else "nothing"
        if verdict.is_slow and verdict.case.truth:
            places = verdict.case.truth + verdict.case.hot
            expected += " at " + ", ".join(f"{p.file.rsplit('/', 1)[-1]}:{p.first}" for p in places)
        said = verdict.error or "; ".join(str(finding) for finding in verdict.found) or "nothing"
        if verdict.output_differs:
            said += "; the twins print different things"
        print(f"    {verdict.case.name} {verdict.variant}\n      expected {expected}\n      said     {said}")
    for verdict in summary.verdicts:
        if verdict.not_judged:
            print(f"    not judged: {verdict.case.name} {verdict.variant}: {verdict.not_judged}")
