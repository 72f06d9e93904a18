"""`retain`: what has been kept long enough is erased, or only counted; and the service's own run, once a day."""

import asyncio
import json
import logging
import sys
import threading
from argparse import Namespace
from datetime import UTC, datetime
from getpass import getuser

from config.errors import AbuseDeskError, ConfigError
from config.sections import Settings
from config.settings import load_settings
from intake.exits import Exit
from intake.progress import Progress
from storage.audit import Act
from storage.engine import open_engine, reading
from storage.forecast import Forecast, count_anew
from storage.retention import EVERY, is_run_due, retain, rules_of

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 600.0
_FIRST_LOOK_S = 60.0  # after the start, when everything else has found its pace


class Keeper:
    """The service's own run: once a day, where the settings have a rule.   Any number of processes may share a store."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.retention
        self._engine = open_engine(settings.storage.url)
        self._is_stopping = threading.Event()
        self._work: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look, where there is anything to look for."""
        if rules_of(self._settings):
            self._work = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End after the slice that is under way; the next start goes on."""
        self._is_stopping.set()
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        self._engine.dispose()

    def run_if_due(self, now: datetime) -> int | None:
        """Erase what has run out, unless a run ended within a day, and count what the next run would.

        How many were erased, None when no run was due.   Raises StorageError and its kin.
        """
        with reading(self._engine) as connection:
            if not is_run_due(connection, self._settings, now):
                return None
        erased, act = 0, Act(actor="retention", at=now)
        for done in retain(self._engine, self._settings, now, act):
            erased += len(done.erased)
            if self._is_stopping.is_set():
                return erased
        log.info("retention: %d erased", erased)
        count_anew(self._engine, self._settings, now + EVERY, act)
        return erased

    async def _run(self) -> None:
        pause = _FIRST_LOOK_S
        while True:
            await asyncio.sleep(pause)
            pause = _LOOK_EVERY_S
            try:
                await asyncio.to_thread(self.run_if_due, datetime.now(UTC))
            except AbuseDeskError as error:
                log.warning("retention: %s", error)
            except Exception:  # the next look may find what this one could not do
                log.exception("retention failed")


def retain_command(parsed: Namespace) -> int:
    """Say what would be erased, or erase it.   Raises ConfigError where no rule is configured, StorageError and its kin."""
    settings = load_settings(parsed.config)
    if not rules_of(settings.retention):
        raise ConfigError("retention: nothing is configured; everything is kept for ever")
    engine = open_engine(settings.storage.url)
    now = datetime.now(UTC)
    act = Act(actor=getuser(), at=now)
    try:
        expected = count_anew(engine, settings.retention, now, act)
        if parsed.dry_run:
            _print_forecast(expected, as_json=parsed.json)
            return Exit.OK
        erased = 0
        with Progress(total=sum(one.raw_bytes for one in expected.due) if sys.stderr.isatty() else 0) as progress:
            for done in retain(engine, settings.retention, now, act):
                erased += len(done.erased)
                progress.advance(done.raw_bytes, erased)
        count_anew(engine, settings.retention, now + EVERY, act)
        print(json.dumps({"erased": erased, "held": expected.held}) if parsed.json else f"{erased} erased, {expected.held} held")
    finally:
        engine.dispose()
    return Exit.OK


def _print_forecast(expected: Forecast, *, as_json: bool) -> None:
    for one in expected.due:
        line = {name: getattr(one, name) for name in one.__slots__}
        rule = f"{one.rule} after {one.days} days"
        print(json.dumps(line) if as_json else f"{one.submissions:9,}  {one.verdict} {one.reason:24} {rule:32} {one.raw_bytes:,} bytes")
    total = {"submissions": expected.submissions, "held": expected.held}
    print(json.dumps(total) if as_json else f"{expected.submissions:9,}  would be erased; {expected.held:,} stay because they are held")
