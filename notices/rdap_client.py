"""EDGE: one JSON document from a registry's server (RFC 7480), however slow, large or misled that server is.

Only servers that are allowed are ever connected to, also after a redirection; a deadline holds for the whole of it, and whoever
sends more than MAX_BYTES is not listened to. Blocking: called in a thread.
"""

import json
import socket
import ssl
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urljoin, urlsplit

from config.errors import LookupFailed
from notices.breaker import Breakers
from notices.no_answer import why_no_answer

MAX_BYTES = 262_144  # several times what registries send; what is read beside the mails must be read in milliseconds
MAX_REDIRECTS = 4
_CHUNK_BYTES = 65_536
_REDIRECTIONS = (301, 302, 303, 307, 308)
_HEADERS = {"Accept": "application/rdap+json, application/json", "User-Agent": "abusedesk", "Accept-Encoding": "identity"}


class NotRegistered(LookupFailed):
    """The registry says that it knows nothing of that address (404)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Whom to ask.   first: the URL that addresses are appended to.   others: hosts, with a port if not the usual, to be led on to."""

    first: str
    others: Collection[str]
    breakers: Breakers = field(default_factory=Breakers)

    def may_ask(self, url: str) -> bool:
        """Whether a URL leads to a server that is allowed; without TLS only where the first one has none."""
        asked, first = urlsplit(url), urlsplit(self.first)
        if asked.scheme not in ("https", first.scheme) or asked.username is not None:
            return False
        return asked.netloc.lower() in {first.netloc.lower(), *self.others}


def fetch_json(servers: Servers, url: str, deadline_s: float) -> Any:
    """The document at a URL.   Raises LookupFailed, NotRegistered."""
    ends_at = time.monotonic() + deadline_s
    for _ in range(MAX_REDIRECTS + 1):
        if not servers.may_ask(url):
            raise LookupFailed(f"{urlsplit(url).netloc[:100]} is no server that may be asked")
        led_to, document = _ask(servers.breakers, url, ends_at)
        if not led_to:
            return document
        url = urljoin(url, led_to)
    raise LookupFailed("led on too often")


def _ask(breakers: Breakers, url: str, ends_at: float) -> tuple[str, Any]:
    """Where the server leads to, or else its document."""
    server = urlsplit(url).netloc.lower()
    if breakers.rests(server):
        raise LookupFailed(f"{server} is left alone for a while")
    try:
        status, led_to, body = _get(url, ends_at)
        document = _document(body) if status == 200 else None
    except LookupFailed:
        breakers.failed(server)
        raise
    if status == 429 or status >= 500:
        breakers.failed(server, at_once=status == 429)
        raise LookupFailed(f"{server} answered {status}")
    breakers.succeeded(server)
    if status == 404:
        raise NotRegistered("the registry does not know it")
    if status != 200 and (status not in _REDIRECTIONS or not led_to):
        raise LookupFailed(f"{server} answered {status}")
    return led_to if status != 200 else "", document


def _get(url: str, ends_at: float) -> tuple[int, str, bytes]:
    """Status, Location and body.   Whatever the server is at, its connection is cut at the deadline."""
    asked, connection = urlsplit(url), _connection(url, ends_at)
    try:
        connection.connect()
        cut = threading.Timer(max(0.0, ends_at - time.monotonic()), _hang_up, (connection.sock,))
        cut.daemon = True
        cut.start()
        try:
            connection.request("GET", asked.path + (f"?{asked.query}" if asked.query else ""), headers=_HEADERS)
            with connection.getresponse() as response:
                return response.status, response.getheader("Location", "")[:2_048], _body(response, ends_at)
        finally:
            cut.cancel()
    except (OSError, HTTPException, ValueError) as error:
        raise LookupFailed(why_no_answer(asked.netloc, error)) from error
    finally:
        connection.close()


def _connection(url: str, ends_at: float) -> HTTPConnection:
    timeout_s = max(0.001, ends_at - time.monotonic())
    netloc = urlsplit(url).netloc
    if urlsplit(url).scheme == "https":
        return HTTPSConnection(netloc, timeout=timeout_s, context=ssl.create_default_context())
    return HTTPConnection(netloc, timeout=timeout_s)


def _hang_up(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended meanwhile


def _body(response: HTTPResponse, ends_at: float) -> bytes:
    """Raises LookupFailed for one that is too large, or cut off by the deadline."""
    if response.status != 200:
        return b""
    body = bytearray()
    while chunk := response.read1(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_BYTES:
            raise LookupFailed("the answer is too large")
        if time.monotonic() >= ends_at:
            raise LookupFailed("the answer takes too long")
    return bytes(body)


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise LookupFailed("the answer is no JSON") from error
