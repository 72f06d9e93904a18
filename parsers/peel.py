"""The submission's own transport above a mail that was passed on: where the reported mail's own header begins.

Who passes a mail on puts his fields above those of the mail (RFC 5322 section 3.6.6; RFC 5321 section 4.4 for trace
fields), so that everything from the cut on is the mail as it came to him. What stands above is never the spam's.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from parsers.dates import parse_date
from parsers.fields import Field, HeaderBlock
from parsers.mailboxes import addresses_of
from parsers.received import ReceivedHop


class PeelKind(StrEnum):
    """Who passed the mail on."""

    RESENT = "resent"  # A person or client redirected it: Resent-* (RFC 5322 section 3.6.6).
    FORWARDED = "forwarded"  # A server did, by a rule: X-Forwarded-*, Sieve redirect, SRS, Delivered-To.
    LIST = "list"  # A list or group expanded it: List-* (RFC 2369, RFC 2919).


@dataclass(frozen=True, slots=True, kw_only=True)
class Peel:
    """One redirection.

    cut: offset in the header's buffer where the reported mail's own fields begin.   by_field: the field that tells it.
    passed_to: addresses that it was passed on to or by a list, lower case.
    """

    kind: PeelKind
    cut: int
    by_field: str
    passed_to: tuple[str, ...] = ()


Chain = tuple[ReceivedHop, ...]

# A block of a redirector's fields ends before these at the latest.
_MAIL_FIELDS = frozenset({"received", "return-path", "delivered-to", "from", "to", "date", "message-id", "subject"})
_FORWARDING = ("x-forwarded-to", "x-forwarded-for", "x-forwarded-encrypted", "x-sieve-redirected-from", "x-ms-exchange-inbox-rules-loop")
_LISTING = ("list-id", "list-post", "mailing-list", "x-beenthere", "x-google-group-id")
_BLOCK_GAP = 5
# SRS0=hash=time=domain=local@forwarder, SRS1=…, and Gmail's local+caf_=to=domain@
_REWRITTEN_SENDER = re.compile(r"<?(?:srs[01][=+-]|[^@\s<]{1,64}\+caf_=)[^@\s]{1,300}@([A-Za-z0-9.-]{1,253})", re.IGNORECASE)
_HOST_OF_ADDRESS = re.compile(r"@([\w-]{1,63}\.[\w.-]{1,190})")
_LIST_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}")
_LIST_ID = re.compile(r"<([A-Za-z0-9_+-]{1,64})\.([A-Za-z0-9.-]{1,253})>")
_ADDRESSES = 50


def peel(header: HeaderBlock, hops: Chain) -> Peel | None:
    """The outermost redirection that a header shows, or None.   hops: the header's own chain, newest first."""
    found = _resent(header, hops) or _forwarded(header) or _listed(header, hops)
    return found or _delivered_on(header) or _rewritten(header, hops)


def addresses_in(header: HeaderBlock, *names: str) -> tuple[str, ...]:
    """The addresses in all fields of these names, lower case; the first fifty."""
    values = [field.decoded[:8_192] for name in names for field in header.all(name)[:_ADDRESSES]]
    return addresses_of(values)[:_ADDRESSES]


def _resent(header: HeaderBlock, hops: Chain) -> Peel | None:
    """The topmost Resent-* block, unless it is a list's.

    Where a mailer put it below the whole chain, the hops older than Resent-Date are the mail's.
    """
    first = _first(header, lambda name: name.startswith("resent-"))
    if first is None or set(addresses_in(header, "resent-from")) & set(_list_addresses(header)):
        return None
    cut = _end_of_block(header, first, lambda name: name.startswith("resent-"))
    resent = header.first("resent-date")
    resent_at = parse_date(resent.value) if resent else None
    if resent_at is not None and not _received_below(header, cut):
        before = resent_at - timedelta(seconds=1)
        cut = next((header.fields[hop.field_index].start for hop in hops if hop.date and hop.date < before), cut)
    return Peel(kind=PeelKind.RESENT, cut=cut, by_field=first.name, passed_to=addresses_in(header, "resent-to", "resent-cc"))


def _forwarded(header: HeaderBlock) -> Peel | None:
    """A server's own marks, with a Received line below them."""
    first = _first(header, lambda name: name in _FORWARDING)
    if first is None:
        return None
    cut = _end_of_block(header, first, lambda name: name in _FORWARDING)
    if not _received_below(header, cut):
        return None
    return Peel(kind=PeelKind.FORWARDED, cut=cut, by_field=first.name, passed_to=addresses_in(header, "x-forwarded-to"))


def _listed(header: HeaderBlock, hops: Chain) -> Peel | None:
    """A list's marks: between Received lines they are where it took over; below them, the list's own host tells."""
    first = _first(header, lambda name: name in _LISTING)
    if first is None:
        return None
    addresses = _list_addresses(header)
    cut = _end_of_block(header, first, lambda name: name.startswith(("list-", "x-google-group", "x-original")) or name in _LISTING)
    if not _received_below(header, cut) and hops:
        cut = _below_hosts_of(addresses[0].rpartition("@")[2] if addresses else "", header, hops)
    return Peel(kind=PeelKind.LIST, cut=cut, by_field=first.name, passed_to=addresses)


def _delivered_on(header: HeaderBlock) -> Peel | None:
    """A Delivered-To between Received lines: a server delivered the mail there, and a rule of that mailbox sent it on."""
    if "delivered-to" not in header.names:
        return None
    seen_received = False
    for field in header.fields:
        seen_received = seen_received or field.name.lower() == "received"
        if seen_received and field.name.lower() == "delivered-to" and _received_below(header, field.end):
            return Peel(kind=PeelKind.FORWARDED, cut=field.start, by_field=field.name, passed_to=(field.value.lower(),))
    return None


def _rewritten(header: HeaderBlock, hops: Chain) -> Peel | None:
    """A sender rewritten by a forwarder (SRS and the like), who is named in it."""
    return_path = header.first("return-path")
    found = _REWRITTEN_SENDER.match(return_path.value) if return_path else None
    if found is None or not hops:
        return None
    return Peel(kind=PeelKind.FORWARDED, cut=_below_hosts_of(found[1], header, hops), by_field="Return-Path")


def _first(header: HeaderBlock, belongs: Callable[[str], bool]) -> Field | None:
    return next((header.first(name) for name in header.names if belongs(name)), None)


def _end_of_block(header: HeaderBlock, first: Field, belongs: Callable[[str], bool]) -> int:
    """Offset past the last field of a redirector's block; a few foreign fields may stand inside it."""
    end, gap = first.end, 0
    for field in header.fields[first.index + 1 :]:
        name = field.name.lower()
        if name in _MAIL_FIELDS or gap > _BLOCK_GAP:
            break
        end, gap = (field.end, 0) if belongs(name) else (end, gap + 1)
    return end


def _received_below(header: HeaderBlock, offset: int) -> bool:
    received = header.all("received")
    return bool(received) and received[-1].start >= offset


def _below_hosts_of(domain: str, header: HeaderBlock, hops: Chain) -> int:
    """Offset of the hop by which a domain's own host took the mail in; below the topmost hop where none tells."""
    organisation = organisation_of(domain)
    for above, hop in pairwise(hops):
        if _is_of(organisation, above.from_name, above.from_helo, above.from_rdns) and _is_of(organisation, hop.by):
            names = (hop.from_name, hop.from_helo, hop.from_rdns)
            if not _is_of(organisation, *names):
                return header.fields[hop.field_index].start
    return header.fields[hops[0].field_index].end


def _is_of(organisation: str, *names: str | None) -> bool:
    return bool(organisation) and any(f".{name.lower()}".endswith(f".{organisation}") for name in names if name)


def organisation_of(domain: str) -> str:
    """Whose name it is, roughly: its last two labels, three below a country's own second level ("co.jp")."""
    labels = domain.lower().strip(".").split(".")
    is_below_country = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if is_below_country else -2 :])


def organisation_of_author(value: str) -> str:
    """Whose mailbox a From field, or the line that a client made of one, names; "" where it names none."""
    hosts = _HOST_OF_ADDRESS.findall(value[:1_000])
    return organisation_of(hosts[-1]) if hosts else ""


def _list_addresses(header: HeaderBlock) -> tuple[str, ...]:
    """The list's own addresses, from List-Post, Mailing-List, X-BeenThere, and List-Id read as an address."""
    values = [header.text(name)[:1_000] for name in ("list-post", "mailing-list", "x-beenthere")]
    found = [address.lower() for value in values for address in _LIST_ADDRESS.findall(value)[:2]]
    identity = _LIST_ID.search(header.text("list-id")[:1_000])
    return (*found, f"{identity[1]}@{identity[2]}".lower()) if identity else tuple(found)
