"""Rows as plain values: the fields that lists, exports and the API share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.queries import Listed

_CASE_FIELDS = (
    "reference", "event", "state", "accused_kind", "accused_value", "contractor", "service", "assignee", "submissions",
    "opened_at", "last_report_at", "first_action_at", "closed_at",
)  # fmt: skip


def row_of(line: Listed) -> dict[str, Any]:
    """A line of a list of submissions."""
    return {
        "reference": line.reference,
        "arrived_at": line.arrived_at.isoformat(),
        "verdict": line.verdict,
        "reason": line.reason,
        "event": line.event,
        "subject": line.subject,
        "message_id": line.message_id,
        "reporter": line.reporter,
        "accused": list(line.accused),
        "repeats": line.repeats,
        "state": line.state,
        "campaign": line.campaign_id,
        "campaign_size": line.campaign_size,
    }


def case_row(case: Mapping[str, Any]) -> dict[str, Any]:
    """A case."""
    return {name: _plain(case[name]) for name in _CASE_FIELDS}


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Any row of the store, without its numbers."""
    return {name: _plain(value) for name, value in row.items() if name != "id" and not name.endswith("_id")}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
