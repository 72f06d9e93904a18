"""The thirteen reportable events: the published policy as one table.

The intake contract, the refusal texts, the review page, docs/events.md and the workflows are derived from it.
The Japanese version of the policy takes precedence over the English one.
"""

from dataclasses import dataclass
from enum import StrEnum


class Event(StrEnum):
    """What is reported."""

    SPAM = "spam"  # Mail to an unspecified majority, spoofed sender, virus mail.
    UNAUTHORIZED_ACCESS = "unauthorized-access"  # Impersonated login, entry without authority, port scan.
    MALWARE_SITE = "malware-site"  # A site that carries trojans, spyware, worms or suspicious source.
    WEBSITE_TAMPERING = "website-tampering"  # A page changed by a stranger.
    PHISHING_SITE = "phishing-site"  # A page that poses as a bank or shop to take credentials.
    COPYRIGHT = "copyright"  # Works posted without permission.
    DEFAMATION_PRIVACY = "defamation-privacy"  # False facts or personal matters published.
    PERSONAL_INFORMATION = "personal-information"  # Identifying data of a living person published.
    PORTRAIT_RIGHTS = "portrait-rights"  # A person's picture without permission.
    TRADEMARK = "trademark"  # A registered mark used without permission.
    ILLEGAL_ACTIVITY = "illegal-activity"  # Child abuse material, gambling, revenge pornography, other laws.
    NUISANCE = "nuisance"  # No right infringed, yet deletion asked or damage caused.
    OTHER = "other"  # Any other complaint about our service.


class Family(StrEnum):
    """Which of the two workflows an event follows."""

    REPORT_ONLY = "report-only"  # received, investigating, alerted | warned | content-suspended | no-action, closed
    FACT_CHECK = "fact-check"  # content-review, sent-to-contractor, contractor-replied | no-reply, reported-back, closed


class Item(StrEnum):
    """Information to prepare; the ids that `missing` lists."""

    HEADERS = "headers"  # The full headers of the reported mail.
    BODY = "body"  # Its text.
    LOG_LINES = "log-lines"  # An excerpt of the log that shows the access.
    DATE_TIME = "date-time"  # Date and time with zone, or a stated assumption.
    SOURCE_ADDRESS = "source-address"  # The address that the access came from.
    URLS = "urls"  # The page's URL.
    LOCATION = "location"  # Where it is: a URL, and where on the page.
    PROBLEM_DETAILS = "problem-details"  # Source code or a description of what is wrong.
    TAMPERING_DETAILS = "tampering-details"  # What was changed.
    PHISHING_DETAILS = "phishing-details"  # Whom the page poses as, what it asks for.
    PROOF_OF_RIGHTS = "proof-of-rights"  # What shows that the right is the claimant's.
    COMMENTS_TO_FORWARD = "comments-to-forward"  # What may be shown to the contractor.
    CLAIMANT = "claimant"  # Who claims.
    AFFECTED_PERSON = "affected-person"  # Whom it is about.
    SUPPORTING_INFORMATION = "supporting-information"  # What supports the claim.
    REASONS = "reasons"  # Why it breaks a law or causes damage.
    EXPLANATION = "explanation"  # What happened.
    OUR_INVOLVEMENT = "our-involvement"  # What our service has to do with it.
    WANTED_RESULT = "wanted-result"  # What should be done.


class Accused(StrEnum):
    """Which kind of address decides whether an event concerns our network."""

    SENDER = "sender"  # The reported mail's handover address; a link of ours makes it a content case.
    ADDRESS = "address"  # The address accused in logs or by name.
    LINK = "link"  # The page's host.
    ANY = "any"  # Whatever is named.


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """One line of the policy.

    xarf: XARF v4 "class/type", "" where there is none.   rsit: RSIT "class/type" of the reference taxonomy.
    """

    event: Event
    family: Family
    accused: Accused
    prepare: tuple[Item, ...]
    xarf: str = ""
    rsit: str = ""


_CLAIM = (Item.COMMENTS_TO_FORWARD, Item.CLAIMANT)

EVENTS: tuple[EventRule, ...] = (
    EventRule(
        event=Event.SPAM, family=Family.REPORT_ONLY, accused=Accused.SENDER,
        prepare=(Item.HEADERS, Item.BODY),
        xarf="messaging/spam", rsit="abusive-content/spam",
    ),
    EventRule(
        event=Event.UNAUTHORIZED_ACCESS, family=Family.REPORT_ONLY, accused=Accused.ADDRESS,
        prepare=(Item.LOG_LINES, Item.DATE_TIME, Item.SOURCE_ADDRESS),
        xarf="connection/login_attack", rsit="intrusion-attempts/brute-force",
    ),
    EventRule(
        event=Event.MALWARE_SITE, family=Family.REPORT_ONLY, accused=Accused.LINK,
        prepare=(Item.URLS, Item.PROBLEM_DETAILS),
        xarf="content/malware", rsit="malicious-code/malware-distribution",
    ),
    EventRule(
        event=Event.WEBSITE_TAMPERING, family=Family.REPORT_ONLY, accused=Accused.LINK,
        prepare=(Item.URLS, Item.TAMPERING_DETAILS),
        xarf="content/remote_compromise", rsit="information-content-security/unauthorised-information-modification",
    ),
    EventRule(
        event=Event.PHISHING_SITE, family=Family.REPORT_ONLY, accused=Accused.LINK,
        prepare=(Item.URLS, Item.PHISHING_DETAILS),
        xarf="content/phishing", rsit="fraud/phishing",
    ),
    EventRule(
        event=Event.COPYRIGHT, family=Family.FACT_CHECK, accused=Accused.LINK,
        prepare=(Item.URLS, Item.PROOF_OF_RIGHTS, *_CLAIM),
        xarf="copyright/copyright", rsit="fraud/copyright",
    ),
    EventRule(
        event=Event.DEFAMATION_PRIVACY, family=Family.FACT_CHECK, accused=Accused.LINK,
        prepare=(Item.URLS, Item.AFFECTED_PERSON, *_CLAIM),
        rsit="abusive-content/harmful-speech",
    ),
    EventRule(
        event=Event.PERSONAL_INFORMATION, family=Family.FACT_CHECK, accused=Accused.LINK,
        prepare=(Item.LOCATION, *_CLAIM),
        xarf="content/exposed_data", rsit="information-content-security/data-leak",
    ),
    EventRule(
        event=Event.PORTRAIT_RIGHTS, family=Family.FACT_CHECK, accused=Accused.LINK,
        prepare=(Item.LOCATION, Item.AFFECTED_PERSON, *_CLAIM),
        rsit="other/other",
    ),
    EventRule(
        event=Event.TRADEMARK, family=Family.FACT_CHECK, accused=Accused.LINK,
        prepare=(Item.LOCATION, Item.PROOF_OF_RIGHTS, *_CLAIM),
        xarf="content/brand_infringement", rsit="fraud/masquerade",
    ),
    EventRule(
        event=Event.ILLEGAL_ACTIVITY, family=Family.FACT_CHECK, accused=Accused.LINK,
        prepare=(Item.URLS, Item.SUPPORTING_INFORMATION, Item.REASONS, *_CLAIM),
        xarf="content/fraud", rsit="abusive-content/violence",
    ),
    EventRule(
        event=Event.NUISANCE, family=Family.FACT_CHECK, accused=Accused.LINK,
        prepare=(Item.URLS, Item.SUPPORTING_INFORMATION, Item.REASONS, *_CLAIM),
        rsit="abusive-content/harmful-speech",
    ),
    EventRule(
        event=Event.OTHER, family=Family.FACT_CHECK, accused=Accused.ANY,
        prepare=(Item.EXPLANATION, Item.OUR_INVOLVEMENT, Item.WANTED_RESULT, *_CLAIM),
        rsit="other/other",
    ),
)  # fmt: skip

_BY_EVENT = {rule.event: rule for rule in EVENTS}


def rule_of(event: Event) -> EventRule:
    """The policy's line for that event."""
    return _BY_EVENT[event]
