"""Letters as they would leave, before there is anything to write about: made-up reports, and the one way that all letters go.

Only the reference, the addresses and what "was reported" are made up, with names and networks that are reserved for examples.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default

from config.events import Accused, Event, EventRule, Family, Item, rule_of
from config.policy import Policy
from notices.stationery import Stationery
from notices.template import FIELDS
from notices.wording import values_for
from routing.facts import Known, NetworkAnswer
from routing.forwardable import ForwardableCopy, render_copy
from routing.texts import texts_in
from routing.verdict import Reason
from storage.notices import NoticeKind

_REPORTER = "reporter@example.org"
_CONTRACTOR = "abuse@contractor.example"
_REPORTED = "<report@example.org>"
_ACCUSED = ("198.51.100.7",)
_LOCATION = ("https://www.shop.example/page",)
_NETWORKS = {
    "198.51.100.7": NetworkAnswer(
        known=Known.FOUND, network="198.51.100.0/24", organisation="Example Network", abuse_address="abuse@network.example"
    )
}
_REFUSALS = {NoticeKind.REFUSAL: Reason.OUT_OF_NETWORK, NoticeKind.MISSING_INFORMATION: Reason.MISSING_INFORMATION}
_ACCEPTED = {Accused.SENDER: Reason.SENDER_IN_NETWORK, Accused.ADDRESS: Reason.ADDRESS_IN_NETWORK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One letter.   raw: as it leaves.   template: whose words they are, a file of ours or of the site's."""

    kind: NoticeKind
    raw: bytes
    template: str

    @property
    def header(self) -> str:
        """Its header as it stands on the wire."""
        return self.raw.partition(b"\r\n\r\n")[0].decode("ascii", "replace").replace("\r\n", "\n")

    @property
    def text(self) -> str:
        """Its text as it is read."""
        body = message_from_bytes(self.raw, policy=default).get_body()
        return str(body.get_content()) if body is not None else ""


def previews(event: Event, language: str, stationery: Stationery, policy: Policy, now: datetime) -> Iterator[Preview]:
    """Each letter that a report of that event can bring; the contractor's in the desk's first language, as it is sent."""
    rule = rule_of(event)
    for kind in FIELDS:
        if kind is not NoticeKind.REPORT_BACK or rule.family is Family.FACT_CHECK:
            spoken = str(policy.languages[0]) if kind is NoticeKind.CONTRACTOR else language
            values = _values(kind, rule, spoken, policy)
            yield _preview(kind, stationery, values, event, spoken, at=now)


def _preview(kind: NoticeKind, stationery: Stationery, values: Mapping[str, str], event: Event, language: str, *, at: datetime) -> Preview:
    is_contractors = kind is NoticeKind.CONTRACTOR
    written = stationery.written(kind, _CONTRACTOR if is_contractors else _REPORTER, values, event=event, language=language)
    raw = stationery.rendered(kind, written, at, in_reply_to="" if is_contractors else _REPORTED)
    return Preview(kind=kind, raw=raw, template=stationery.templates.template(kind, event, language).origin)


def _values(kind: NoticeKind, rule: EventRule, language: str, policy: Policy) -> dict[str, str]:
    reason = _REFUSALS.get(kind) or _ACCEPTED.get(rule.accused, Reason.LINK_IN_NETWORK)
    reference = f"{'R' if kind in _REFUSALS else 'C'}-0000-0000-0000"
    row = {
        "language": language,
        "reason": reason,
        "told_reference": reference,
        "missing": " ".join(rule.prepare) if reason is Reason.MISSING_INFORMATION else "",
        "event": rule.event,
    }
    values = values_for(row, _ACCUSED, (), _NETWORKS if reason is Reason.OUT_OF_NETWORK else {}, policy)
    comments = texts_in(language).items[Item.COMMENTS_TO_FORWARD].label
    if kind is NoticeKind.CONTRACTOR:
        copy = ForwardableCopy(event=rule.event, locations=_LOCATION, comments=comments)
        values["copy"] = render_copy(copy, language, reference).partition("\n\n")[2]
    return values | {"note": comments}
