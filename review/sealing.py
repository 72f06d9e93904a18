"""What stays open of a submission that is sealed: the hash and the location, and nothing of what was written."""

from collections.abc import Mapping
from typing import Any

from parsers.reading import parse_submission
from parsers.submission import Submission
from review.asked import Asked
from review.mail_view import READ_BYTES, is_sealed_here
from storage.queries import Whole
from storage.staff import Role

_OPEN = frozenset({"location", "urls"})  # of what is stated; and of those only what is a URL


def is_closed_to(asked: Asked, is_sealed: bool) -> bool:
    """Whether whoever asks may not read it."""
    return is_sealed and not asked.may(Role.ADMIN)


def is_sealed_mail(asked: Asked, submission: Submission, whole: Whole) -> bool:
    """Whether a stored mail concerns child abuse material."""
    policy = asked.desk.policy
    read = Submission(raw=submission.raw[:READ_BYTES], door=submission.door, arrived_at=submission.arrived_at, envelope=submission.envelope)
    return is_sealed_here(parse_submission(read, policy.limits, desk_addresses=policy.desk_addresses), whole.document)


def closed(document: Mapping[str, Any]) -> dict[str, Any]:
    """A decision's document without what the mail says."""
    return dict(document) | {"reports": [_closed(report) for report in document.get("reports") or ()]}


def _closed(report: Mapping[str, Any]) -> dict[str, Any]:
    stated = [dict(one) | {"value": _urls(one["value"])} for one in report["stated"] if one["name"] in _OPEN]
    message = dict(report["message"]) | {"subject": ""} if report["message"] else None
    links = [{key: value for key, value in link.items() if key != "shown"} for link in report["links"]]
    attachments = [dict(one) | {"filename": ""} for one in report.get("attachments") or ()]
    return dict(report) | {"stated": stated, "message": message, "links": links, "attachments": attachments}


def _urls(value: str) -> str:
    return " ".join(word for word in value.split() if word.startswith(("http://", "https://")))
