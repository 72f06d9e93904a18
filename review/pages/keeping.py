"""What is kept and what goes: the legal holds, and what the next run of retention would erase."""

from datetime import UTC, datetime

from starlette.responses import Response

from review.asked import Asked, go_to
from review.filtering import number_of, word_of
from storage.engine import reading, writing
from storage.finding import NoSuchReference
from storage.forecast import count_anew, last_count
from storage.holds import HoldError, HoldKind, lift_hold, list_holds, set_hold
from storage.retention import last_run, rules_of


def show_holds(asked: Asked) -> Response:
    """All holds, those that were lifted last, and the form for a new one."""
    return _holds(asked)


def change_holds(asked: Asked) -> Response:
    """Set a hold, or lift one, with who and why."""
    number, kind, act = number_of(asked.field("lift")), word_of(HoldKind, asked.field("kind")), asked.act(asked.field("note", 2_000))
    if number is None and kind is None:
        return asked.page("problem.html", status=400, code=400)
    try:
        with writing(asked.desk.engine) as connection:
            if number is not None:
                lift_hold(connection, number, act)
            elif kind is not None:
                set_hold(connection, kind, asked.field("target", 500), act)
    except (HoldError, NoSuchReference) as error:
        return _holds(asked, problem=str(error), status=409)
    return go_to("/holds")


def show_retention(asked: Asked) -> Response:
    """What would go, rule by rule, as it was last counted; the page itself erases nothing."""
    settings = asked.desk.settings.retention
    with reading(asked.desk.engine) as connection:
        counted = last_count(connection, settings)
        last = last_run(connection)
    return asked.page("retention.html", rules=rules_of(settings), counted=counted, last=last, now=datetime.now(UTC))


def count_retention(asked: Asked) -> Response:
    """Count anew; at a million submissions that takes some seconds."""
    act = asked.act()
    count_anew(asked.desk.engine, asked.desk.settings.retention, act.at, act)
    return go_to("/retention")


def _holds(asked: Asked, *, problem: str = "", status: int = 200) -> Response:
    with reading(asked.desk.engine) as connection:
        holds = list_holds(connection, with_lifted=True)
    standing, lifted = ([one for one in holds if bool(one.lifted_at) is is_lifted] for is_lifted in (False, True))
    return asked.page("holds.html", status=status, standing=standing, lifted=lifted, kinds=tuple(HoldKind), problem=problem)
