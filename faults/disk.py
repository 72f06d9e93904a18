"""F3, F4: a full disk, a locked store, one that was taken away, one that became read-only, a flush that fails.

No answer in vain and no internals in any; no restart is needed but after a failed flush, when nothing is believed any more.
"""

import os
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path


def can_mount() -> bool:
    """Whether a small disk of our own can be had."""
    with tempfile.TemporaryDirectory() as folder:
        return os.geteuid() == 0 and _mount(Path(folder), 1).returncode == 0 and _unmount(Path(folder))


def _mount(folder: Path, megabytes: int) -> "subprocess.CompletedProcess[str]":
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def _unmount(folder: Path) -> bool:
    return subprocess.run(["umount", "-l", str(folder)], check=False).returncode == 0


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """A disk of that size at the folder.   Raises OSError when it cannot be had."""
    mounted = _mount(folder, megabytes)
    if mounted.returncode != 0:
        raise OSError(mounted.stderr.strip())
    try:
        yield folder
    finally:
        _unmount(folder)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Nothing is left on that disk."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(bytes(4_096))
        except OSError:
            pass
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def locked(store: Path) -> Iterator[None]:
    """Somebody else has the store to himself."""
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def taken_away(store: Path) -> Iterator[None]:
    """The store's files are somewhere else for a while."""
    away = store.with_name("away")
    away.mkdir()
    files = list(store.parent.glob(store.name + "*"))
    for file in files:
        file.rename(away / file.name)
    try:
        yield
    finally:
        for made in store.parent.glob(store.name + "*"):
            made.unlink()
        for file in files:
            (away / file.name).rename(file)
        away.rmdir()


@contextmanager
def failing(process_id: int, calls: str, error: str) -> Iterator[None]:
    """Each of these system calls of that process fails with that error.   Raises TimeoutError where strace may not attach."""
    what = ["-e", f"trace={calls}", "-e", f"inject={calls}:error={error}"]
    with subprocess.Popen(["strace", "-f", "-qq", "-o", os.devnull, *what, "-p", str(process_id)], stderr=subprocess.DEVNULL) as tracer:
        try:
            _wait_for_tracer(process_id)
            yield
        finally:
            tracer.terminate()


def flush_failing(process_id: int) -> AbstractContextManager[None]:
    """Its flushes, as on a broken disk."""
    return failing(process_id, "fsync,fdatasync", "EIO")


def read_only(process_id: int) -> AbstractContextManager[None]:
    """Its writes into files, as on a file system that the kernel has made read-only."""
    return failing(process_id, "pwrite64", "EROFS")


def _wait_for_tracer(process_id: int) -> None:
    """Until every thread is traced."""
    until = time.monotonic() + 10
    while any("TracerPid:\t0\n" in status.read_text() for status in Path(f"/proc/{process_id}/task").glob("*/status")):
        if time.monotonic() > until:
            raise TimeoutError("strace did not attach")
        time.sleep(0.02)
