"""What the desk says, and to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from config import values
from config.events import Event
from config.values import Endpoint


class Language(StrEnum):
    """A language that every text for reporters exists in."""

    ENGLISH = "en"  # English.
    JAPANESE = "ja"  # Japanese; takes precedence where the two differ.


_EVENTS_BY_RECIPIENT = {f"abuse+{event}": event for event in Event} | {
    "abuse+phishing": Event.PHISHING_SITE,
    "abuse+malware": Event.MALWARE_SITE,
    "abuse+tampering": Event.WEBSITE_TAMPERING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """What the desk says, and to whom."""

    languages: Annotated[tuple[Language, ...], values.each(values.word(Language)), "Languages of the answers, the preferred one first."] = (
        tuple(Language)
    )
    contact: Annotated[str, values.text, "Where a person can be reached; printed in refusals."] = ""
    help_url: Annotated[str, values.text, "The published page that says how to report; printed in refusals."] = ""
    second_opinion: Annotated[
        bool, values.flag, "Let mail-parser read every Received chain too; what it reads differently is noted, and decides nothing."
    ] = True
    desk_addresses: Annotated[tuple[str, ...], values.each(values.mail_address), "The desk's own addresses."] = ()
    recipients: Annotated[
        Mapping[str, Event],
        values.table(values.mail_address, values.word(Event)),
        "Which event mail to an address, or to a local part, reports.",
    ] = field(default_factory=_EVENTS_BY_RECIPIENT.copy)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSettings:
    """Mail to reporters and contractors, beside the answer that the sender's server gets."""

    enabled: Annotated[bool, values.flag, "Send any; without it the answer at the door is all."] = False
    smarthost: Annotated[Endpoint, values.endpoint, "Your mail server, which takes them on."] = Endpoint("127.0.0.1", 25)
    smarthost_tls: Annotated[bool, values.flag, "Send only after STARTTLS, and check the smarthost's certificate."] = False
    sender: Annotated[str, values.text, "The From address of notices; empty for the first of policy.desk_addresses."] = ""
    sender_name: Annotated[str, values.text, "The name beside it."] = "Abuse desk"
    templates: Annotated[str, values.text, "A folder whose KIND.EVENT.LANGUAGE.txt or KIND.LANGUAGE.txt replace ours; empty for none."] = ""
    acknowledge: Annotated[bool, values.flag, "Also tell reporters of accepted and held reports that these were received."] = True
    reporters: Annotated[
        tuple[str, ...],
        values.each(values.mail_address),
        "Reporters who are told without SPF or DKIM: addresses, or @domain for all of a domain.",
    ] = ()
    contractors: Annotated[
        Mapping[str, str],
        values.table(values.text, values.mail_address),
        "Addresses of contractors, by their names in the prefix files.",
    ] = field(default_factory=dict)
    feedback_loops: Annotated[
        Mapping[str, str],
        values.table(values.text, values.mail_address),
        "Contractors, by name, who get feedback reports (ARF) at these addresses; what ARF cannot tell goes as a letter to contractors.",
    ] = field(default_factory=dict)
    dkim_key: Annotated[str, values.text, "Path of the PEM file with the key to sign with; empty for none."] = ""
    dkim_selector: Annotated[str, values.text, "Its selector; the domain is that of the From address."] = "abusedesk"
    webhooks: Annotated[tuple[str, ...], values.each(values.text), "URLs that each verdict is posted to as JSON."] = ()
    webhook_secret: Annotated[
        str, values.text, "The secret that those are signed with (HMAC-SHA256), and that redacted addresses are numbered with."
    ] = ""
