"""What is done after the answer, beside the service: registries are asked, letters written, other systems told."""

import asyncio
from datetime import UTC, datetime

from config.policy import Policy
from config.settings import Settings
from intake.outside import lookups_of
from notices.post_room import Clerk, PostRoom
from notices.registries import Registries, WithNetworks
from routing.facts import Lookups


class Aftermath:
    """One for a process.   lookups: those of the settings, with what is known of networks elsewhere."""

    def __init__(self, settings: Settings, policy: Policy) -> None:
        self._settings = settings
        self._policy = policy
        self._registries = Registries(settings.lookups, policy) if policy.asks_registries else None
        plain = lookups_of(settings)
        self.lookups: Lookups = WithNetworks(plain, self._registries) if self._registries else plain
        self._clerks: dict[str, Clerk] = {}
        self._work: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Try everything that letters and webhooks need, before any mail is taken.   Raises ConfigError."""
        from storage.engine import open_engine
        from storage.errands import NETWORK, NOTICE, WEBHOOK

        settings, policy = self._settings, self._policy
        engine = open_engine(settings.storage.url)
        if self._registries is not None:
            from notices.enquiry import Enquiry

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
            self._work = asyncio.create_task(PostRoom(self._settings.storage.url, self._clerks).run())

    async def stop(self) -> None:
        """Leave what is not done to the next start."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        if self._registries is not None:
            self._registries.close()
