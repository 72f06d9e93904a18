"""The first page: what comes in, of what kind, from whom, and how the desk keeps up."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, ip_network
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from review.asked import Asked
from review.charts import Bars, Cell, heat_cells, hour_bars, shares
from storage.blocks import Network
from storage.counts import Counted
from storage.engine import reading
from storage.facets import received_per_hour
from storage.moments import hour_of, midnight_before
from storage.overview import (
    Often,
    accused_in,
    campaigns,
    case_ages,
    first_action_s,
    linked_hosts,
    most_frequent,
    reasons_since,
)

HOURS = 48
DAYS = 7


def show(asked: Asked) -> Response:
    """The pictures, each with its numbers."""
    now = datetime.now(UTC)
    until = hour_of(now) + timedelta(hours=1)
    since = until - timedelta(hours=HOURS)
    with reading(asked.desk.engine) as connection:
        bars: Bars = hour_bars(received_per_hour(connection, since, until), since, HOURS)
        reasons = shares(reasons_since(connection, midnight_before(now) - timedelta(days=DAYS - 1)))
        names: dict[str, tuple[Often, ...]] = {
            kind.value: most_frequent(connection, kind) for kind in Counted if kind is not Counted.REPORTER or asked.sees_reporters
        }
        block = _busiest_block(asked, names[Counted.NETWORK])
        values: dict[str, Any] = {
            "hosts": linked_hosts(connection),
            "mailings": campaigns(connection),
            "ages": case_ages(connection, now),
            "median_s": first_action_s(connection),
            "block": block,
            "cells": _heat(connection, block),
        }
    return asked.page("overview.html", bars=bars, reasons=reasons, names=names, days=DAYS, **values)


def _busiest_block(asked: Asked, networks: tuple[Often, ...]) -> IPv4Network | None:
    """The /24 of ours that was accused most; the first of ours where none was."""
    prefixes = asked.desk.policy.prefixes
    for one in networks:
        network = ip_network(one.name, strict=False)
        if isinstance(network, IPv4Network) and network.prefixlen == 24 and prefixes.find(network.network_address, None):
            return network
    own = [each for each in asked.desk.settings.network.prefixes if isinstance(each, IPv4Network)]
    first = next((each for each in own if each.prefixlen <= 24), None)
    return next(first.subnets(new_prefix=24)) if first else None


def _heat(connection: Connection, block: Network | None) -> tuple[Cell, ...]:
    return heat_cells(block, accused_in(connection, block)) if isinstance(block, IPv4Network) else ()
