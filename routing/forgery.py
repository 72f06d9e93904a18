"""What speaks against a line below the border: named tests with weights, as a table (PROVENANCE 4F).

No test speaks for a line. Enough weight, or one decisive test, makes a claimed line a contradicted one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from config.policy import Policy
from parsers.received import ReceivedHop
from parsers.report import Address
from routing.networks import is_inside
from routing.sides import names_of_peer, side_of

CONTRADICTED_FROM = 3
DECISIVE = CONTRADICTED_FROM

_CLOCKS_DIFFER = timedelta(minutes=5)
# Yahoo's own protocol name, qmail's, and one that spamware writes; real ones stand below hosts of their own kind.
_SPAMWARE_PROTOCOL = re.compile(r"(?:NNFMP|QMQP|LOCAL)\Z", re.IGNORECASE)
# "(HELO x) (Mon, 10 Jun 2024 …", "([Mon, 10 Jun 2024 …])": a date where the address should be.
_DATE_AS_ADDRESS = re.compile(r"\(\[?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), {0,2}\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line below the border, with what it is held against.

    above: the next newer line.   own_addresses: of the receiving side's hosts.
    has_replayed_evidence: the receiving side's own stamps stand below the border too.
    has_second_marker: Exchange Online's mark of where foreign fields begin is there twice.
    """

    hop: ReceivedHop
    above: ReceivedHop
    policy: Policy
    own_addresses: frozenset[Address] = frozenset()
    has_replayed_evidence: bool = False
    has_second_marker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeryTest:
    """One test.   weight: how much it speaks against the line.   sentence: for people, with the line as its subject."""

    name: str
    weight: int
    strikes: Callable[[Line], bool]
    sentence: str


def _breaks_chain(line: Line) -> bool:
    writer = side_of(line.hop.by)
    named = {side.name for name in names_of_peer(line.above) if (side := side_of(name))}
    return writer is not None and bool(named) and writer.name not in named


def _contradicts_provider(line: Line) -> bool:
    writer = side_of(line.hop.by)
    if writer is None or writer.operator is None or not writer.operator.is_replayed:
        return False
    ip = line.above.from_ip
    if ip is None or not line.policy.is_public(ip) or writer.operator.sends_from(ip):
        return False
    return all((side := side_of(name)) is None or side.name != writer.name for name in names_of_peer(line.above))


def _has_spamware_protocol(line: Line) -> bool:
    writer = side_of(line.hop.by)
    is_yahoo = writer is not None and writer.name.startswith("yahoo")
    return not is_yahoo and bool(_SPAMWARE_PROTOCOL.match(line.hop.with_ or ""))


def _has_date_as_address(line: Line) -> bool:
    return bool(_DATE_AS_ADDRESS.search(line.hop.raw.partition(" by ")[0]))


def _is_later_than_the_next(line: Line) -> bool:
    return line.hop.date is not None and line.above.date is not None and line.hop.date - line.above.date > _CLOCKS_DIFFER


def _has_impossible_address(line: Line) -> bool:
    ip = line.hop.from_ip
    return ip is not None and not is_inside(ip) and not line.policy.is_public(ip)


def _names_receiver_as_sender(line: Line) -> bool:
    return line.hop.from_ip is not None and line.hop.from_ip in line.own_addresses


TESTS: tuple[ForgeryTest, ...] = (
    ForgeryTest(
        name="provider-contradiction", weight=DECISIVE, strikes=_contradicts_provider,
        sentence="claims to be written by a large provider, which the line above neither names nor has the address of",
    ),
    ForgeryTest(
        name="date-as-address", weight=DECISIVE, strikes=_has_date_as_address,
        sentence="has a date where the address should be",
    ),
    ForgeryTest(
        name="impossible-address", weight=DECISIVE, strikes=_has_impossible_address,
        sentence="names an address that cannot be anybody's",
    ),
    ForgeryTest(
        name="receiver-as-sender", weight=2, strikes=_names_receiver_as_sender,
        sentence="names one of the receiving side's own addresses as the sender",
    ),
    ForgeryTest(
        name="spamware-protocol", weight=2, strikes=_has_spamware_protocol,
        sentence="names a protocol that spamware writes",
    ),
    ForgeryTest(
        name="replayed-evidence", weight=1, strikes=lambda line: line.has_replayed_evidence,
        sentence="stands with stamps in the receiving side's name that the receiving side did not put there",
    ),
    ForgeryTest(
        name="second-marker", weight=1, strikes=lambda line: line.has_second_marker,
        sentence="stands with a second mark of where foreign fields begin",
    ),
    ForgeryTest(
        name="chain-break", weight=1, strikes=_breaks_chain,
        sentence="is by a host that the line above does not name",
    ),
    ForgeryTest(
        name="time-reversed", weight=1, strikes=_is_later_than_the_next,
        sentence="is later than the line above it",
    ),
)  # fmt: skip


def strike(line: Line) -> tuple[ForgeryTest, ...]:
    """The tests that strike a line, in the order of the table."""
    return tuple(test for test in TESTS if test.strikes(line))


def is_contradicted(struck: tuple[ForgeryTest, ...]) -> bool:
    """Whether the tests that struck make the line a contradicted one."""
    return sum(test.weight for test in struck) >= CONTRADICTED_FROM


def render_tests() -> str:
    """The table as Markdown, for docs/provenance.md."""
    rows = [f"| `{test.name}` | {'decisive' if test.weight >= DECISIVE else test.weight} | it {test.sentence} |" for test in TESTS]
    return "\n".join(["| mark | weight | struck when |", "|---|---|---|", *rows]) + "\n"
