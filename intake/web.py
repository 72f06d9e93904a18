"""The review page beside the listener: the desk's application on a socket of its own, in the same loop."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette

from config.policy import Policy
from config.sections import Settings
from config.values import Endpoint
from intake.arrival import arrival_of
from intake.outside import lookups_of
from intake.pool import Pool
from intake.replay import redecide_with
from parsers.submission import Door, Submission
from review.app import create_app
from review.asked import Explain
from routing.document import Document
from storage.entry import Entry

_STOP_S = 5


class Web:
    """The review page while it is served."""

    def __init__(self, settings: Settings, policy: Policy, pool: Pool) -> None:
        self._endpoint = settings.web.listen
        self._app = web_app(settings, policy, explain_with(settings, pool))
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{self._endpoint}/"

    async def start(self) -> None:
        """Listen and serve.   Raises OSError when the address is not to be had."""
        family = socket.AF_INET6 if ":" in self._endpoint.host else socket.AF_INET
        listening = socket.create_server(self._endpoint, family=family)
        self._endpoint = Endpoint(*listening.getsockname()[:2])
        config = uvicorn.Config(
            self._app,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=_STOP_S,
            h11_max_incomplete_event_size=65_536,
        )
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))

    async def stop(self) -> None:
        """Finish what is asked, then end."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
        self._app.state.desk.engine.dispose()


class _Server(uvicorn.Server):
    """uvicorn, but signals are the service's own business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


def web_app(settings: Settings, policy: Policy, explain: Explain) -> Starlette:
    """The application, deciding as the doors do."""
    return create_app(settings, policy, explain=explain, redecide=redecide_with(policy))


def explain_with(settings: Settings, pool: Pool) -> Explain:
    """How the scan box has a mail decided: by the workers, within their limits, and nothing is stored."""
    lookups = lookups_of(settings)

    async def explain(raw: bytes, door: Door) -> Document:
        submission = Submission(raw=raw, door=door, arrived_at=datetime.now(UTC), name="scan")
        return document_of(await pool.decide(arrival_of(submission), lookups))

    return explain


def document_of(entry: Entry) -> Document:
    """An entry's document; of a mail that could not be read, the little that there is."""
    document: dict[str, Any] = json.loads(entry.document)
    unread = {
        "verdict": str(entry.verdict or ""),
        "reason": str(entry.reason or ""),
        "event": str(entry.event or ""),
        "answer": {"smtp": entry.answer},
        "reports": [],
        "trace": [],
    }
    return unread | document
