"""Where everything is kept, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from config import values
from config.events import Event
from config.whereabouts import DEFAULT_STORE


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """Where everything is kept. SQLite always syncs fully: an answer is given only after the commit."""

    url: Annotated[str, values.database, "sqlite:///PATH, or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE."] = DEFAULT_STORE
    archive_url: Annotated[
        str,
        values.text,
        "Where `abusedesk archive` moves old raw mail: s3://BUCKET/PREFIX (credentials in AWS_… of the environment), or file:///FOLDER.",
    ] = ""
    archive_after_days: Annotated[int, values.whole(1), "How old raw mail must be to be moved there."] = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what came in is kept, in days; 0 keeps it for ever. Then raw mail and personal data go; verdict, counts and hash stay."""

    accepted_days: Annotated[int, values.whole(0), "Accepted submissions, counted from the day that their last case was closed."] = 0
    rejected_days: Annotated[int, values.whole(0), "Rejected ones, counted from the day that they last came in."] = 0
    held_days: Annotated[int, values.whole(0), "Held ones, likewise."] = 0
    events: Annotated[
        Mapping[Event, int],
        values.table(values.word(Event), values.whole(0)),
        "Days for an event, in place of those for its verdict, as in { spam = 90 }.",
    ] = field(default_factory=dict)
    sealed_days: Annotated[
        int, values.whole(0), "The raw mail of sealed submissions, whatever their event; its hash and the locations named are always kept."
    ] = 0
