"""Names that stand for one function: libc has `memcpy` and `memmove` at one address, and any of the two may be shown.

The kernel's functions all go by one name: a sampling interrupt that comes while interrupts are off is taken where they
are switched on again, in a function that says more about the machine's other work than about the program.
"""

import re
import subprocess
from pathlib import Path

KERNEL = "[kernel]"
KERNEL_SYMBOLS = Path("/proc/kallsyms")
DEBUG_FILES = Path("/usr/lib/debug/.build-id")


def aliases(executable: Path) -> dict[str, str]:
    """One name for each name of a function that has several."""
    names_by_place: dict[tuple[Path, int], set[str]] = {}
    in_user_space = set()
    for module in [executable, *libraries(executable)]:
        # The executable's Rust functions are left out: equal ones are merged, and their names mean different things.
        names = re.compile(r"(?!_R|_ZN)" if module == executable else r"")
        for symbols in (["-D", str(module)], [str(module)], [str(debug_file(module))]):
            for line in output(["nm", "--defined-only", *symbols]).splitlines():
                address, kind, name = line.split(" ", 2)
                name = plain(name)
                in_user_space.add(name)
                if kind in "tTwWiI" and names.match(name):
                    names_by_place.setdefault((module, int(address, 16)), set()).add(name)
    kernel = {plain(line.split()[2]) for line in KERNEL_SYMBOLS.read_text().splitlines()} - in_user_space
    one_name = dict.fromkeys(kernel, KERNEL)
    for names in names_by_place.values():
        for name in names:
            # The dynamic loader comes last and has copies of some of libc's functions, which hardly ever run.
            one_name.setdefault(name, min(names))
    return one_name


def plain(symbol: str) -> str:
    """A symbol without its version, the compiler's clone suffixes, and the mark of the kernel's library."""
    return re.sub(r"^__vdso_|\.(llvm|constprop|isra|part|cold)(\.\d+)*$|@.*$", "", symbol)


def libraries(executable: Path) -> list[Path]:
    return [Path(path) for path in re.findall(r"(/\S+) \(0x", output(["ldd", str(executable)]))]


def debug_file(module: Path) -> Path:
    """Where the distribution puts the module's symbols."""
    found = re.search(r"Build ID: ([0-9a-f]+)", output(["readelf", "-n", str(module)]))
    build_id = found[1] if found else "none"
    return DEBUG_FILES / build_id[:2] / f"{build_id[2:]}.debug"


def output(command: list[str]) -> str:
    """What a command prints, even where it fails: a file without symbols is none the worse."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
