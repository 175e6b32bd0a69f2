#!/usr/bin/env python3
"""Writes the pages about how good predictions are, from what `cargo whyslow fix` noted of every fix that it timed.

    python3 cases/run.py planted --fix 3
    python3 docs/calibration.py target/cases/fixing/target/whyslow/calibration.jsonl

Several files may be given; their fixes count together. Needs nothing but Python.
"""

import json
import math
import statistics
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

ENGLISH = {
    "page": "calibration.md",
    "head": """\
# Predicted and measured gains

`cargo whyslow` predicts what a cure brings: the run time without the cost that the finding is about. `cargo whyslow fix` measures
it, and notes both. This table is made of the fixes that it timed for the [planted cases](../cases/README.md), programs with one
known defect each, written without a look at the rules' code; nothing in it is typed by hand:

```console
{commands}```

Factors are medians of whole-program speedups. *Timed* are all fixes that compiled and kept the output; several for one cost are
common, and the best of them is *kept*. Each was timed against the original in interleaved pairs, ten at least, on {machine}.
""",
    "columns": ["rule", "timed", "kept", "predicted", "measured"],
    "all": "all",
    "tail": """\
Of the {kept} kept fixes, {within} brought a factor between half and twice the predicted one, {more} more than that, {less} less. The
middle half of them saved {low} to {high} times the time that was predicted to vanish.

A prediction leaves out of the run what the cause costs, or the part of it that its rule expects to vanish, and nothing else. So it is
too low where a cure makes other work cheaper as well, and too high where the cure has a price of its own. `cargo whyslow report
--calibration` shows the same table for your own package.
""",
}
CHINESE = {
    "page": "calibration.zh.md",
    "head": """\
# 预测收益与实测收益

`cargo whyslow` 会预测修复的收益：假设发现所指的开销消失后的运行时间。`cargo whyslow fix` 则实际测量，并把两者都记录下来。下表由
[植入缺陷的案例](../cases/README.md)中计过时的修复生成，每个程序有一个已知缺陷，编写时没有看规则的代码；表中没有任何手工填写的数字：

```console
{commands}```

倍数是整个程序加速比的中位数。“计时”指所有能编译且输出不变的修复；同一开销常有多个修复，其中最好的会“保留”。
每个修复都与原程序交错成对计时，至少十对；机器：{machine}。
""",
    "columns": ["规则", "计时", "保留", "预测", "实测"],
    "all": "合计",
    "tail": """\
在 {kept} 个保留的修复中，{within} 个的倍数在预测值的一半到两倍之间，{more} 个更高，{less} 个更低。居中的一半节省的时间是预测消失时间的 {low} 到 {high} 倍。

预测只是从运行时间中去掉该原因的开销（或规则预计会消失的那部分），其他一切不变。因此，若修复也让其他工作变得更便宜，预测就偏低；
若修复本身也有代价，预测就偏高。`cargo whyslow report --calibration` 为您自己的包显示同样的表。
""",
}


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    fixes = [json.loads(line) for path in sys.argv[1:] for line in Path(path).read_text().splitlines() if line]
    if not fixes:
        print("no fix was timed")
        return 1
    commands = "".join(line.removeprefix("    ") + "\n" for line in __doc__.splitlines() if line.startswith("    "))
    for words in (ENGLISH, CHINESE):
        (HERE / words["page"]).write_text(page(fixes, words, commands))
    return 0


def page(fixes: list[dict], words: dict, commands: str) -> str:
    rules = sorted({fix["rule"] for fix in fixes})
    rows = [row(f"`{rule}`", [fix for fix in fixes if fix["rule"] == rule]) for rule in rules]
    table = [words["columns"], ["---", *["---:"] * 4], *rows, row(f"**{words['all']}**", fixes)]
    lines = "".join(f"| {' | '.join(cells)} |\n" for cells in table)
    return f"{words['head'].format(commands=commands, machine=machine())}\n{lines}\n{words['tail'].format(**outcome(fixes))}"


def machine() -> str:
    """The processor and how many of it there are."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} × {models[0]}" if models else "an unknown processor"


def row(name: str, fixes: list[dict]) -> list[str]:
    def factor(key: str) -> str:
        return digits(statistics.median(fix[key] for fix in fixes)) + "×"

    kept = sum(fix["is_kept"] for fix in fixes)
    return [name, str(len(fixes)), str(kept), factor("predicted_speedup"), factor("measured_speedup")]


def outcome(fixes: list[dict]) -> dict:
    kept = [fix for fix in fixes if fix["is_kept"] and fix["predicted_speedup"] > 1]
    ratios = [math.log2(fix["measured_speedup"] / fix["predicted_speedup"]) for fix in kept]
    saved = [(1 - 1 / fix["measured_speedup"]) / (1 - 1 / fix["predicted_speedup"]) for fix in kept]
    low, _, high = statistics.quantiles(saved, n=4) if len(saved) > 1 else [*saved, 0, *saved]
    return {
        "kept": len(kept),
        "within": sum(abs(ratio) <= 1 for ratio in ratios),
        "more": sum(ratio > 1 for ratio in ratios),
        "less": sum(ratio < -1 for ratio in ratios),
        "low": digits(low),
        "high": digits(high),
    }


def digits(value: float) -> str:
    return f"{value:.2f}" if value < 0.995 else f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


if __name__ == "__main__":
    sys.exit(main())
