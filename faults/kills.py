"""F1: kill -9 of the listener (and the writer in it), a worker or the workers' parent, at random moments, under senders that retry."""

import asyncio
import os
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import Session, on_the_wire
from bench.service import Running, start, write_config
from faults.ledger import Balance, balance
from storage.migrations import upgrade

_REPORT = b"""From: reader@reporter.example\r
Subject: spam from your network\r
Message-ID: <%d.%d@reporter.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=cut\r
\r
--cut\r
Content-Type: message/rfc822\r
\r
Received: from out.sender.example (out.sender.example [203.0.113.%d])\r
\tby mx.reporter.example with ESMTP id A%d; Tue, 3 Nov 2026 10:00:00 +0000\r
From: sales@sender.example\r
Subject: number %d\r
Date: Tue, 3 Nov 2026 10:00:00 +0000\r
Message-ID: <%d.%d@sender.example>\r
\r
%s\r
--cut--\r
"""


_PATIENCE_S = 60
_OFTEN = (4, 1, 1)  # of each worker, the listener, the workers' parent; the last two take a second to come back


@dataclass
class Trial:
    """One run.   kills: by what was killed.   restarts: seconds from each kill of the listener to its first answer."""

    kills: dict[str, int] = field(default_factory=dict)
    restarts: list[float] = field(default_factory=list)
    acknowledged: list[bytes] = field(default_factory=list)
    temporary: int = 0


def kill_at_random(folder: Path, *, kills: int, senders: int = 6, seed: int = 1, pause_s: float = 0.25) -> tuple[Trial, Balance]:
    """Kill that often; what was promised, and what is stored in the end."""
    upgrade(f"sqlite:///{folder}/abusedesk.db")
    trial = Trial()
    asyncio.run(_Killing(folder, trial, random.Random(seed)).run(kills, senders, pause_s))
    return trial, balance(folder / "abusedesk.db", trial.acknowledged)


class _Killing:
    def __init__(self, folder: Path, trial: Trial, dice: random.Random) -> None:
        self._folder = folder
        self._trial = trial
        self._dice = dice
        self._is_over = False
        self._running = self._start(0)
        self._port = self._running.port

    async def run(self, kills: int, senders: int, pause_s: float) -> None:
        """Send and kill until all kills are done; the senders finish their last mail."""
        sending = [asyncio.create_task(self._send(number)) for number in range(senders)]
        try:
            for _ in range(kills):
                await self._hear_of_one_more()
                await asyncio.sleep(self._dice.uniform(0, 2 * pause_s))
                await self._kill()
            self._is_over = True
            await asyncio.gather(*sending)
        finally:
            for task in sending:
                task.cancel()
            await asyncio.to_thread(self._running.stop)

    async def _hear_of_one_more(self) -> None:
        """Until a mail is acknowledged: a machine that is slow must not make the trial an empty one."""
        before = len(self._trial.acknowledged)
        async with asyncio.timeout(_PATIENCE_S):
            while len(self._trial.acknowledged) == before:
                await asyncio.sleep(0.005)

    def _start(self, port: int) -> Running:
        config = write_config(self._folder, workers=2, port=port)
        return start(["intake.cli", "serve", "--config", str(config)], log=self._folder / "serve.log")

    async def _kill(self) -> None:
        """One of the family; a listener is started again, as a supervisor would."""
        listener, *below = self._running.family
        victims = {"worker": below[1:], "listener": [listener], "nursery": below[:1]}
        kind = self._dice.choices(
            [*victims], weights=[len(family) * often for family, often in zip(victims.values(), _OFTEN, strict=True)]
        )[0]
        try:
            os.kill(self._dice.choice(victims[kind]), signal.SIGKILL)
        except ProcessLookupError:
            return await self._kill()
        self._trial.kills[kind] = self._trial.kills.get(kind, 0) + 1
        if kind == "listener":
            begun = time.monotonic()
            self._running.end()
            self._running = await asyncio.to_thread(self._start, self._port)
            self._trial.restarts.append(time.monotonic() - begun)
        return None

    async def _send(self, sender: int) -> None:
        """Mail after mail, each until it is answered for good."""
        number = 0
        session: Session | None = None
        while not self._is_over:
            number += 1
            raw = _REPORT % (number, sender, number % 250, number, number, number, sender, b"buy now\r\n" * (1 + number % 400))
            stuffed = on_the_wire(raw)
            while True:
                try:
                    if session is None:
                        session = Session(self._port)
                        await asyncio.wait_for(session.open(), 5)
                    reply, _ = await asyncio.wait_for(session.send(stuffed), 30)
                except (OSError, TimeoutError):
                    if session is not None:
                        session.close()
                    session = None
                    await asyncio.sleep(0.05)
                    continue
                if reply[:1] in "25":
                    self._trial.acknowledged.append(raw)
                    break
                self._trial.temporary += 1
                await asyncio.sleep(0.05)
        if session is not None:
            session.close()
