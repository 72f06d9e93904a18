"""Mails that were answered without a verdict, by this process before it ended or by one that died: they are decided now."""

import asyncio
import logging
import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from config.errors import AbuseDeskError
from intake.arrival import Arrival, arrival_of
from intake.reception import Reception
from storage.engine import open_engine, reading, writing
from storage.errands import DECIDE
from storage.outbox import claim
from storage.submissions import stored_submission

log = logging.getLogger(__name__)

_EVERY_S = 30.0
_GRACE = timedelta(seconds=60)  # whoever took it in is likely to decide it still
_LEASE = timedelta(minutes=5)


class Leftovers:
    """The errands that a late verdict leaves behind.   Any number of processes may share them."""

    def __init__(self, url: str, reception: Reception) -> None:
        self._engine = open_engine(url)
        self._reception = reception
        self._holder = f"{socket.gethostname()}/{os.getpid()}"

    async def run(self) -> None:
        """Look for them from time to time, for ever."""
        while True:
            try:
                await self.decide_due(_GRACE)
            except AbuseDeskError as error:
                log.warning("what was left undecided cannot be looked for: %s", error)
            await asyncio.sleep(_EVERY_S)

    async def decide_due(self, grace: timedelta = timedelta()) -> int:
        """Decide what has been waiting for longer than grace; how many they were.   Raises StorageError and its kin."""
        arrivals = await asyncio.to_thread(self._claim, grace)
        for arrival in arrivals:
            await self._reception.settle(arrival)
        return len(arrivals)

    def _claim(self, grace: timedelta) -> Sequence[Arrival]:
        moment = datetime.now(UTC) - grace
        with writing(self._engine) as connection:
            errands = claim(connection, DECIDE, holder=self._holder, now=moment, lease=grace + _LEASE)
        with reading(self._engine) as connection:
            return [arrival_of(stored_submission(connection, errand.submission_id)) for errand in errands]
