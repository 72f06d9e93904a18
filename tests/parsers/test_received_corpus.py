"""Agreement with two bodies of real Received lines, where they are at hand; every difference has a name.

They are not part of the project (licence, personal data). Set ABUSEDESK_CORPUS to a folder that holds
`received/stalwart.json` (lines with one other parser's reading) and `handover/` (mails, and `gold.jsonl` with the hops
that two of three readers agree on). docs/received.md has the table of the names and the figures.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import pytest

from config.limits import Limits
from parsers.fields import parse_header_block
from parsers.received import ReceivedHop, parse_received, parse_received_chain

# Read while the tests are collected: later, no setting comes from the environment.
CORPUS = Path(os.environ.get("ABUSEDESK_CORPUS", ""))
LINES = CORPUS / "received" / "stalwart.json"
GOLD = CORPUS / "handover" / "gold.jsonl"
NOT_AT_HAND = "ABUSEDESK_CORPUS names no folder with it"

WORDS_FOR_SMTP = ("SMTP", "HTTP", "LMTP")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One field of one line as the other parser reads it and as we do."""

    field: str
    theirs: object
    ours: object
    hop: ReceivedHop

    @property
    def agrees(self) -> bool:
        if isinstance(self.theirs, str) and isinstance(self.ours, str):
            return self.theirs.lower() == self.ours.lower()
        return self.theirs == self.ours


def reason_of(pair: Pair) -> str:
    """The name of a difference in docs/received.md; "unexplained" has no row there."""
    match pair.field:
        case "from":
            return _reason_for_name(pair)
        case "address":
            return _reason_for_address(pair)
        case "by":
            return "second-by-is-a-user-id" if " by uid " in pair.hop.raw else "unexplained"
        case "with":
            return _reason_for_protocol(pair)
        case "id":
            return "id-with-slashes" if str(pair.ours).startswith(f"{pair.theirs}/") else "unexplained"
        case "for":
            return "recipient-without-domain" if pair.theirs is None and "@" not in str(pair.ours) else "unexplained"
        case "date":
            return _reason_for_date(pair)
        case _:
            return "unexplained"


def _reason_for_name(pair: Pair) -> str:
    if pair.ours is None:
        return "from-inside-a-comment"
    if pair.theirs is None and "@" in str(pair.ours):
        return "name-that-is-no-host"
    return "name-with-a-slash" if str(pair.ours).startswith(f"{pair.theirs}/") else "unexplained"


def _reason_for_address(pair: Pair) -> str:
    if pair.ours is None:
        return "from-inside-a-comment" if pair.hop.from_name is None else "unexplained"
    if pair.theirs is not None:
        return "unexplained"
    if pair.hop.from_name == str(pair.ours):
        return "address-is-the-first-word"
    if f"@{pair.ours}" in pair.hop.raw:
        return "ident-before-the-address"
    return "port-behind-a-dot" if f"[{pair.ours}." in pair.hop.raw else "unexplained"


def _reason_for_protocol(pair: Pair) -> str:
    words = str(pair.ours).upper()
    if pair.theirs is None:
        return "protocol-not-in-their-list"
    return "protocol-as-written" if any(word in words for word in WORDS_FOR_SMTP) else "unexplained"


def _reason_for_date(pair: Pair) -> str:
    if pair.ours is None:
        return "no-zone"
    if pair.theirs is None:
        return "date-without-semicolon"
    if not isinstance(pair.theirs, datetime) or not isinstance(pair.ours, datetime):
        return "date-in-another-order"
    if pair.theirs.year == pair.ours.year - 100:
        return "year-of-two-digits"
    if pair.ours.microsecond:
        return "fraction-of-a-second"
    return "zone-by-name" if pair.theirs.replace(tzinfo=None) == pair.ours.replace(tzinfo=None) else "unexplained"


def pairs() -> Iterator[Pair]:
    for line in json.loads(LINES.read_text()):
        hop = parse_received(" ".join(line["header"].split()), position=0, field_index=0)
        theirs = line["expected"]
        marked_helo = hop.from_helo if hop.from_helo != hop.from_name or "helo" in theirs else None
        for field, other, own in (
            ("from", _name(theirs.get("from")), hop.from_name),
            ("address", _address(theirs.get("from_ip")), hop.from_ip),
            ("helo", _name(theirs.get("helo")), marked_helo),
            ("by", _name(theirs.get("by")), hop.by),
            ("with", theirs.get("with"), hop.with_),
            ("id", theirs.get("id"), hop.id),
            ("for", theirs.get("for_"), hop.for_),
            ("date", _date(theirs.get("date")), hop.date),
        ):
            yield Pair(field=field, theirs=other, ours=own, hop=hop)


def _name(host: dict[str, str] | None) -> str | None:
    return next(iter(host.values())) if host else None


def _address(written: str | None) -> IPv4Address | IPv6Address | None:
    if written is None:
        return None
    address = ip_address(written)
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _date(parts: dict[str, Any] | None) -> datetime | str | None:
    """Their date; a word where it is no date at all."""
    if parts is None:
        return None
    offset = timedelta(hours=parts["tz_hour"], minutes=parts["tz_minute"])
    zone = timezone(-offset if parts["tz_before_gmt"] else offset)
    try:
        return datetime(parts["year"], parts["month"], parts["day"], parts["hour"], parts["minute"], parts["second"], tzinfo=zone)
    except ValueError:
        return "impossible"


@pytest.mark.skipif(not LINES.is_file(), reason=NOT_AT_HAND)
def test_every_difference_from_the_other_parser_has_a_name() -> None:
    differences = [(pair, reason_of(pair)) for pair in pairs() if not pair.agrees]
    assert [(pair.field, pair.theirs, pair.ours, pair.hop.raw) for pair, reason in differences if reason == "unexplained"] == []
    page = (Path(__file__).parents[2] / "docs" / "received.md").read_text()
    counted = Counter(reason for _, reason in differences)
    assert [name for name in counted if f"| {name} |" not in page] == []


@pytest.mark.skipif(not GOLD.is_file(), reason=NOT_AT_HAND)
def test_the_hops_of_real_chains_are_those_that_other_readers_agree_on() -> None:
    counted: Counter[str] = Counter()
    for line in GOLD.read_text().splitlines():
        gold = json.loads(line)
        header = parse_header_block((GOLD.parent / "eml" / gold["file"]).read_bytes(), Limits())
        hops = parse_received_chain(header, Limits())
        for expected in gold["hops"]:
            hop = hops[expected["index"]]
            counted["hops"] += 1
            counted["address"] += (str(hop.from_ip) if hop.from_ip else None) == expected["ip"]
            counted["helo"] += hop.from_helo == expected["helo"]
            counted["by"] += (hop.by or "").lower() == (expected["by"] or "")
    assert counted["address"] >= 0.998 * counted["hops"]
    assert counted["helo"] >= 0.998 * counted["hops"]
    assert counted["by"] >= 0.998 * counted["hops"]
