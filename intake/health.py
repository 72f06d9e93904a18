"""Whether the service is well: /livez, /readyz and /metrics on a small listener of their own, and systemd's watchdog.

A few bytes of HTTP are all that is read, and every connection ends after one answer.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from config.errors import AbuseDeskError
from config.values import Endpoint
from intake.metrics import CONTENT_TYPE, Metrics
from intake.pool import Pool
from intake.sockets import notify
from storage.engine import reading

_REQUEST_BYTES = 4_096
_REQUEST_S = 5.0
_STORE_S = 2.0

Answered = tuple[int, str, bytes]  # status, content type, body


@dataclass(frozen=True, kw_only=True)
class Health:
    """How one service is.   folder: that must have needed_bytes free; None where the store is elsewhere."""

    pool: Pool
    engine: Engine
    metrics: Metrics
    folder: Path | None
    needed_bytes: int

    async def problems(self) -> list[str]:
        """Why it is not ready to take mail; nothing when it is."""
        found = [] if self.pool.process_ids else ["there is no worker"]
        if self.folder is not None and shutil.disk_usage(self.folder).free < self.needed_bytes:
            found.append("the disk is full")
        try:
            await asyncio.wait_for(asyncio.to_thread(self._ask_store), _STORE_S)
        except (AbuseDeskError, TimeoutError):
            found.append("the store does not answer")
        return found

    def _ask_store(self) -> None:
        with reading(self.engine) as connection:
            connection.execute(text("SELECT 1"))

    async def answer(self, path: str) -> Answered:
        """What is said to a path."""
        match path:
            case "/livez":
                return 200, "text/plain", b"alive\n"
            case "/readyz" | "/healthz":
                problems = await self.problems()
                return 503 if problems else 200, "text/plain", ("\n".join(problems or ["ready"]) + "\n").encode()
            case "/metrics":
                return 200, CONTENT_TYPE, await asyncio.to_thread(self.metrics.text)
            case _:
                return 404, "text/plain", b"/livez /readyz /metrics\n"


class HealthListener:
    """Serves that on some addresses."""

    def __init__(self, health: Health, endpoints: tuple[Endpoint, ...]) -> None:
        self._answer = health.answer
        self._endpoints = endpoints
        self._servers: list[asyncio.Server] = []

    @property
    def addresses(self) -> tuple[Endpoint, ...]:
        """Where it is served."""
        return tuple(Endpoint(*one.getsockname()[:2]) for server in self._servers for one in server.sockets)

    async def start(self) -> None:
        """Raises OSError when an address is not to be had."""
        for endpoint in self._endpoints:
            self._servers.append(await asyncio.start_server(self._serve, endpoint.host, endpoint.port, limit=_REQUEST_BYTES))

    async def stop(self) -> None:
        """Serve no more."""
        for server in self._servers:
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.wait_for(_exchange(reader, writer, self._answer), _REQUEST_S)
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            pass  # whoever asked is gone, slow, or says something else than HTTP
        finally:
            writer.close()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answering: Callable[[str], Awaitable[Answered]]) -> None:
    line = await reader.readline()
    while (await reader.readline()).strip():
        pass
    method, _, rest = line.decode("latin-1").partition(" ")
    path = rest.partition(" ")[0].partition("?")[0]
    status, content_type, body = await answering(path) if method in ("GET", "HEAD") else (405, "text/plain", b"GET only\n")
    head = f"HTTP/1.0 {status} {'OK' if status == 200 else 'not OK'}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode("latin-1") + (b"" if method == "HEAD" else body))
    await writer.drain()


async def keep_watchdog(health: Health) -> None:
    """Tell systemd twice in its watchdog's time that the loop runs and the service is ready; it restarts one that says nothing."""
    microseconds = int(os.environ.get("WATCHDOG_USEC", "0") or 0)
    while microseconds:
        if not await health.problems():
            notify("WATCHDOG=1")
        await asyncio.sleep(microseconds / 2_000_000)
