"""The clerk for networks: asks the registries, after the answer, whose network it is, and keeps that with the verdict for the desk."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine

from notices.post_room import Later
from notices.registries import Registries
from routing.facts import Known, NetworkAnswer
from storage.engine import reading, writing
from storage.networks import accused_addresses, add_networks

_ASKED = 3  # as many as a refusal names


class Enquiry:
    """Does errands of the kind "network"."""

    def __init__(self, engine: Engine, registries: Registries) -> None:
        self._engine = engine
        self._registries = registries

    async def run(self, submission_id: int, now: datetime) -> None:
        """Ask and keep what is known then.   Raises Later when no registry answered, StorageError and its kin."""
        addresses = await asyncio.to_thread(self._addresses, submission_id)
        answers = dict(zip(addresses, await asyncio.gather(*map(self._registries.find, addresses)), strict=True))
        if found := {ip: one for ip, one in answers.items() if one.known is Known.FOUND}:
            await asyncio.to_thread(self._keep, submission_id, found)
        if any(one.known is Known.UNKNOWN for one in answers.values()):
            raise Later("a registry did not answer")

    def _addresses(self, submission_id: int) -> Sequence[str]:
        with reading(self._engine) as connection:
            return accused_addresses(connection, submission_id, _ASKED)

    def _keep(self, submission_id: int, found: Mapping[str, NetworkAnswer]) -> None:
        with writing(self._engine) as connection:
            add_networks(connection, submission_id, found)
