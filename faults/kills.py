"""F1: kill -9 of a listener (and the writer in it), a worker or the workers' parent, at random moments, under senders that retry.

With several nodes on one store, a sender whose node is gone goes to the next, as it would by MX records.
"""

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


def kill_at_random(
    folder: Path, *, kills: int, store: str = "", nodes: int = 1, senders: int = 6, seed: int = 1, pause_s: float = 0.25
) -> tuple[Trial, Balance]:
    """Kill that often; what was promised, and what is stored in the end.   store: a URL, else a SQLite file in the folder."""
    store = store or f"sqlite:///{folder}/abusedesk.db"
    upgrade(store)
    trial = Trial()
    asyncio.run(_Killing(folder, store, trial, random.Random(seed)).run(nodes, kills, senders, pause_s))
    return trial, balance(store, trial.acknowledged)


class _Killing:
    def __init__(self, folder: Path, store: str, trial: Trial, dice: random.Random) -> None:
        self._folder = folder
        self._store = store
        self._trial = trial
        self._dice = dice
        self._is_over = False
        self._nodes: list[Running] = []

    async def run(self, nodes: int, kills: int, senders: int, pause_s: float) -> None:
        """Send and kill until all kills are done; the senders finish their last mail."""
        self._nodes = [self._start(number, 0) for number in range(nodes)]
        sending = [asyncio.create_task(self._send(number)) for number in range(senders)]
        try:
            for _ in range(kills):
                await self._hear_of_one_more()
                await asyncio.sleep(self._dice.uniform(0, 2 * pause_s))
                await self._kill(self._dice.randrange(nodes))
            self._is_over = True
            await asyncio.gather(*sending)
        finally:
            for task in sending:
                task.cancel()
            for node in self._nodes:
                await asyncio.to_thread(node.stop)

    async def _hear_of_one_more(self) -> None:
        """Until a mail is acknowledged: a machine that is slow must not make the trial an empty one."""
        before = len(self._trial.acknowledged)
        async with asyncio.timeout(_PATIENCE_S):
            while len(self._trial.acknowledged) == before:
                await asyncio.sleep(0.005)

    def _start(self, node: int, port: int) -> Running:
        config = write_config(self._folder, store=self._store, workers=2, port=port, name=f"node{node}.toml")
        return start(["intake.cli", "serve", "--config", str(config)], log=self._folder / "serve.log")

    async def _kill(self, node: int) -> None:
        """One of a node's family; a listener is started again, as a supervisor would."""
        running = self._nodes[node]
        listener, *below = running.family
        victims = {"worker": below[1:], "listener": [listener], "nursery": below[:1]}
        kind = self._dice.choices(
            [*victims], weights=[len(family) * often for family, often in zip(victims.values(), _OFTEN, strict=True)]
        )[0]
        try:
            os.kill(self._dice.choice(victims[kind]), signal.SIGKILL)
        except ProcessLookupError:
            return await self._kill(node)
        self._trial.kills[kind] = self._trial.kills.get(kind, 0) + 1
        if kind == "listener":
            begun = time.monotonic()
            running.end()
            self._nodes[node] = await asyncio.to_thread(self._start, node, running.port)
            self._trial.restarts.append(time.monotonic() - begun)
        return None

    async def _send(self, sender: int) -> None:
        """Mail after mail, each until it is answered for good."""
        number = 0
        session: Session | None = None
        turn = sender
        while not self._is_over:
            number += 1
            raw = _REPORT % (number, sender, number % 250, number, number, number, sender, b"buy now\r\n" * (1 + number % 400))
            stuffed = on_the_wire(raw)
            while True:
                try:
                    if session is None:
                        session = Session(self._nodes[turn % len(self._nodes)].port)
                        await asyncio.wait_for(session.open(), 5)
                    reply, _ = await asyncio.wait_for(session.send(stuffed), 30)
                except (OSError, TimeoutError):
                    if session is not None:
                        session.close()
                    session = None
                    turn += 1
                    await asyncio.sleep(0.05)
                    continue
                if reply[:1] in "25":
                    self._trial.acknowledged.append(raw)
                    break
                self._trial.temporary += 1
                await asyncio.sleep(0.05)
        if session is not None:
            session.close()
