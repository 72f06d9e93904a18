"""Deadlines that pass while nobody looks: the steps that the workflows leave to time are taken."""

import asyncio
import logging
from datetime import UTC, datetime

from sqlalchemy import Engine

from config.errors import AbuseDeskError
from storage.cases import pass_deadlines
from storage.engine import writing

log = logging.getLogger(__name__)

_EVERY_S = 300.0


async def watch_deadlines(engine: Engine) -> None:
    """Look from time to time, for ever."""
    while True:
        try:
            await asyncio.to_thread(_pass, engine)
        except AbuseDeskError as error:
            log.warning("deadlines cannot be looked at: %s", error)
        await asyncio.sleep(_EVERY_S)


def _pass(engine: Engine) -> int:
    with writing(engine) as connection:
        return pass_deadlines(connection, datetime.now(UTC))
