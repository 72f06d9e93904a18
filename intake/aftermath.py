"""What is done after the answer, beside the service: registries are asked, letters written, other systems told."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from config.errors import AbuseDeskError
from config.policy import Policy
from config.settings import Settings
from intake.outside import lookups_of
from notices.post_room import Clerk, PostRoom
from notices.registries import Registries, WithNetworks
from routing.facts import Lookups

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger(__name__)

_ASK_ANNOUNCED_S = 86_400.0


class Aftermath:
    """One for a process.   lookups: those of the settings, with what is known of networks elsewhere."""

    def __init__(self, settings: Settings, policy: Policy) -> None:
        self._settings = settings
        self._policy = policy
        self._registries = Registries(settings.lookups, policy) if policy.asks_registries else None
        plain = lookups_of(settings)
        self.lookups: Lookups = WithNetworks(plain, self._registries) if self._registries else plain
        self._clerks: dict[str, Clerk] = {}
        self._work: list[asyncio.Task[None]] = []

    async def prepare(self) -> None:
        """Try everything that letters and webhooks need, before any mail is taken.   Raises ConfigError."""
        from storage.engine import open_engine
        from storage.errands import NETWORK, NOTICE, WEBHOOK

        settings, policy = self._settings, self._policy
        engine = open_engine(settings.storage.url)
        if self._registries is not None:
            from notices.enquiry import Enquiry

            await asyncio.to_thread(self._registries.prepare)
            self._clerks[NETWORK] = Enquiry(engine, self._registries)
        if policy.sends_notices:
            from notices.correspondent import Correspondent, open_office
            from notices.vouching import Vouching

            vouching = Vouching(self.lookups, settings.lookups, policy)
            office = await asyncio.to_thread(open_office, settings.notices, policy, vouching, self._registries, datetime.now(UTC))
            self._clerks[NOTICE] = Correspondent(engine, office)
        if policy.tells_systems:
            from notices.webhook import Webhooks

            self._clerks[WEBHOOK] = Webhooks(engine, settings.notices)

    def start(self) -> None:
        """Begin to do errands, where there can be any."""
        if self._clerks:
            self._work.append(asyncio.create_task(PostRoom(self._settings.storage.url, self._clerks).run()))
        lookups = self._settings.lookups
        if self._settings.network.asns and lookups.dns and lookups.rdap and lookups.whois:
            self._work.append(asyncio.create_task(self._ask_announced()))

    async def stop(self) -> None:
        """Leave what is not done to the next start."""
        for work in self._work:
            work.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        if self._registries is not None:
            self._registries.close()

    async def _ask_announced(self) -> None:
        """Once a day: what our autonomous systems announce, for a person to confirm; verdicts do not know of it."""
        from notices.announced import ask_announced
        from storage.engine import open_engine

        engine = open_engine(self._settings.storage.url)
        try:
            while True:
                await self._ask_once(ask_announced, engine)
                await asyncio.sleep(_ASK_ANNOUNCED_S)
        finally:
            engine.dispose()

    async def _ask_once(self, ask: "Callable[[Settings, Engine, datetime], list[str]]", engine: "Engine") -> None:
        try:
            problems = await asyncio.to_thread(ask, self._settings, engine, datetime.now(UTC))
        except AbuseDeskError as error:
            problems = [str(error)]
        for problem in problems:
            log.warning("announced networks: %s", problem)
