"""What stays open of a submission that is sealed: the hash and the location, and nothing of what was written."""

from collections.abc import Mapping
from dataclasses import replace
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
    """Whether a stored mail concerns child abuse material: so it was decided, or so it is read now."""
    return bool(whole.submission["is_sealed"]) or _is_sealed_now(asked, submission, whole.document)


def scanned(asked: Asked, submission: Submission, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document of a mail that is not stored, as whoever asks may see it."""
    return closed(document) if is_closed_to(asked, _is_sealed_now(asked, submission, document)) else document


def sealed_detail(is_sealed: bool) -> dict[str, bool]:
    """What the audit log says of a look at what is sealed."""
    return {"sealed": True} if is_sealed else {}


def _is_sealed_now(asked: Asked, submission: Submission, document: Mapping[str, Any]) -> bool:
    policy = asked.desk.policy
    read = replace(submission, raw=submission.raw[:READ_BYTES])
    return is_sealed_here(parse_submission(read, policy.limits, desk_addresses=policy.desk_addresses), document)


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
