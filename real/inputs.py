"""Generates the inputs that the programs read: the same bytes every time, kept in the cache."""

import json
import random
import struct
import zlib
from pathlib import Path

WORDS = """ash barrel candle drifting ember falling garden hidden island jumping kettle lantern meadow northern ocean
painted quick river silver turning under valley winter yellow zephyr walked looked opened carried burning singing
wandering between houses letters stones clouds evening morning paper music bridge harbour""".split()


def make(name: str, folder: Path) -> Path:
    """Path of the input `name` below `folder`; made on first use."""
    path = folder / name
    if not path.exists():
        partial = folder / f"{name}.partial"
        remove(partial)
        GENERATORS[name](partial, random.Random(name))
        partial.rename(path)
    return path


def remove(path: Path) -> None:
    if path.is_dir():
        for entry in path.iterdir():
            remove(entry)
        path.rmdir()
    elif path.exists():
        path.unlink()


def sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(6, 16))).capitalize() + "."


def prose(rng: random.Random, lines: int) -> str:
    return "".join(sentence(rng) + "\n" for _ in range(lines))


def text_tree(path: Path, rng: random.Random) -> None:
    """60 files of prose, 1.3 MB each, made of shuffled pages."""
    pages = [prose(rng, 200) for _ in range(40)]
    path.mkdir(parents=True)
    for number in range(60):
        (path / f"chapter-{number}.txt").write_text("".join(rng.choices(pages, k=90)))


def file_tree(path: Path, rng: random.Random) -> None:
    """20 000 tiny files in 800 folders, three levels deep."""
    for folder in range(800):
        here = path / f"area{folder % 8}" / f"part{folder // 8 % 10}" / f"{rng.choice(WORDS)}-{folder}"
        here.mkdir(parents=True)
        for number in range(25):
            ending = rng.choice(["rs", "rs", "toml", "md", "bak"])
            (here / f"{rng.choice(WORDS)}{number}.{ending}").write_text("// empty\n")


def source_tree(path: Path, rng: random.Random) -> None:
    """400 source files of some 4000 lines with comments, strings and blank lines."""
    path.mkdir(parents=True)
    lines = ["    let total = first + second;\n", "    // {}\n", "\n", '    say("{}");\n', "    /* {} */ call();\n"]
    chunks = ["".join(rng.choice(lines).replace("{}", sentence(rng)) for _ in range(200)) for _ in range(60)]
    for number in range(400):
        body = "".join(rng.choices(chunks, k=20))
        (path / f"module{number}.{rng.choice(['rs', 'c', 'js', 'go'])}").write_text(f"fn main() {{\n{body}}}\n")


def binary(path: Path, rng: random.Random) -> None:
    """36 MB: noise, text, and long runs of equal bytes."""
    blocks = [rng.randbytes(4096), prose(rng, 60).encode(), bytes(4096), b"\x7fELF" * 1024]
    path.write_bytes(b"".join(rng.choices(blocks, k=9000)))


def test_cases(path: Path, rng: random.Random) -> None:
    """9000 order numbers and dates to find a pattern for."""
    cases = []
    for _ in range(9000):
        cases.append(f"{rng.choice('ABC')}{rng.randint(10, 99)}-{rng.randint(2000, 2025)}/{rng.choice(WORDS)}\n")
    path.write_text("".join(cases))


def png(path: Path, rng: random.Random) -> None:
    """A picture of 1200 × 900: gradients, flat areas, a little noise."""
    width, height = 1200, 900
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        noise = rng.randbytes(width)
        for x in range(width):
            flat = (x // 150 + y // 150) % 2
            rows += bytes(((x * 255 // width) & 0xFC if flat else 40, y * 255 // height, 90 + (noise[x] & 3)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 1)), (b"IEND", b"")]
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, body in chunks:
            file.write(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))


def json_document(path: Path, rng: random.Random) -> None:
    """20 000 records, 6 MB."""
    records = [
        {
            "id": number,
            "title": sentence(rng),
            "score": rng.random() * 1000,
            "tags": rng.choices(WORDS, k=5),
            "place": {"east": rng.uniform(-180, 180), "north": rng.uniform(-90, 90), "is_open": rng.random() < 0.5},
        }
        for number in range(20_000)
    ]
    path.write_text(json.dumps(records))


def markdown(path: Path, rng: random.Random) -> None:
    """3 MB of headings, lists, tables, links and code."""
    parts = []
    for number in range(6000):
        first, second, third, fourth = rng.choices(WORDS, k=4)
        parts.append(f"## {number} {first} *{second}*\n\n{sentence(rng)} [{third}](#{number})\n")
        parts.append("".join(f"- **{rng.choice(WORDS)}** {sentence(rng)}\n" for _ in range(3)))
        parts.append(f"\n| a | b |\n|---|---|\n| `{fourth}` | {rng.randint(0, 999)} |\n")
        parts.append(f"```rust\nlet x = {number};\n```\n")
    path.write_text("\n".join(parts))


GENERATORS = {
    "text-tree": text_tree,
    "file-tree": file_tree,
    "source-tree": source_tree,
    "binary": binary,
    "test-cases": test_cases,
    "png": png,
    "json": json_document,
    "markdown": markdown,
}
