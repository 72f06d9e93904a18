"""What a machine report by schema says, whatever its schema: the values that ARF, XARF and ACNS readers hand on."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from config.limits import Limits
from parsers.addresses import find_addresses, refang
from parsers.dates import parse_date, parse_log_date
from parsers.defects import Defect
from parsers.links import links_in_text
from parsers.report import Feedback, Link, Report, ReportedAddress, Role, Stated

_VALUE_CHARS = 2_000
_ADDRESSES = 20
# IPv6-address-literal = "IPv6:" IPv6-addr ; RFC 5321 section 4.1.3
_TAGGED = re.compile(r"\bIPv6:(?=[0-9A-Fa-f:])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class MachineReport:
    """One report's values.   machine_type: its own class and type, "" when it has none.   text: what it shows as evidence."""

    machine_type: str = ""
    feedback: Feedback | None = None
    stated: tuple[Stated, ...] = ()
    addresses: tuple[ReportedAddress, ...] = ()
    links: tuple[Link, ...] = ()
    defects: tuple[Defect, ...] = ()
    text: str = ""

    def onto(self, report: Report, *, derived: tuple[Stated, ...] = ()) -> Report:
        """The report of the mail that was enclosed, or an empty one, with these values and those worked out from the mail."""
        known = {link.url for link in self.links}
        return replace(
            report,
            feedback=self.feedback,
            machine_type=self.machine_type,
            stated=self.stated + derived + report.stated,
            addresses=self.addresses + report.addresses,
            links=self.links + tuple(link for link in report.links if link.url not in known),
            defects=self.defects + report.defects,
            text=report.text or self.text,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A time that a report states.   is_assumed: it named no zone, and UTC was taken."""

    at: datetime
    is_assumed: bool = False


def when_of(value: str) -> When | None:
    """A date as mail, ISO 8601 or a log writes it, or None."""
    at = parse_date(value)
    if at is not None:
        return When(at=at)
    found = parse_log_date(value, year=None, assumed_zone=UTC)
    return When(at=found[0], is_assumed=found[1]) if found else None


def addresses_of(value: str, origin: str, role: Role, *, when: When | None = None, port: int | None = None) -> tuple[ReportedAddress, ...]:
    """The addresses that a value names; port: the value's own where it writes one."""
    return tuple(
        ReportedAddress(
            ip=mention.ip, role=role, origin=origin, port=mention.port or port,
            at=when.at if when else None, is_zone_assumed=when.is_assumed if when else False,
        )
        for mention in find_addresses(refang(_TAGGED.sub("", value[:_VALUE_CHARS])), at_most=_ADDRESSES)
    )  # fmt: skip


def links_to(value: str, limits: Limits, origin: str, role: Role = Role.SOURCE) -> tuple[Link, ...]:
    """The links that a value holds, also one without its scheme."""
    written = value.strip()[:_VALUE_CHARS]
    links = links_in_text(written, limits, origin=origin)
    if not links and written and "." in written and "@" not in written and " " not in written:
        links = links_in_text(f"http://{written}", limits, origin=origin)
    return tuple(replace(link, role=role) for link in links)


def port_of(value: str) -> int | None:
    """A port number, or None."""
    digits = value.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 and 0 < int(digits) < 65_536 else None


def is_bare_host(value: str) -> bool:
    """Whether a value is a name with a dot and nothing else, so that it can be a host."""
    return "." in value and not find_addresses(refang(value), at_most=1) and value.replace(".", "").replace("-", "").isalnum()


def stated(name: str, value: str, *, is_derived: bool = False) -> Stated:
    """A value under its canonical name, on one line, shortened."""
    return Stated(name=name, value=" ".join(value.split())[:_VALUE_CHARS], is_derived=is_derived)
