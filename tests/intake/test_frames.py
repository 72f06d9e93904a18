"""What goes between listener and worker."""

import os
import pickle
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.events import Event
from intake import frames
from intake.frames import HEADER, FrameError, Kind, pack, unpack_header, unpack_value, with_bulk
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts, HostAnswer, KeyAnswer, Known, NetworkAnswer, Questions
from routing.verdict import Reason, Verdict
from storage.entry import AddressEntry, Entry, LinkEntry, ReportEntry

NOW = datetime(2026, 8, 3, 1, 2, 3, 456789, tzinfo=UTC)
ENVELOPE = Envelope(mail_from="a@example.com", rcpt_to=("b@example.com",), peer=ip_address("2001:db8::1"), helo="c")
SUBMISSION = Submission(raw=b"raw", door=Door.SMTP, arrived_at=NOW, envelope=ENVELOPE, name="n")
FACTS = Facts(
    hosts={"h": HostAnswer(known=Known.FOUND, addresses=(ip_address("192.0.2.1"),), origin="dns")},
    keys={"k": KeyAnswer(known=Known.ABSENT, record=b"v=DKIM1")},
    networks={"n": NetworkAnswer(known=Known.UNKNOWN)},
    is_offline=True,
)
REPORT = ReportEntry(
    position=0,
    verdict=Verdict.HELD,
    reason=Reason.UNROUTABLE,
    event=Event.SPAM,
    found_as="attached",
    links=(LinkEntry(host="h", url="u", in_network=None),),
    addresses=(AddressEntry(ip="192.0.2.1", sort_key="c0000201", network="192.0.2.0/24", role="source", at=NOW),),
)
ENTRY = Entry(
    digest="d", sha256="s", letters="l", door=Door.FILE, arrived_at=NOW, frame=b"frame", raw_bytes=3, answer="250 x", reports=(REPORT,)
)


def through(value: object) -> object:
    """A value after its way through a frame."""
    frame = pack(Kind.ENTRY, value, body_bytes=7)
    kind, is_last, value_bytes, body_bytes = unpack_header(frame[: HEADER.size])
    assert (kind, is_last, value_bytes, body_bytes) == (Kind.ENTRY, False, len(frame) - HEADER.size, 7)
    return unpack_value(frame[HEADER.size :])


@pytest.mark.parametrize("value", [None, 5, "text", (1, FACTS), FACTS, Questions(hosts=("h",), keys=("k",)), ENVELOPE, REPORT])
def test_values_come_through_as_they_were(value: object) -> None:
    assert through(value) == value


def test_raw_mail_and_compressed_mail_go_beside_the_value() -> None:
    assert with_bulk(through(SUBMISSION), b"raw") == SUBMISSION
    assert with_bulk(through(ENTRY), b"frame") == ENTRY
    assert b"frame" not in pack(Kind.ENTRY, ENTRY).replace(b"intake.frames", b"")


def named_in(hint: object) -> Iterator[type]:
    """Every class that a type hint names, at any depth."""
    if isinstance(hint, type) and not get_args(hint):
        yield hint
        if is_dataclass(hint):
            for inner in get_type_hints(hint).values():
                yield from named_in(inner)
    for argument in get_args(hint):
        yield from named_in(argument)


@pytest.mark.parametrize("kind", [Submission, Questions, Facts, Entry])
def test_every_kind_of_value_that_is_sent_is_known(kind: type) -> None:
    plain = {str, int, bool, bytes, float, type(None), datetime, IPv4Address, IPv6Address}
    assert set(named_in(kind)) - plain - {type(Ellipsis)} <= {*frames._VALUES, *frames._WORDS}


def test_a_worker_s_last_frame_says_so() -> None:
    assert unpack_header(pack(Kind.FORGOTTEN, is_last=True)[: HEADER.size])[:2] == (Kind.FORGOTTEN, True)


class Evil:
    """Runs a command when it is read."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


@pytest.mark.parametrize("value", [Evil(), print, os.system, ENTRY, NOW, Verdict.HELD])
def test_nothing_but_our_own_values_is_read(value: object) -> None:
    with pytest.raises(FrameError):
        unpack_value(pickle.dumps(value, 5))


@given(st.binary())
def test_any_bytes_are_a_value_or_an_error_of_the_frame(pickled: bytes) -> None:
    try:
        unpack_value(pickled)
    except FrameError:
        pass


@given(st.binary(min_size=HEADER.size, max_size=HEADER.size))
def test_any_header_is_read_or_refused(header: bytes) -> None:
    try:
        kind, _, _, _ = unpack_header(header)
    except FrameError:
        return
    assert isinstance(kind, Kind)
