"""`python -m bench.desk`: a desk over a store with very many rejections; what each page takes, asked over loopback.

ROWS (a million) and ASKS (200 of each page) make it shorter; STORE names a folder in which the store is kept for the next run.
"""

import http.client
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import uvicorn
from sqlalchemy import Connection, select

from bench.desk_store import fill_desk
from bench.figures import Figure, table
from bench.service import write_config
from config.settings import build_policy, load_settings
from intake.web import web_app
from parsers.submission import Door
from review.guard import SESSION
from routing.document import Document
from storage.engine import open_engine, reading, writing
from storage.reference import case_reference
from storage.staff import begin_session
from storage.tables import CASE, SUBMISSION
from storage.tables.staff import STAFF_USER

_TARGET_ROWS = 1_000_000  # a shorter run tells nothing of the target
_TARGET_MS = 100.0
_WARM = 3


def desk(rows: int, asks: int = 200, folder: Path | None = None) -> list[Figure]:
    """Fill a store, serve it, ask each page so often.   folder: where a store of an earlier run is kept, None for one that is not."""
    if folder is None:
        with tempfile.TemporaryDirectory() as made:
            return desk(rows, asks, Path(made))
    url = f"sqlite:///{folder}/abusedesk.db"
    if not (folder / "abusedesk.db").exists():
        fill_desk(url, rows)
    with _served(folder) as (port, cookie, paths):
        asking = _Asking(port, cookie)
        return [_figure(name, rows, [asking.ms(choices[number % len(choices)]) for number in range(-_WARM, asks)][_WARM:])
                for name, choices in paths.items()]  # fmt: skip


class _Asking:
    """A browser that keeps its connection."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"cookie": f"{SESSION}={cookie}"}

    def ms(self, path: str) -> float:
        """Until the whole page is there; of a file until its first byte, since it is as long as the list."""
        begun = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        if "/export." in path:
            answer.read(1)
            took = time.perf_counter() - begun
            self._connection.close()
        else:
            answer.read()
            took = time.perf_counter() - begun
        assert answer.status == 200, (path, answer.status)
        return 1000 * took


def _figure(name: str, rows: int, took_ms: list[float]) -> Figure:
    ranked = sorted(took_ms)
    p95_ms = ranked[int(0.95 * (len(ranked) - 1))]
    is_met = p95_ms <= _TARGET_MS if rows >= _TARGET_ROWS else None
    measured = f"p50 {ranked[len(ranked) // 2]:.1f} ms, p95 {p95_ms:.1f} ms"
    return Figure(name=name, measured=measured, target="p95 ≤ 100 ms at 1,000,000", is_met=is_met)


@contextmanager
def _served(folder: Path) -> Iterator[tuple[int, str, dict[str, list[str]]]]:
    """The desk on a free port: that port, an admin's cookie, and what to ask it."""
    settings = load_settings(write_config(folder))

    async def explain(_raw: bytes, _door: Door) -> Document:
        return {}

    engine = open_engine(settings.storage.url)
    with writing(engine) as connection:
        cookie = begin_session(connection, connection.execute(select(STAFF_USER.c.id).limit(1)).scalar_one(), datetime.now(UTC))
    with reading(engine) as connection:
        paths = _paths(connection)
    engine.dispose()
    server = uvicorn.Server(
        uvicorn.Config(web_app(settings, build_policy(settings), explain), port=0, log_config=None, access_log=False, lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1], cookie, paths
    finally:
        server.should_exit = True
        thread.join()


def _paths(connection: Connection) -> dict[str, list[str]]:
    """What a desk opens in a day; several of a kind, so that no answer is merely the last one again."""
    s, c = SUBMISSION.c, CASE.c
    newest = connection.execute(select(s.digest, s.told_reference).order_by(s.id.desc()).limit(40)).all()
    deep = [connection.execute(select(s.id).order_by(s.id.desc()).offset(share)).scalar() or 1 for share in (40_000, 400_000, 900_000)]
    cases = [f"/cases/{case_reference(one)}" for one in connection.execute(select(c.letters).order_by(c.id.desc()).limit(20)).scalars()]
    day = (connection.execute(select(s.arrived_at).order_by(s.id.desc()).offset(5_000).limit(1)).scalar() or datetime.now(UTC)).date()
    reporters = [f"reader{number}@reporter.example" for number in (3, 7, 77, 400)]
    blocks = ["198.51.100.0/24", "198.51.100.7", "198.51.100.128/25"]
    return {
        "overview": ["/"],
        "rejected": ["/rejected"],
        "rejected, a deep page": [f"/rejected?before={number}" for number in deep],
        "rejected, by campaign": ["/rejected?grouped=1", *(f"/rejected?grouped=1&before={number}" for number in deep)],
        "rejected, of a reason": ["/rejected?reason=no-headers", "/rejected?reason=out-of-network", "/rejected?reason=no-evidence"],
        "rejected, of an event": ["/rejected?event=spam", "/rejected?event=phishing-site", "/rejected?event=copyright"],
        "rejected, of a reason and an event": ["/rejected?reason=no-headers&event=spam", "/rejected?reason=out-of-network&event=copyright"],
        "rejected, of a reporter": [f"/rejected?reporter={quote(one)}" for one in reporters],
        "rejected, of a network": [f"/rejected?network={quote(one)}" for one in blocks],
        "rejected, of a day": [f"/rejected?day={day}", f"/rejected?day={day}&reason=out-of-network"],
        "rejected, since and until": ["/rejected?since=2026-11-10T09:30&until=2026-11-20T11:00"],
        "rejected, a reporter in a network": [f"/rejected?reporter={quote(reporters[0])}&network=198.51.100.0/24"],
        "search, a rare word": ["/rejected?text=serial4711", "/rejected?text=serial471177", "/rejected?text=serial47"],
        "search, one in 5,000": ["/rejected?text=campaign77", "/rejected?text=campaign1234"],
        "search, a common word": ["/rejected?text=payment", "/rejected?text=example", "/rejected?text=please"],
        "search, a common word of a reason": ["/rejected?text=example&reason=no-headers"],
        "search, nothing": ["/rejected?text=nowhereatall"],
        "held": ["/held"],
        "accepted": ["/accepted", "/accepted?event=spam"],
        "one submission": [f"/submissions/{reference}" for _, reference in newest],
        "raw mail": [f"/submissions/{digest}/raw" for digest, _ in newest],
        "cases": ["/cases", "/cases?all=1", "/cases?event=phishing-site", "/cases?state=received", "/cases?assignee=ada"],
        "one case": cases,
        "contractor": ["/contractor?name=Contractor%203", "/contractor?name=Contractor%207"],
        "export, first byte": ["/rejected/export.csv", "/rejected/export.ndjson"],
        "export of a filter as xlsx, first byte": [f"/rejected/export.xlsx?reporter={quote(reporters[0])}"],
        "API, a list": ["/api/submissions?verdict=rejected&limit=50"],
        "API, a list of 500": ["/api/submissions?verdict=rejected&limit=500"],
        "API, counts": ["/api/submissions/counts?verdict=rejected&reason=no-headers", "/api/submissions/counts"],
        "API, cases": ["/api/cases"],
    }


_PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_BEGIN, _END = "<!-- desk -->\n", "<!-- end of desk -->\n"


def main() -> int:
    """Print the figures and put them into the page."""
    rows, asks, folder = (os.environ.get(name, default) for name, default in (("ROWS", "1000000"), ("ASKS", "200"), ("STORE", "")))
    figures = desk(int(rows), int(asks), Path(folder) if folder else None)
    before, _, rest = _PAGE.read_text("utf-8").partition(_BEGIN)
    load = f"{os.getloadavg()[1]:.1f} processes waiting for its {os.cpu_count()} cores"
    when = f"Measured on {datetime.now(UTC).date()}, {int(rows):,} rejections, each page {asks} times, on a machine with {load}."
    _PAGE.write_text(f"{before}{_BEGIN}\n{when}\n\n{table(figures)}\n{_END}{rest.partition(_END)[2]}", "utf-8")
    for figure in figures:
        print(f"{figure.name}: {figure.measured}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
