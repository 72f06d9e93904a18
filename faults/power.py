"""F2: power cuts, simulated from what the writer asked of the disk.

strace records every write, flush and truncation of the writer on a store of its own. At a cut, what was flushed is on the disk;
of what was not, nothing, all, a part, some of it in any order, or a torn piece is. The images that come of it must open, be sound,
and hold every mail that had been acknowledged by then. Kills cannot show this: a killed process leaves its writes with the kernel.
"""

import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.errors import StorageError
from faults.power_writer import mail
from storage.migrations import upgrade

_SECTOR = 512
_CALL = re.compile(
    r'(?:\d+ +)?(?:openat\(AT_FDCWD, "(?P<path>[^"]*)", .*\) += (?P<opened>\d+)'
    r"|close\((?P<closed>\d+)\)"
    r'|pwrite64\((?P<fd>\d+), "(?P<data>[^"]*)"(?P<cut>\.\.\.)?, \d+, (?P<at>\d+)\)'
    r"|f(?:data)?sync\((?P<synced>\d+)\)"
    r"|ftruncate\((?P<truncated>\d+), (?P<size>\d+)\)"
    r'|unlink\("(?P<gone>[^"]*)"\)'
    r'|write\(2, "(?P<told>[^"]*)", \d+\))'
)


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes at a place of a file, or its new length (data None)."""

    name: str
    at: int
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Flushed:
    """All that was written to a file before is on the disk."""

    name: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A file was deleted; a journaling file system keeps the order of such."""

    name: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The writer said that these mails are durable."""

    numbers: tuple[int, ...]


Happened = Written | Flushed | Gone | Acknowledged


@dataclass
class Cuts:
    """What came of many cuts.   lost: cuts after which an acknowledged mail was missing; worst: most of them at once."""

    cuts: int = 0
    lost: int = 0
    worst: int = 0
    damaged: int = 0
    flushes: int = 0
    acknowledged: int = 0


def is_possible() -> bool:
    """Whether strace is there and may look."""
    strace = shutil.which("strace")
    return (
        strace is not None and subprocess.run([strace, "-qq", "-o", "/dev/null", "true"], check=False, capture_output=True).returncode == 0
    )


def cut_at_random(folder: Path, *, cuts: int, synchronous: str = "FULL", mails: int = 120, seed: int = 1) -> Cuts:
    """Record one writer, then cut its power that often."""
    store = folder / "live.db"
    upgrade(f"sqlite:///{store}")
    files = (path for path in folder.glob("live.db*") if not path.name.endswith("-shm"))
    before: dict[str, bytes | bytearray] = {path.name: path.read_bytes() for path in files}
    happened = tuple(_recorded(folder, store, synchronous, mails))
    disk = _Disk(before)
    outcome = Cuts(
        flushes=sum(isinstance(one, Flushed) for one in happened),
        acknowledged=sum(len(one.numbers) for one in happened if isinstance(one, Acknowledged)),
    )
    dice = random.Random(seed)
    at = 0
    for cut in sorted(dice.randrange(len(happened)) for _ in range(cuts)):
        disk.go_on(happened[at:cut])
        at = cut
        _judge(disk, folder / "cut", dice, outcome)
    return outcome


def _recorded(folder: Path, store: Path, synchronous: str, mails: int) -> Iterator[Happened]:
    log = folder / "strace.log"
    calls = "trace=openat,close,pwrite64,fsync,fdatasync,ftruncate,unlink,write"
    writer = [sys.executable, "-m", "faults.power_writer", str(store), synchronous, str(mails)]
    subprocess.run(["strace", "-f", "-qq", "-xx", "-s", "1048576", "-e", calls, "-o", str(log), *writer], check=True, capture_output=True)
    names: dict[str, str] = {}
    with log.open(encoding="ascii") as lines:
        for found in filter(None, map(_CALL.match, lines)):
            yield from _read(found, names, store.name)


def _read(found: "re.Match[str]", names: dict[str, str], store: str) -> Iterator[Happened]:
    """One call, where it is about the store or says that a mail is durable.   names: of the store's open files, by number."""
    if found["opened"]:
        name = Path(_bytes(found["path"]).decode()).name
        if name.startswith(store) and not name.endswith("-shm"):
            names[found["opened"]] = name
    elif found["closed"]:
        names.pop(found["closed"], None)
    elif found["fd"] in names:
        assert not found["cut"], "strace cut a write short"
        yield Written(names[found["fd"]], int(found["at"]), _bytes(found["data"]))
    elif found["synced"] in names:
        yield Flushed(names[found["synced"]])
    elif found["truncated"] in names:
        yield Written(names[found["truncated"]], int(found["size"]))
    elif found["gone"]:
        yield Gone(Path(_bytes(found["gone"]).decode()).name)
    elif found["told"] and (said := _bytes(found["told"])).startswith(b"ACK "):
        yield Acknowledged(tuple(int(number) for number in said.split()[1:]))


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


@dataclass
class _Disk:
    """What is on the disk for certain, and what may be."""

    files: dict[str, bytes | bytearray]
    pending: list[Written] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)

    def go_on(self, happened: Iterable[Happened]) -> None:
        """Let more happen."""
        for one in happened:
            match one:
                case Acknowledged(numbers):
                    self.acknowledged.update(numbers)
                case Gone(name):
                    self.files.pop(name, None)
                    self.pending = [written for written in self.pending if written.name != name]
                case Flushed(name):
                    _apply(self.files, [written for written in self.pending if written.name == name])
                    self.pending = [written for written in self.pending if written.name != name]
                case Written():
                    self.pending.append(one)

    def image(self, folder: Path, dice: random.Random) -> None:
        """Write the files as a cut right now may leave them."""
        files = {name: bytearray(content) for name, content in self.files.items()}
        _apply(files, dice.choice(_LEFT)(self.pending, dice))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)


def _torn(pending: Sequence[Written], dice: random.Random) -> list[Written]:
    """All up to one, of which only the first sectors."""
    whole = list(pending[: dice.randrange(len(pending) + 1)])
    if whole and whole[-1].data:
        last = whole.pop()
        data = last.data or b""
        whole.append(Written(last.name, last.at, data[: _SECTOR * dice.randrange(len(data) // _SECTOR + 1)]))
    return whole


def _shuffled(pending: Sequence[Written], dice: random.Random) -> list[Written]:
    """Some of it, in any order."""
    return dice.sample(list(pending), dice.randrange(len(pending) + 1))


_LEFT: tuple[Callable[[Sequence[Written], random.Random], Sequence[Written]], ...] = (
    lambda _pending, _dice: [],
    lambda pending, _dice: pending,
    lambda pending, dice: pending[: dice.randrange(len(pending) + 1)],
    lambda pending, dice: [one for one in pending if dice.random() < 0.5],
    _shuffled,
    _torn,
)


def _apply(files: dict[str, bytes | bytearray] | dict[str, bytearray], writes: Iterable[Written]) -> None:
    for one in writes:
        content = files.get(one.name)
        if not isinstance(content, bytearray):
            content = files[one.name] = bytearray(content or b"")
        end = one.at + len(one.data or b"")
        if len(content) < end:
            content.extend(bytes(end - len(content)))
        if one.data is None:
            del content[one.at :]
        else:
            content[one.at : end] = one.data


def _judge(disk: _Disk, folder: Path, dice: random.Random, outcome: Cuts) -> None:
    import sqlite3

    from faults.ledger import balance

    disk.image(folder, dice)
    outcome.cuts += 1
    try:
        found = balance(f"sqlite:///{folder}/live.db", [mail(number) for number in disk.acknowledged])
    except (sqlite3.DatabaseError, StorageError):
        outcome.damaged += 1
        return
    outcome.damaged += found.damage != "ok" or bool(found.illegal or found.duplicates)
    outcome.lost += found.lost > 0
    outcome.worst = max(outcome.worst, found.lost)
