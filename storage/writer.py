"""Group commit: one thread takes what is queued, makes it durable in one transaction, then releases all who wait for it.

There is no timer: a single session gets its answer as soon as the disk has it, twenty share a flush by themselves.
"""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from config.errors import StorageBusy, StorageError, StorageFull
from storage.entry import Entry
from storage.failures import SchemaDiffers, SchemaMissing, StorageBroken
from storage.lane import BUSY_TIMEOUT_MS, Lane
from storage.lanes import open_lane
from storage.recorded import Recorded
from storage.recording import record_group

GROUP = 128
GROUP_BYTES = 16_777_216  # of raw mail; a group of the largest mails would keep all others waiting

_NO_ENTRY_IS_AT_FAULT = (StorageBusy, StorageFull, StorageBroken, SchemaMissing, SchemaDiffers)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An entry, and whoever waits for it."""

    entry: Entry
    recorded: "Future[Recorded]" = field(default_factory=Future)

    def is_recorded(self, recorded: Recorded) -> None:
        """Release the waiting one."""
        self.recorded.set_result(recorded)

    def has_failed(self, error: StorageError) -> None:
        """Tell the waiting one; each gets an exception of its own, since raising changes it."""
        self.recorded.set_exception(type(error)(*error.args))


class Writer:
    """The one writer of a process.

    A locked, full or absent store fails those who wait with StorageBusy or StorageFull; the next group finds out anew, so that
    nothing needs a restart. After an error of the disk itself nothing is believed any more: StorageBroken until a restart.
    """

    def __init__(self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        """Raises ConfigError for a URL of another kind; connects with the first entry."""
        self._lane: Lane = open_lane(url, busy_timeout_ms=busy_timeout_ms)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._lock = threading.Lock()
        self._is_open = False
        self._broken: StorageBroken | None = None

    def start(self) -> None:
        """Begin to write."""
        self._is_open = True
        self._thread.start()

    def submit(self, entry: Entry) -> "Future[Recorded]":
        """Queue an entry; what comes is set when it is durable.   Never blocks, cannot be cancelled.

        The future raises StorageBusy, StorageFull (try again later), StorageBroken, or StorageError (this entry cannot be stored).
        """
        waiting = _Waiting(entry)
        waiting.recorded.set_running_or_notify_cancel()  # from here on a caller who gives up does not undo a commit
        with self._lock:
            if self._is_open:
                self._queue.put(waiting)
            else:
                waiting.has_failed(StorageBusy("the writer is closed"))
        return waiting.recorded

    @property
    def backlog(self) -> int:
        """How many entries wait, about."""
        return self._queue.qsize()

    def close(self) -> None:
        """Write what is queued, then end."""
        with self._lock:
            was_open, self._is_open = self._is_open, False
            if was_open:
                self._queue.put(None)
        if was_open:
            self._thread.join()

    def _run(self) -> None:
        try:
            while group := self._next_group():
                self._write(group)
        finally:
            self._lane.close()

    def _next_group(self) -> list[_Waiting]:
        """What is queued, at least one and not too much; nothing at the end."""
        group: list[_Waiting] = []
        size = 0
        while len(group) < GROUP and size < GROUP_BYTES:
            try:
                waiting = self._queue.get(block=not group)
            except queue.Empty:
                break
            if waiting is None:
                self._queue.put(None)  # the end is found again after this group
                break
            group.append(waiting)
            size += len(waiting.entry.frame)
        return group

    def _write(self, group: Sequence[_Waiting]) -> None:
        """Make a group durable; when one entry's data spoils it, each by itself."""
        if self._broken:
            _fail(group, self._broken)
            return
        try:
            recorded = record_group(self._lane, [waiting.entry for waiting in group])
        except _NO_ENTRY_IS_AT_FAULT as error:
            self._give_up(group, error)
        except Exception as error:  # the thread must outlive anything that an entry can hold
            self._write_singly(group, error)
        else:
            for waiting, one in zip(group, recorded, strict=True):
                waiting.is_recorded(one)

    def _write_singly(self, group: Sequence[_Waiting], error: Exception) -> None:
        if len(group) > 1:
            for waiting in group:
                self._write([waiting])
        else:
            _fail(group, error if isinstance(error, StorageError) else StorageError("the entry cannot be stored"))

    def _give_up(self, group: Sequence[_Waiting], error: StorageError) -> None:
        """Fail the group and all who queued up meanwhile: they have waited as long."""
        if isinstance(error, StorageBroken):
            self._broken = error
        self._lane.close()
        _fail(group, error)
        for _ in range(self._queue.qsize()):
            waiting = self._queue.get()
            if waiting is None:
                self._queue.put(None)
                break
            _fail([waiting], error)


def _fail(group: Sequence[_Waiting], error: StorageError) -> None:
    for waiting in group:
        waiting.has_failed(error)
