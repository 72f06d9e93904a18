"""The packages of requirements.lock as files, fetched once for each lock: the machine that is booted has no network."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # whose Python is the one that an operator gets


class Unavailable(Exception):
    """What a test needs of this machine is not to be had; why."""


def wheels() -> Path:
    """The folder that holds them, and what builds our own.   Raises Unavailable where they cannot be fetched."""
    lock = ROOT / "requirements.lock"
    folder = ROOT / ".venv/wheels" / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # another test may be fetching them
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=folder.parent) as part:
                _fetch(lock, Path(part))
                shutil.move(Path(part) / "wheels", folder)
    return folder


def _fetch(lock: Path, part: Path) -> None:
    builders = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    download = [f"{part}/venv/bin/pip", "download", "--quiet", f"--dest={part}/wheels"]
    make = ["python3", "-m", "venv", f"{part}/venv"]
    for command in (make, [*download, "--require-hashes", f"--requirement={lock}"], [*download, *builders]):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, "PATH": PATH})
        if done.returncode != 0:
            raise Unavailable(f"the packages cannot be fetched: {done.stderr.strip()}")
