"""A small server that speaks as much of S3 as an archive needs, on loopback."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ObjectStore(ThreadingHTTPServer):
    """Its objects by path.   is_broken: every request fails.   after_put: what happens as soon as an object is there."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.is_broken = False
        self.after_put: Callable[[], None] = lambda: None

    @property
    def environment(self) -> dict[str, str]:
        """What a client needs to know."""
        endpoint = f"http://127.0.0.1:{self.server_port}"
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "here"}
        return keys | {"AWS_ENDPOINT_URL": endpoint, "AWS_ALLOW_HTTP": "true"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _store(self) -> ObjectStore:
        assert isinstance(self.server, ObjectStore)
        return self.server

    def do_PUT(self) -> None:
        content = self._body()
        if not self._fails():
            self._store.objects[self.path] = content
            self._store.after_put()
            self._reply(200)

    def do_GET(self) -> None:
        if not self._fails():
            found = self._store.objects.get(self.path)
            self._reply(404 if found is None else 200, found or b"")

    def do_POST(self) -> None:
        """Several deletions at once."""
        asked = self._body().decode()
        if not self._fails():
            bucket = self.path.partition("?")[0]
            keys = re.findall("<Key>([^<]{1,999})</Key>", asked)
            for key in keys:
                self._store.objects.pop(f"{bucket}/{key}", None)
            self._reply(200, f"<DeleteResult>{''.join(f'<Deleted><Key>{key}</Key></Deleted>' for key in keys)}</DeleteResult>".encode())

    def _fails(self) -> bool:
        if self._store.is_broken:
            self._reply(403)
        return self._store.is_broken

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _reply(self, code: int, body: bytes = b"") -> None:
        self.send_response(code)
        self.send_header("ETag", '"x"')
        self.send_header("Last-Modified", "Mon, 03 Aug 2026 00:00:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """The server while it runs."""
    with ObjectStore() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
