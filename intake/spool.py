"""Where the bytes of a mail wait: in memory while they are few, else in a file without a name.

So the listener's memory does not grow with the mails it is being sent, and a mail that never ends leaves nothing behind.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import IO

MEMORY_BYTES = 131_072  # most mails; hundreds of sessions may hold that much at the same time
_WRITE_BYTES = 262_144


class Spool:
    """The bytes of one mail, written once, then read.

    folder: where large mails go; None for the system's.   Nothing here is durable: that is the store's business.
    """

    __slots__ = ("size", "_folder", "_chunks", "_held", "_file")

    def __init__(self, folder: Path | None = None) -> None:
        self.size = 0
        self._folder = folder
        self._chunks: list[bytes] = []
        self._held = 0
        self._file: IO[bytes] | None = None

    def file(self) -> IO[bytes] | None:
        """The file, at its beginning, when everything is written; None when the mail fits into memory."""
        if self._file is not None:
            self._flush()
            self._file.seek(0)
        return self._file

    async def write(self, chunk: bytes) -> None:
        """Add bytes.   Raises OSError when the disk does not take them."""
        self.hold(chunk)
        if self._held > (_WRITE_BYTES if self._file else MEMORY_BYTES):
            await asyncio.get_running_loop().run_in_executor(None, self._flush)

    def hold(self, chunk: bytes) -> None:
        """Add bytes that are in memory anyway."""
        self._chunks.append(chunk)
        self._held += len(chunk)
        self.size += len(chunk)

    def read(self) -> bytes:
        """The whole mail."""
        if self._file is None:
            if len(self._chunks) != 1:
                self._chunks = [b"".join(self._chunks)]
            return self._chunks[0]
        self._flush()
        self._file.seek(0)
        return self._file.read()

    def beginning(self, most: int) -> bytes:
        """The first bytes of the mail, at most so many."""
        if self._file is not None:
            self._flush()
            self._file.seek(0)
            return self._file.read(most)
        return self.read()[:most]

    def drop(self) -> None:
        """Throw everything away."""
        self._chunks.clear()
        self._held = self.size = 0
        if self._file is not None:
            self._file.close()
            self._file = None

    def _flush(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 closed by drop()
        waiting = memoryview(b"".join(self._chunks))
        self._chunks.clear()
        self._held = 0
        while waiting:
            waiting = waiting[self._file.write(waiting) :]
