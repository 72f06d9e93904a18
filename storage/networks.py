"""What is learned of networks elsewhere after a verdict: it joins the facts that are kept with it, and changes nothing of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select, update

from parsers.report import Role
from routing.facts import NetworkAnswer
from storage.kept_facts import facts_from_value, facts_to_json
from storage.tables import EXPLANATION, REPORT_ADDRESS

_MOST = 20


def accused_addresses(connection: Connection, submission_id: int, limit: int = _MOST) -> Sequence[str]:
    """The addresses that a submission accuses, in their order, each once."""
    a = REPORT_ADDRESS.c
    query = select(a.ip).where(a.submission_id == submission_id, a.role == Role.SOURCE.value).order_by(a.position, a.number)
    return tuple(dict.fromkeys(connection.execute(query.limit(_MOST)).scalars()))[:limit]


def add_networks(connection: Connection, submission_id: int, networks: Mapping[str, NetworkAnswer]) -> None:
    """Keep whose networks they are; nothing happens where nothing is kept of the submission."""
    e = EXPLANATION.c
    kept = connection.execute(select(e.facts).where(e.submission_id == submission_id)).scalar()
    if kept is None or not networks:
        return
    facts = facts_from_value(kept)
    grown = replace(facts, networks={**facts.networks, **networks})
    connection.execute(update(EXPLANATION).where(e.submission_id == submission_id).values(facts=facts_to_json(grown)))
