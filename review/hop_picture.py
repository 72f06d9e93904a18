"""The way a mail came, laid out as a drawing: hosts from the oldest on the left to the receiving one on the right.

Left of the trust bar stands only what the sender could have written himself. Layout alone: the template draws, the style sheet paints.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

STEP = 168
HEIGHT = 176
LINE_Y = 74
_MARGIN = 96
SHOWN = 9  # hops; of a longer chain the newest

_INSIDE = ("own", "border")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A host.   role: a hop's status, or "receiver".   is_accused: it is ringed.   header_index: its line, None for the last."""

    x: int
    role: str
    title: str
    subtitle: str
    because: str
    is_accused: bool
    header_index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """From one host to the next.   label: protocol.   delay: as it is read, "" where a clock is missing.

    is_broken: who took it over is not who handed it on.
    """

    x1: int
    x2: int
    label: str
    delay: str
    is_backwards: bool
    is_broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing of width x HEIGHT.   bar_x: the trust bar, None where nothing is left of it.   hidden: older hops that are left out."""

    width: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    bar_x: int | None
    hidden: int


def hop_picture(report: Mapping[str, Any]) -> Picture | None:
    """The drawing of a report of a decision's document; None when it has no hops."""
    newest_first: Sequence[Mapping[str, Any]] = report["hops"][:SHOWN]
    if not newest_first:
        return None
    hops = list(reversed(newest_first))
    accused = report["source"]["ip"]
    borders = [number for number, hop in enumerate(hops) if accused and hop["from_ip"] == accused]
    ringed = next((number for number in borders if hops[number]["status"] == "border"), borders[-1] if borders else None)
    nodes = [_node(number, hop, is_accused=number == ringed) for number, hop in enumerate(hops)]
    nodes.append(_receiver(len(hops), hops[-1], report["source"]["receiver"]))
    edges = tuple(_edge(number, hop, hops[number + 1] if number + 1 < len(hops) else None) for number, hop in enumerate(hops))
    first_inside = next((number for number, hop in enumerate(hops) if hop["status"] in _INSIDE), len(hops))
    return Picture(
        width=2 * _MARGIN + len(hops) * STEP,
        nodes=tuple(nodes),
        edges=edges,
        bar_x=_MARGIN + first_inside * STEP - 62 if first_inside > 0 else None,
        hidden=len(report["hops"]) - len(hops),
    )


def _node(number: int, hop: Mapping[str, Any], *, is_accused: bool) -> Node:
    name = hop["from_rdns"] or hop["from_helo"] or hop["from_name"] or ""
    title = hop["from_ip"] or name or "?"
    return Node(
        x=_MARGIN + number * STEP,
        role=hop["status"],
        title=_short(title),
        subtitle=_short(name if hop["from_ip"] else ""),
        because=hop["because"],
        is_accused=is_accused,
        header_index=hop["header_index"],
    )


def _receiver(number: int, hop: Mapping[str, Any], receiver: str) -> Node:
    return Node(
        x=_MARGIN + number * STEP,
        role="receiver",
        title=_short(hop["by"] or receiver or "?"),
        subtitle=_short(receiver if receiver != hop["by"] else ""),
        because="",
        is_accused=False,
        header_index=None,
    )


def _edge(number: int, hop: Mapping[str, Any], after: Mapping[str, Any] | None) -> Edge:
    seconds = _seconds_between(hop["date"], after["date"] if after else None)
    return Edge(
        x1=_MARGIN + number * STEP + 17,
        x2=_MARGIN + (number + 1) * STEP - 17,
        label=(hop["with"] or "")[:14] + (" · TLS" if hop["tls"] and not str(hop["with"] or "").upper().endswith(("S", "SA")) else ""),
        delay="" if seconds is None else _delay(seconds),
        is_backwards=seconds is not None and seconds < -60,
        is_broken=after is not None and _is_broken(hop, after),
    )


def _is_broken(hop: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether who took the mail over is not who handed it on."""
    if "chain-break" in after["marks"]:
        return True
    by = (hop["by"] or "").lower()
    names = [str(after[key] or "").lower() for key in ("from_helo", "from_name", "from_rdns", "from_ip")]
    known = [name for name in names if name]
    return bool(by and known) and not any(_is_alike(by, name) for name in known)


def _is_alike(one: str, other: str) -> bool:
    """Whether two names are of one host, or of one organisation, as far as their ends tell."""
    return one == other or one.split(".")[-2:] == other.split(".")[-2:]


def _seconds_between(first: str | None, second: str | None) -> float | None:
    if not first or not second:
        return None
    one, other = datetime.fromisoformat(first), datetime.fromisoformat(second)
    if (one.tzinfo is None) != (other.tzinfo is None):
        return None
    return (other - one).total_seconds()


def _delay(seconds: float) -> str:
    sign, left = ("−" if seconds < 0 else "+"), abs(int(seconds))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if left >= size:
            return f"{sign}{left // size} {unit}"
    return f"{sign}{left} s"


def _short(text: str, limit: int = 22) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
