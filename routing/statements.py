"""What header fields state about the host that handed a mail over, before anybody asks whether they are to be believed.

Read here: Authentication-Results (RFC 8601, and the form without an authserv-id that Exchange Online writes),
Received-SPF (RFC 7208 section 9.1), ARC-Authentication-Results (RFC 8617 section 4.1.1) and X-Sender-IP.
Sender-chosen text stands inside these fields (mail address, HELO name), so a field that names two addresses names none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from config.limits import Limits
from parsers.fields import Field, HeaderBlock
from parsers.peer import read_address
from parsers.report import Address
from routing.organisation import plain_host

_ADDRESS = r"\"?\[?(?:ipv6:)?([0-9a-f:.]{2,45})(?![\w@:-]|\.\w)"
# The forms in which a field names the peer, each behind the word that is looked for first; in lower case.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (word, re.compile(pattern))
    for word, pattern in (
        ("client-ip=", rf"client-ip={_ADDRESS}"),  # RFC 7208 section 9.1; as smtp.client-ip in Authentication-Results
        ("smtp.remote-ip=", rf"smtp\.remote-ip={_ADDRESS}"),  # Proton, Fastmail
        ("policy.iprev=", rf"policy\.iprev={_ADDRESS}"),  # RFC 8601 section 2.7.3
        ("(sender ip is ", rf"\(sender ip is {_ADDRESS}\)"),  # Exchange Online
        ("as permitted sender", rf"(?:designates?|discourages use of) {_ADDRESS} as permitted sender"),  # pass, fail; Exchange's soft fail
        ("is neither permitted", rf": {_ADDRESS} is neither permitted nor denied"),  # Gmail's neutral
    )
)
# quoted-string = DQUOTE *( qtext / quoted-pair ) DQUOTE ; what is not an address alone in it is somebody's own words.
_QUOTED = re.compile(r"\"(?!\[?(?:ipv6:)?[0-9a-f:.]{2,45}\]?\")(?:[^\"\\]|\\.){0,1000}\"?")
# authserv-id [ CFWS authres-version ] ; RFC 8601 section 2.2
_AUTHSERV_ID = re.compile(r"\s{0,8}([A-Za-z0-9._-]{1,255})(?:\s{1,8}\d{1,5})?\s{0,8};")
# instance = "i" "=" 1*2DIGIT ";" ; RFC 8617 section 4.2.1
_INSTANCE = re.compile(r"\s{0,8}i\s{0,2}=\s{0,2}(\d{1,2})\s{0,8};")
# "(mx.example: domain of …)": the host that checked, as most writers of Received-SPF put it first.
_CHECKED_BY = re.compile(r"\w{1,16}\s{1,8}\(([A-Za-z0-9._-]{1,255}):")
_RECEIVER = re.compile(r"\breceiver=\"?([A-Za-z0-9._-]{1,255})")
_SPF_PASS = re.compile(r"\bspf=pass\b", re.IGNORECASE)
_MAIL_FROM = re.compile(r"\bsmtp\.mail(?:from)?=(\"?)([^;\s\"]{1,320})")


class Kind(StrEnum):
    """Which field states it; the word in the trace."""

    AUTHENTICATION_RESULTS = "authentication-results"  # What the receiving host found.
    RECEIVED_SPF = "received-spf"  # The SPF check, with the address that was checked.
    ARC_RESULTS = "arc-authentication-results"  # The same, sealed for the next host.
    SENDER_IP = "x-sender-ip"  # Outlook.com: the peer of its border.


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One field's word on the peer.

    authority: the host that says so, plain; "" when it does not say who it is.
    ip: None when it names no address, or several.   spf_domain: the sender domain whose SPF passed, "" otherwise.
    instance: of its ARC set, 0 otherwise.
    """

    kind: Kind
    field_index: int
    authority: str = ""
    ip: Address | None = None
    spf_domain: str = ""
    instance: int = 0


def read_statements(header: HeaderBlock, limits: Limits) -> tuple[Statement, ...]:
    """Every field that names the peer, topmost first.   Raises: nothing."""
    found = [_read(kind, field, limits) for kind, field in _fields(header)]
    return tuple(sorted(found, key=lambda one: one.field_index))


def _fields(header: HeaderBlock) -> Iterator[tuple[Kind, Field]]:
    for kind in Kind:
        for field in header.all(kind.value):
            yield kind, field


def _read(kind: Kind, field: Field, limits: Limits) -> Statement:
    value = field.value[: limits.analysed_field_bytes]
    match kind:
        case Kind.AUTHENTICATION_RESULTS:
            return _results(kind, field.index, value)
        case Kind.ARC_RESULTS:
            instance = _INSTANCE.match(value)
            start, number = (instance.end(), int(instance[1])) if instance else (0, 0)
            return _results(kind, field.index, value[start:], number)
        case Kind.RECEIVED_SPF:
            return _spf(field.index, value)
        case Kind.SENDER_IP:
            return Statement(kind=kind, field_index=field.index, authority="outlook.com", ip=read_address(value.strip("[] ")))


def _results(kind: Kind, index: int, value: str, instance: int = 0) -> Statement:
    """RFC 8601 section 2.2, and Exchange Online's form, which begins with the first result."""
    named = _AUTHSERV_ID.match(value)
    authority = plain_host(named[1]) if named else "outlook.com" if "(sender ip is" in value.lower() else ""
    return Statement(
        kind=kind, field_index=index, authority=authority, ip=_only_address(value), spf_domain=_passed_domain(value), instance=instance
    )


def _spf(index: int, value: str) -> Statement:
    """RFC 7208 section 9.1; the host that checked stands in the comment or as receiver=."""
    checked_by = _CHECKED_BY.match(value) or _RECEIVER.search(value)
    authority = plain_host(checked_by[1]) if checked_by else ""
    return Statement(
        kind=Kind.RECEIVED_SPF,
        field_index=index,
        authority=authority if authority != "unknown" else "",
        ip=_only_address(value),
    )


def _only_address(value: str) -> Address | None:
    text = value.lower()
    if '"' in text:
        text = _QUOTED.sub(" ", text)
    written = {found[1] for word, form in _FORMS if word in text for found in form.finditer(text)}
    named = {ip for one in written if (ip := read_address(one))}
    return named.pop() if len(named) == 1 else None


def _passed_domain(value: str) -> str:
    """The domain of smtp.mailfrom where SPF passed; a quoted local part could hold anything and counts as none."""
    sender = _MAIL_FROM.search(value) if _SPF_PASS.search(value) else None
    return plain_host(sender[2].rpartition("@")[2]) if sender and not sender[1] else ""
