"""Builds the programs as whyslow builds a user's: optimized, with debug information and frame pointers."""

import os
import subprocess
from pathlib import Path

SETTINGS = {
    "RUSTFLAGS": "-C force-frame-pointers=yes",
    "CARGO_PROFILE_RELEASE_DEBUG": "1",
    "CARGO_PROFILE_RELEASE_STRIP": "none",
    "CARGO_PROFILE_RELEASE_LTO": "false",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
}


def build(program: dict, here: Path, cache: Path) -> Path:
    """The program's executable below `cache`; built where it is missing. Raises `CalledProcessError`."""
    environment = os.environ | SETTINGS | {"CARGO_TARGET_DIR": str(cache / "target")}
    if "driver" in program:
        manifest = here / "drivers" / program["driver"] / "Cargo.toml"
        run(["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", str(manifest)], environment)
        return cache / "target" / "release" / f"{program['driver']}-driver"
    root = cache / f"{program['crate']}-{program['version']}"
    executable = root / "bin" / program.get("bin", program["crate"])
    if not executable.exists():
        command = ["cargo", "install", "--locked", "--quiet", "--root", str(root), program["crate"]]
        command += ["--version", f"={program['version']}", "--features", ",".join(program.get("features", []))]
        run(command, environment)
    return executable


def whyslow(here: Path) -> Path:
    """The tool itself, built from this repository."""
    manifest = here.parent / "Cargo.toml"
    run(["cargo", "build", "--release", "--quiet", "--manifest-path", str(manifest), "-p", "cargo-whyslow"], os.environ)
    target = Path(os.environ.get("CARGO_TARGET_DIR", here.parent / "target"))
    return target / "release" / "cargo-whyslow"


def run(command: list[str], environment) -> None:
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
