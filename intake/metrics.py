"""What an operator alarms on, as Prometheus reads it; one registry of our own, served by /metrics."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func, select

from config.errors import AbuseDeskError
from intake.pool import Pool
from intake.reception import Writer
from storage.engine import reading
from storage.entry import Entry
from storage.notices import NoticeState
from storage.recorded import Recorded
from storage.tables import CASE, NOTICE, OUTBOX
from storage.writer import Writer as GroupWriter

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The numbers of one service.   pool, writer: whose queues are looked at.   engine: where the errands are counted."""

    def __init__(self, pool: Pool, writer: GroupWriter, engine: Engine) -> None:
        self._registry = CollectorRegistry()
        self._submissions = Counter(
            "abusedesk_submissions", "Submissions that became durable", ["door", "verdict", "reason"], registry=self._registry
        )
        self._repeats = Counter("abusedesk_repeats", "Submissions that had come before", registry=self._registry)
        self._failures = Counter("abusedesk_commit_failures", "Entries that could not be made durable", ["error"], registry=self._registry)
        self._answer = Histogram(
            "abusedesk_answer_seconds", "From the arrival of a mail to its commit", buckets=_SECONDS, registry=self._registry
        )
        self._commit = Histogram("abusedesk_commit_seconds", "From a verdict to its commit", buckets=_SECONDS, registry=self._registry)
        self._registry.register(_Queues(pool, writer, engine))

    def metered(self, writer: Writer) -> Writer:
        """A writer that counts what it writes."""
        return _MeteredWriter(writer, self)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format.   Asks the store: not for the event loop."""
        return generate_latest(self._registry)

    def written(self, entry: Entry, outcome: "Future[Recorded]", started: float) -> None:
        """An entry is durable, or could not be made so."""
        error = outcome.exception()
        if error is not None:
            self._failures.labels(type(error).__name__).inc()
            return
        self._commit.observe(time.monotonic() - started)
        self._answer.observe(max(0.0, (datetime.now(UTC) - entry.arrived_at).total_seconds()))
        if outcome.result().is_repeat:
            self._repeats.inc()
        else:
            self._submissions.labels(entry.door.value, str(entry.verdict or "received"), str(entry.reason or "received")).inc()


class _MeteredWriter:
    def __init__(self, writer: Writer, metrics: Metrics) -> None:
        self._writer = writer
        self._metrics = metrics

    def submit(self, entry: Entry) -> "Future[Recorded]":
        started = time.monotonic()
        outcome = self._writer.submit(entry)
        outcome.add_done_callback(lambda done: self._metrics.written(entry, done, started))
        return outcome


class _Queues(Collector):
    """What waits, asked for when somebody looks."""

    def __init__(self, pool: Pool, writer: GroupWriter, engine: Engine) -> None:
        self._pool = pool
        self._writer = writer
        self._engine = engine

    def describe(self) -> Iterator[Metric]:
        """Nothing is asked of the store when the service starts."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The gauges; those of the store are left out while it is away."""
        yield GaugeMetricFamily("abusedesk_waiting_mails", "Mails that wait for a worker", value=self._pool.waiting)
        yield GaugeMetricFamily("abusedesk_workers", "Workers that are there", value=len(self._pool.process_ids))
        yield CounterMetricFamily("abusedesk_worker_deaths", "Workers that a mail has killed", value=self._pool.deaths)
        yield GaugeMetricFamily("abusedesk_commit_backlog", "Verdicts that wait for the disk", value=self._writer.backlog)
        try:
            open_errands, dead, overdue = self._counted()
        except AbuseDeskError:
            return
        errands = GaugeMetricFamily("abusedesk_errands", "Work that is left to do after the answer", labels=["kind"])
        for kind, number in open_errands:
            errands.add_metric([kind], number)
        yield errands
        yield GaugeMetricFamily("abusedesk_dead_notices", "Letters that could not be sent", value=dead)
        yield GaugeMetricFamily("abusedesk_overdue_cases", "Open cases that wait for longer than they may", value=overdue)

    def _counted(self) -> tuple[list[tuple[str, int]], int, int]:
        o, c = OUTBOX.c, CASE.c
        with reading(self._engine) as connection:
            rows = connection.execute(select(o.kind, func.count()).where(o.done_at.is_(None)).group_by(o.kind)).all()
            dead = connection.execute(select(func.count()).select_from(NOTICE).where(NOTICE.c.state == NoticeState.DEAD.value)).scalar_one()
            late = select(func.count()).where(c.closed_at.is_(None), c.due_at < datetime.now(UTC))
            overdue = connection.execute(late).scalar_one()
        return [(row[0], row[1]) for row in rows], dead, overdue
