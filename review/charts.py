"""Numbers laid out as pictures: bars of hours, shares, a /24 as a grid.   Layout alone; templates draw, the style sheet paints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network

from storage.facets import Hour

VERDICTS = ("accepted", "held", "rejected")  # from the bottom of a bar
BAR_WIDTH, BAR_GAP, PLOT_HEIGHT = 12, 4, 165
CELL = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A verdict's part of an hour's bar."""

    verdict: str
    number: int
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """An hour.   label: written below it, "" for most."""

    x: int
    hour: datetime
    total: int
    pieces: tuple[Piece, ...]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """All hours, oldest first.   ticks: numbers beside their height.   height: of the highest bar.   step: from one bar to the next."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, float], ...]
    width: int
    totals: Mapping[str, int]
    height: int = PLOT_HEIGHT
    step: int = BAR_WIDTH + BAR_GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A reason's part.   percent: of all; width: of the longest, in percent."""

    verdict: str
    reason: str
    number: int
    percent: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """An address.   heat: 0 for never, else 1 to 5."""

    x: int
    y: int
    ip: str
    number: int
    heat: int


def hour_bars(hours: Iterable[Hour], since: datetime, count: int) -> Bars:
    """Bars of what came in, stacked by verdict."""
    numbers: dict[datetime, dict[str, int]] = {}
    for one in hours:
        numbers.setdefault(one.hour, {})[one.verdict] = one.number
    highest = max((sum(each.values()) for each in numbers.values()), default=0)
    top = _round_up(highest)
    bars = []
    for position in range(count):
        hour = since + timedelta(hours=position)
        label = f"{hour:%m-%d}" if hour.hour == 0 else f"{hour:%H}h" if hour.hour % 6 == 0 else ""
        bars.append(_bar(position, hour, numbers.get(hour, {}), top, label))
    totals = {verdict: sum(each.get(verdict, 0) for each in numbers.values()) for verdict in VERDICTS}
    ticks = tuple((tick, PLOT_HEIGHT * (1 - tick / top)) for tick in (0, top // 2, top)) if top else ()
    return Bars(bars=tuple(bars), ticks=ticks, width=count * (BAR_WIDTH + BAR_GAP), totals=totals)


def _bar(position: int, hour: datetime, numbers: Mapping[str, int], top: int, label: str) -> Bar:
    pieces, below = [], 0.0
    for verdict in VERDICTS:
        number = numbers.get(verdict, 0)
        height = PLOT_HEIGHT * number / top if top else 0.0
        if number:
            pieces.append(Piece(verdict=verdict, number=number, y=PLOT_HEIGHT - below - height, height=height))
        below += height
    return Bar(x=position * (BAR_WIDTH + BAR_GAP), hour=hour, total=sum(numbers.values()), pieces=tuple(pieces), label=label)


def shares(reasons: Sequence[tuple[str, str, int]]) -> tuple[Share, ...]:
    """Reasons as bars, most frequent first."""
    total = sum(number for *_, number in reasons)
    longest = max((number for *_, number in reasons), default=1)
    return tuple(
        Share(verdict=verdict, reason=reason, number=number, percent=100 * number / total, width=100 * number / longest)
        for verdict, reason, number in reasons
        if number > 0
    )


def heat_cells(block: IPv4Network, numbers: Mapping[str, int]) -> tuple[Cell, ...]:
    """A /24 as sixteen rows of sixteen addresses."""
    highest = max(numbers.values(), default=0)
    cells = []
    for position, ip in enumerate(block):
        number = numbers.get(str(ip), 0)
        heat = 0 if not number else 1 + min(4, 5 * (number - 1) // max(1, highest))
        cells.append(Cell(x=position % 16 * CELL, y=position // 16 * CELL, ip=str(ip), number=number, heat=heat))
    return tuple(cells)


def _round_up(number: int) -> int:
    """The next even number that reads well on an axis."""
    for step in (2, 4, 6, 8, 10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100):
        if number <= step:
            return step if number else 0
    size = int(10 ** (len(str(number)) - 1))
    return -(-number // size) * size
