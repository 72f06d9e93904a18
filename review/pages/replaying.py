"""The replay: what today's networks and rules would say of what is stored, and the step to make it so."""

from datetime import UTC, datetime

from starlette.responses import Response

from review.asked import Asked, go_to
from review.filtering import number_of, word_of
from review.periods import moment_of
from review.replaying import Difference, apply, replay
from routing.verdict import Verdict
from storage.audit import append
from storage.engine import writing

AT_ONCE = 2_000
SHOWN = 200


def show(asked: Asked) -> Response:
    """The form, and once it is sent the difference."""
    given = {key: asked.query.get(key, "") for key in ("verdict", "since")}
    said = number_of(asked.query.get("applied"))
    if "verdict" not in asked.query:
        return asked.page("replay.html", given=given, difference=None, problem="", applied=said, shown=SHOWN, at_once=AT_ONCE)
    try:
        difference = _difference(asked, given["verdict"], given["since"])
    except ValueError:
        problem = asked.words("replay.wrong-time")
        return asked.page(
            "replay.html", status=400, given=given, difference=None, problem=problem, applied=None, shown=SHOWN, at_once=AT_ONCE
        )
    return asked.page("replay.html", given=given, difference=difference, problem="", applied=said, shown=SHOWN, at_once=AT_ONCE)


def apply_difference(asked: Asked) -> Response:
    """Store the new verdicts: found anew, since the form may be old."""
    try:
        difference = _difference(asked, asked.field("verdict"), asked.field("since"))
    except ValueError:
        return asked.page("problem.html", status=400, code=400)
    act = asked.act(asked.field("note"))
    with writing(asked.desk.engine) as connection:
        append(connection, act, "replay", asked.desk.policy.version, {"decided": difference.decided, "changes": len(difference.changes)})
    done = apply(asked.desk.engine, difference.changes, act)
    return go_to("/replay", applied=done)


def _difference(asked: Asked, verdict: str, since: str) -> Difference:
    """Raises ValueError for a time that says nothing."""
    return replay(
        asked.desk.engine,
        asked.desk.redecide,
        verdict=word_of(Verdict, verdict),
        since=moment_of(since, now=datetime.now(UTC)) if since else None,
        limit=AT_ONCE,
    )
