"""`feed`: verdicts for other systems, one object a line, from any number on."""

import json
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from config.policy import Policy
from config.sections import Settings
from config.settings import build_policy, load_settings
from intake.exits import Exit
from notices.arf import feedback_report
from notices.stationery import sender_of
from notices.told import decided_after, told_of
from notices.xarf_out import express
from parsers.reading import parse_submission
from storage.engine import open_engine, reading
from storage.evidence import EvidenceDamaged, EvidenceElsewhere
from storage.queries import Whole, show_submission
from storage.submissions import stored_submission


def feed_command(parsed: Namespace) -> int:
    """Print every verdict above a number, ascending.   Raises ConfigError, StorageError and its kin."""
    settings = load_settings(parsed.config)
    engine = open_engine(settings.storage.url)
    try:
        with reading(engine) as connection:
            for line in _lines(connection, parsed, settings):
                print(json.dumps(line, ensure_ascii=False))
    finally:
        engine.dispose()
    return Exit.OK


def _lines(connection: Connection, parsed: Namespace, settings: Settings) -> Iterator[dict[str, Any]]:
    match parsed.format:
        case "xarf":
            return _as_xarf(connection, parsed.after, settings)
        case "arf":
            return _as_arf(connection, parsed.after, settings)
        case _:
            return _plain(connection, parsed.after)


def _plain(connection: Connection, after: int) -> Iterator[dict[str, Any]]:
    return (told_of(connection, number) for number in decided_after(connection, after))


def _as_xarf(connection: Connection, after: int, settings: Settings) -> Iterator[dict[str, Any]]:
    """XARF reports of accepted submissions; where one cannot be expressed, why not."""
    contact = _contact(settings, build_policy(settings))
    for head, whole in _accepted_after(connection, after):
        expressed = express(whole, contact=contact, organisation=settings.notices.sender_name)
        yield head | {"xarf": expressed.report, "lacks": list(expressed.why)}


def _as_arf(connection: Connection, after: int, settings: Settings) -> Iterator[dict[str, Any]]:
    """Feedback reports of accepted submissions, as mails ready to be sent, and to whom; where there can be none, why not."""
    policy = build_policy(settings)
    contact = _contact(settings, policy)
    for head, whole in _accepted_after(connection, after):
        try:
            submission = stored_submission(connection, whole.submission["id"])
        except (EvidenceDamaged, EvidenceElsewhere):
            yield head | {"to": "", "arf": None, "lacks": ["the raw mail is not to be had"]}
            continue
        reports = parse_submission(submission, policy.limits, desk_addresses=policy.desk_addresses).reports
        made = feedback_report(whole, reports, settings.notices, contact=contact)
        yield head | {"to": made.to, "arf": made.raw.decode() if made.raw else None, "lacks": [made.why] if made.why else []}


def _accepted_after(connection: Connection, after: int) -> Iterator[tuple[dict[str, Any], Whole]]:
    """Accepted submissions above a number, each with the head of its line."""
    for number in decided_after(connection, after):
        told = told_of(connection, number)
        whole = show_submission(connection, told["digest"])
        if whole is not None and told["verdict"] == "accepted":
            yield {"number": number, "reference": told["reference"]}, whole


def _contact(settings: Settings, policy: Policy) -> str:
    from config.errors import ConfigError

    contact = sender_of(settings.notices, policy)
    if not contact:
        raise ConfigError("notices.sender: reports to others name an address; set it, or policy.desk_addresses")
    return contact
