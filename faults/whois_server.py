"""A whois server on loopback that answers as it is told to."""

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answering = Callable[[socketserver.StreamRequestHandler, str], None]


@dataclass
class WhoisServer:
    """asked: the lines, in order."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True


@contextmanager
def whois_server(answering: Answering, host: str = "127.0.0.1") -> Iterator[WhoisServer]:
    """One while it runs, in threads of this process."""
    running = WhoisServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked = self.rfile.readline(1_000).decode().strip()
            running.asked.append(asked)
            try:
                answering(self, asked)
            except OSError:
                pass  # whoever asked has hung up

        def finish(self) -> None:
            try:
                super().finish()
            except OSError:
                pass

    server = _Server((host, 0), Handler)
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


def says(text: str) -> Answering:
    """Always the same."""

    def answer(handler: socketserver.StreamRequestHandler, _: str) -> None:
        handler.wfile.write(text.encode())

    return answer


def endless(handler: socketserver.StreamRequestHandler, _: str) -> None:
    """200 MB."""
    for _count in range(200):
        handler.wfile.write(b"%" * 1_000_000)


def drips(handler: socketserver.StreamRequestHandler, _: str) -> None:
    """A byte at a time."""
    for _count in range(600):
        handler.wfile.write(b"%")
        handler.wfile.flush()
        time.sleep(0.05)
