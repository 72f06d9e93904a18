"""The running service: listener, workers, look-ups, writer and background work in one process tree, started and stopped in order."""

import asyncio
import logging
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from config.settings import Settings
from config.values import Endpoint
from intake.answering import Answering
from intake.boxes import boxes_of
from intake.gate import Gate, Space
from intake.hatch import Hatch
from intake.health import Health, HealthListener, keep_watchdog
from intake.house import House
from intake.listener import Listener
from intake.mailbox import Watch
from intake.metrics import Metrics
from intake.outside import lookups_of
from intake.pool import Pool
from intake.reception import Reception
from intake.sockets import notify
from intake.store import ready_store
from intake.tls import tls_context
from routing.facts import Lookups
from storage.engine import open_engine
from storage.sqlite_file import path_of
from storage.writer import Writer

log = logging.getLogger(__name__)

_STOP_S = 30.0  # for mails that are under way


class Service:
    """Everything that `serve` runs, with the given workers."""

    def __init__(self, settings: Settings, pool: Pool, lookups: Lookups | None = None) -> None:
        """lookups: those of the settings where there are no others.   Raises ConfigError."""
        self._settings = settings
        self._pool = pool
        self._writer = Writer(settings.storage.url)
        self._engine = open_engine(settings.storage.url)
        self._metrics = Metrics(pool, self._writer, self._engine)
        self._reception = Reception(
            pool,
            lookups or lookups_of(settings),
            self._metrics.metered(self._writer),
            verdict_timeout_s=settings.smtp.verdict_timeout_s,
            max_waiting=settings.smtp.max_waiting,
            answering=Answering(settings.storage.url, settings.limits),
        )
        self._watches = [Watch(box, self._reception, settings.mailbox, settings.limits) for box in boxes_of(settings)]
        house = self._house()
        self._listener = Listener(house)
        self._hatch = Hatch(house, settings.storage.url)
        self._health = HealthListener(self.health, settings.operation.listen)
        self._background: set[asyncio.Task[None]] = set()

    @property
    def addresses(self) -> tuple[Endpoint, ...]:
        """Where SMTP is listened for."""
        return self._listener.addresses

    @property
    def health(self) -> Health:
        """How it is."""
        return Health(
            pool=self._pool,
            engine=self._engine,
            metrics=self._metrics,
            folder=self._folder(),
            needed_bytes=self._settings.smtp.max_message_bytes * 3 // 2,
        )

    @property
    def health_addresses(self) -> tuple[Endpoint, ...]:
        """Where it says how it is."""
        return self._health.addresses

    async def start(self) -> None:
        """Start: whatever could fail first, the sockets last.   Raises ConfigError, StorageError and its kin, OSError."""
        await asyncio.gather(asyncio.to_thread(ready_store, self._settings.storage.url), self._pool.start())
        self._writer.start()
        await self._health.start()
        await self._listener.start()
        await self._hatch.start()
        notify("READY=1")
        self._begin(keep_watchdog(self.health))
        self._begin(self._decide_leftovers())
        self._begin(self._watch_deadlines())
        for watch in self._watches:
            self._begin(watch.run())

    async def stop(self) -> None:
        """Stop: no new mails, then what is under way, then everything else."""
        notify("STOPPING=1")
        await self._listener.close(within_s=_STOP_S)
        await self._hatch.close()
        for task in self._background:
            task.cancel()
        try:
            await asyncio.wait_for(self._reception.finish(), _STOP_S)
        except TimeoutError:
            log.warning("mails without a verdict are left; they are decided after the next start")
        await self._pool.close()
        await asyncio.to_thread(self._writer.close)
        await self._health.stop()
        self._engine.dispose()

    async def _decide_leftovers(self) -> None:
        from intake.leftovers import Leftovers

        await Leftovers(self._settings.storage.url, self._reception).run()

    async def _watch_deadlines(self) -> None:
        from intake.deadlines import watch_deadlines

        await watch_deadlines(self._engine)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the background until the end."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _house(self) -> House:
        smtp, folder = self._settings.smtp, self._folder()
        return House(
            smtp=smtp,
            hostname=smtp.hostname or socket.gethostname(),
            gate=Gate(smtp),
            space=Space(folder or Path(), needed_bytes=smtp.max_message_bytes * 3 // 2),
            reception=self._reception,
            spool_folder=folder,
            tls=tls_context(smtp),
        )

    def _folder(self) -> Path | None:
        """Where the store is a file: that file's folder."""
        url = self._settings.storage.url
        return path_of(url).parent if url.startswith("sqlite") else None
