"""An RDAP server on loopback that answers as it is told to."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answering = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class RdapServer:
    """asked: the paths, in order."""

    answering: Answering
    port: int = 0
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def netloc(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """What addresses are appended to."""
        return f"http://{self.netloc}/rdap"


@contextmanager
def rdap_server(answering: Answering) -> Iterator[RdapServer]:
    """One while it runs, in threads of this process."""
    running = RdapServer(answering)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            running.asked.append(self.path)
            try:
                running.answering(self)
            except OSError:
                pass  # whoever asked has hung up

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    running.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        running.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def says(body: bytes, status: int = 200, **fields: str) -> Answering:
    """Always the same."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in fields.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def endless(handler: BaseHTTPRequestHandler) -> None:
    """200 MB."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" " * 1_000_000)


def drips(handler: BaseHTTPRequestHandler) -> None:
    """A body that comes a byte at a time."""
    handler.send_response(200)
    handler.end_headers()
    _drops(handler)


def drips_headers(handler: BaseHTTPRequestHandler) -> None:
    """A header that comes a byte at a time."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
    _drops(handler)


def _drops(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(600):
        handler.wfile.write(b"{")
        handler.wfile.flush()
        time.sleep(0.05)
