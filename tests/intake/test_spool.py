"""Where bytes wait."""

import asyncio
from pathlib import Path

from intake.spool import MEMORY_BYTES, Spool


def filled(folder: Path, *chunks: bytes) -> Spool:
    spool = Spool(folder)

    async def fill() -> None:
        for chunk in chunks:
            await spool.write(chunk)

    asyncio.run(fill())
    return spool


def test_few_bytes_stay_in_memory(tmp_path: Path) -> None:
    spool = filled(tmp_path, b"a" * (MEMORY_BYTES - 1), b"b")
    assert spool.file() is None
    assert (spool.size, spool.read()) == (MEMORY_BYTES, b"a" * (MEMORY_BYTES - 1) + b"b")


def test_many_go_to_a_file_that_nobody_sees(tmp_path: Path) -> None:
    spool = filled(tmp_path, b"a" * MEMORY_BYTES, b"b", b"c")
    file = spool.file()
    assert file is not None
    assert file.read() == spool.read() == b"a" * MEMORY_BYTES + b"bc"
    assert not list(tmp_path.iterdir())
    spool.drop()
    assert (spool.size, spool.read()) == (0, b"")
