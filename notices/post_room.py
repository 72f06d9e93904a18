"""The post room: does the errands that a verdict or a person leaves behind, as often as it takes, and says what could not be done.

Any number of processes may share the errands. A process that dies between the smarthost's 250 and its own commit has the letter
sent again, with the same Message-ID.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from config.errors import AbuseDeskError
from storage.engine import open_engine, writing
from storage.outbox import Errand, claim, finish, put_off

log = logging.getLogger(__name__)

_EVERY_S = 5.0
_LEASE = timedelta(minutes=10)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=4)
_AT_ONCE = 10


class Later(AbuseDeskError):
    """It cannot be done now; the message says why."""


class Clerk(Protocol):
    """Whoever does one kind of errand."""

    async def run(self, submission_id: int, now: datetime) -> None:
        """Do it; doing it twice does no harm.   Raises Later and other AbuseDeskErrors to be asked again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one round came to."""

    done: int = 0
    put_off: int = 0


def pause_after(attempts: int) -> timedelta:
    """How long to wait after that many attempts: a minute, twice that, ... up to four hours."""
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, 20)), _LONGEST_PAUSE)


class PostRoom:
    """clerks: by the kind of errand that they do.   clock: what time it is, aware."""

    def __init__(self, url: str, clerks: Mapping[str, Clerk], *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = open_engine(url)
        self._clerks = clerks
        self._clock = clock
        self._holder = f"{socket.gethostname()}/{os.getpid()}"

    async def run(self) -> None:
        """Look for errands from time to time, for ever."""
        while True:
            try:
                while (await self.round()).done:
                    pass
            except AbuseDeskError as error:
                log.warning("errands cannot be looked for: %s", error)
            except Exception:  # what one errand does must not end all others
                log.exception("a round of errands failed")
            await asyncio.sleep(_EVERY_S)

    def close(self) -> None:
        """Let go of the store."""
        self._engine.dispose()

    async def round(self) -> Tally:
        """Do what is due now, once.   Raises StorageError and its kin."""
        done = later = 0
        for kind, clerk in self._clerks.items():
            for errand in await asyncio.to_thread(self._claim, kind):
                if await self._do(clerk, errand):
                    done += 1
                else:
                    later += 1
        return Tally(done=done, put_off=later)

    def _claim(self, kind: str) -> Sequence[Errand]:
        with writing(self._engine) as connection:
            return claim(connection, kind, holder=self._holder, now=self._clock(), lease=_LEASE, limit=_AT_ONCE)

    async def _do(self, clerk: Clerk, errand: Errand) -> bool:
        now = self._clock()
        try:
            await clerk.run(errand.submission_id, now)
        except Exception as error:  # one that cannot be done must not keep the others waiting
            log.log(logging.INFO if isinstance(error, AbuseDeskError) else logging.ERROR, "%s: %s", errand.kind, error)
            await asyncio.to_thread(self._settle, put_off, errand, until=now + pause_after(errand.attempts), error=str(error))
            return False
        await asyncio.to_thread(self._settle, finish, errand, now=now)
        return True

    def _settle(self, settle: Callable[..., None], errand: Errand, **how: Any) -> None:
        with writing(self._engine) as connection:
            settle(connection, errand, **how)
