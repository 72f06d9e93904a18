"""XARF v4 reports held against their schema (package xarf, XARF specification 4.2); what differs is told, never refused."""

from typing import Any

from parsers.defects import Defect, DefectKind

_MAX_ERRORS = 5
_MAX_NODES = 1_000
_STRING_CHARS = 2_048
_DETAIL_CHARS = 200


def schema_defects(data: dict[str, Any]) -> tuple[Defect, ...]:
    """The first few departures of a v4 report from its schema; empty for other versions.   Raises: nothing.

    Only a shortened copy meets the validator: the schemas hold patterns, and hostile strings are long.
    """
    if "xarf_version" not in data:
        return ()
    budget = [_MAX_NODES]
    small = _clipped(data, budget)
    if budget[0] <= 0 or not isinstance(small, dict):
        return (_defect("too large to be held against its schema"),)
    from xarf import parse  # half a second of class building, for the few mails that are v4 reports

    try:
        errors = parse(small).errors
    except Exception as error:  # the validator raises whatever it likes on what is no report
        return (_defect(f"cannot be held against its schema: {type(error).__name__}"),)
    return tuple(_defect(f"{error.field}: {error.message}" if error.field else error.message) for error in errors[:_MAX_ERRORS])


def _clipped(node: object, budget: list[int]) -> object:
    """A copy with long strings cut; the budget of nodes runs down."""
    budget[0] -= 1
    if budget[0] <= 0:
        return None
    if isinstance(node, dict):
        return {name: _clipped(child, budget) for name, child in node.items()}
    if isinstance(node, list):
        return [_clipped(child, budget) for child in node]
    return node[:_STRING_CHARS] if isinstance(node, str) else node


def _defect(detail: str) -> Defect:
    return Defect(kind=DefectKind.SCHEMA, where="xarf", detail=detail[:_DETAIL_CHARS])
