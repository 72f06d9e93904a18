"""Which of the thirteen events a report is, by four steps: the first that tells it decides.

1. the address that the report was sent to;  2. a machine report's own type;  3. a form field in the text
("Category:", "種別：");  4. what is reported: a mail with headers, log lines, links, and the words around them.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice

from config.events import Event
from config.policy import Policy
from parsers.log_grammars import LogKind
from parsers.report import Feedback, FoundAs, Outcome, Reading, Report, Role, Step
from parsers.submission import Submission
from routing.event_words import page_of_a_kind, spoken, weigh
from routing.texts import event_named

_READ_CHARS = 6_000  # of the reporter's words; what a report is about is said at its beginning
_OPENING_CHARS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """The event, which of the four steps told it ("recipient", "machine-type", "form-field", "content"), and why.

    steps: every step that was tried, for the trace.
    """

    event: Event
    because: str
    step: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Case:
    """All that the steps look at."""

    report: Report
    reading: Reading
    submission: Submission
    policy: Policy


def classify(report: Report, reading: Reading, submission: Submission, policy: Policy) -> Classified:
    """Tell the event; there always is one."""
    case = _Case(report=report, reading=reading, submission=submission, policy=policy)
    steps: list[Step] = []
    for name, tell, otherwise in _STEPS:
        found = tell(case)
        outcome = Outcome.HIT if found else Outcome.MISS
        because = f"{found[0]}: {found[1]}" if found else otherwise
        steps.append(Step(rule=f"event-by-{name}", outcome=outcome, because=because))
        if found:
            return Classified(event=found[0], because=found[1], step=name, steps=tuple(steps))
    raise AssertionError("the last step tells an event always")


# 1. The recipient


def _by_recipient(case: _Case) -> tuple[Event, str] | None:
    known = case.policy.events_by_recipient
    if not known:
        return None
    for recipient in _recipients(case):
        local, _, _ = recipient.rpartition("@")
        _, _, detail = local.partition("+")
        for key in (recipient, local, detail):
            if key and key in known:
                return known[key], f"it was sent to {key}"
    return None


# addr-spec = local-part "@" domain, without quoted local parts; RFC 5322 section 3.4.1
_ADDR_SPEC = re.compile(r"[^\s<>,;:\"()@]{1,64}@[^\s<>,;:\"()@]{1,255}")


def _recipients(case: _Case) -> Iterator[str]:
    """Envelope recipients, of what it completes first; where there are none, those of the submission's own header."""
    yield from (recipient.lower() for one in case.submission.completes for recipient in one.envelope.rcpt_to)
    if case.submission.envelope.rcpt_to:
        yield from (recipient.lower() for recipient in case.submission.envelope.rcpt_to)
        return
    fields = [case.reading.header.text(name) for name in ("to", "cc")]
    yield from (found[0].lower() for field in fields for found in islice(_ADDR_SPEC.finditer(field), 50))


# 2. A machine report's own type

_FEEDBACK: dict[Feedback, Event] = {
    Feedback.ABUSE: Event.SPAM,
    Feedback.VIRUS: Event.SPAM,  # "virus mail" is spam; a virus site comes by its link
    Feedback.AUTH_FAILURE: Event.SPAM,
    Feedback.FRAUD: Event.PHISHING_SITE,
    Feedback.NOT_SPAM: Event.SPAM,
    Feedback.OPT_OUT: Event.SPAM,
}
# XARF v4 types, the names of v1 to v3 and of X-ARF 0.x, without class, case and separators.
_EVENT_OF_TYPE: dict[str, Event] = {
    name: Event(event)
    for event, names in tomllib.loads((files("routing") / "machine_types.toml").read_text("utf-8")).items()
    for name in names
}


def _by_machine_type(case: _Case) -> tuple[Event, str] | None:
    report = case.report
    if report.feedback is not None and report.feedback in _FEEDBACK:
        return _by_feedback(report, report.feedback)
    if report.found_as is FoundAs.ACNS:
        return Event.COPYRIGHT, "an ACNS notice"
    event = _event_of_type(report.machine_type)
    return (event, f"the report's own type is {report.machine_type}") if event else None


def _by_feedback(report: Report, feedback: Feedback) -> tuple[Event, str]:
    if feedback is Feedback.FRAUD and not report.links:
        return Event.SPAM, "Feedback-Type is fraud, and no link is reported"
    return _FEEDBACK[feedback], f"Feedback-Type is {feedback}"


def _event_of_type(written: str) -> Event | None:
    """The event of a type name; of "class/type" the type decides, else the class."""
    for part in reversed(written.lower().replace(".", "/").split("/")):
        plain = "".join(letter for letter in part if letter.isalnum())
        if plain in _EVENT_OF_TYPE:
            return _EVENT_OF_TYPE[plain]
    return None


# 3. A form field


def _by_form_field(case: _Case) -> tuple[Event, str] | None:
    for stated in case.report.stated:
        if stated.name != "category" or stated.is_derived:
            continue
        value = stated.value.strip()[:200]
        event = event_named(value) or _event_of_type(value) or _weightiest(value)
        if event is not None:
            return event, f'the form says "{value[:60]}"'
    return None


def _weightiest(value: str) -> Event | None:
    weighed = weigh(spoken(value, 200))
    event = max(weighed, key=lambda one: weighed[one][0], default=None)
    return event if event is not None and weighed[event][0] >= 3 else None


# 4. What is reported


def _by_content(case: _Case) -> tuple[Event, str] | None:
    points, words = _word_points(case)
    for event, weight, because in _evidence(case.report, words):
        points[event] += weight
        words.setdefault(event, because)
    _keep_mail_a_mail(case, points)
    best = max(points.items(), key=lambda one: one[1], default=None)
    if best is not None and best[1] >= 2:
        return best[0], words[best[0]]
    if any(one.role is Role.SOURCE for one in case.report.addresses):
        return Event.UNAUTHORIZED_ACCESS, "an address is accused and nothing more is said"
    if case.report.message is not None:
        return Event.SPAM, "a mail is reported"
    return Event.OTHER, "nothing tells a kind"


def _word_points(case: _Case) -> tuple[defaultdict[Event, float], dict[Event, str]]:
    """The reporter's words: the subject counts most, the opening next."""
    points: defaultdict[Event, float] = defaultdict(float)
    words: dict[Event, str] = {}
    subject = "" if case.report.found_as is FoundAs.BARE else case.reading.head.subject
    said = spoken(case.report.words, _READ_CHARS)
    for text, factor, where in (
        (spoken(subject, 500), 2.5, "the subject"),
        (said[:_OPENING_CHARS], 0.7, "the report"),
        (said, 1.0, "the report"),
    ):
        for event, (weight, word) in weigh(text).items():
            points[event] += weight * factor
            words.setdefault(event, f'{where} says "{word}"')
    return points, words


def _evidence(report: Report, words: dict[Event, str]) -> Iterator[tuple[Event, float, str]]:
    """What lies before us, whatever is said of it."""
    if report.has_full_headers:
        yield Event.SPAM, 6, "a mail with its headers is reported"
    elif report.message is not None:
        yield Event.SPAM, 4, "a mail is reported"
    for stated in report.stated:
        if stated.name == "log-kind":
            event, weight = (Event.SPAM, 3) if stated.value == LogKind.MAIL else (Event.UNAUTHORIZED_ACCESS, 6)
            yield event, weight, f"it shows log lines ({stated.value})"
        elif stated.name in ("title", "trademark"):
            yield (Event.COPYRIGHT if stated.name == "title" else Event.TRADEMARK), 2, f"it names a {stated.name}"
    kind = page_of_a_kind(report.text) if report.message is not None and not report.has_full_headers else ""
    if kind:
        event = Event.MALWARE_SITE if Event.MALWARE_SITE in words and Event.PHISHING_SITE not in words else Event.PHISHING_SITE
        yield event, 5, f'the mail says "{kind}"'


def _keep_mail_a_mail(case: _Case, points: defaultdict[Event, float]) -> None:
    """A phishing or virus mail with its headers is spam, unless the reporter speaks of a page of that kind."""
    if not case.report.has_full_headers:
        return
    if page_of_a_kind(f"{case.reading.head.subject}\n{case.report.words[:_READ_CHARS]}"):
        points[Event.SPAM] -= 4
        return
    for event in (Event.PHISHING_SITE, Event.MALWARE_SITE, Event.UNAUTHORIZED_ACCESS, Event.TRADEMARK):
        points[event] *= 0.2


_Tell = Callable[[_Case], tuple[Event, str] | None]
_STEPS: tuple[tuple[str, _Tell, str], ...] = (
    ("recipient", _by_recipient, "the recipient's address says nothing of a kind"),
    ("machine-type", _by_machine_type, "no machine report with a type of its own"),
    ("form-field", _by_form_field, "no form field names a kind"),
    ("content", _by_content, ""),
)
