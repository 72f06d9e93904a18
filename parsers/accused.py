"""What a text as a whole says of each address: accused, the victim's, or only mentioned.

Never "every address found": the plainest statements decide, and a weaker one accuses nobody beside them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from parsers.addresses import is_for_everyone
from parsers.report import Address, ReportedAddress, Role
from parsers.roles import Certainty
from parsers.sightings import Sighting
from parsers.times import Moment

TimeOf = Callable[[Sighting], Moment | None]
_TIMED_LINES = 3  # lines of one address that are searched for a time
_TIMED_ADDRESSES = 200


def settle(sightings: Sequence[Sighting], *, at_most: int, time_of: TimeOf) -> tuple[ReportedAddress, ...]:
    """One entry for each address, in order of appearance; accused ones with the time and port of their first such sighting.

    time_of: the time that a sighting's line states.
    """
    by_ip: dict[Address, list[Sighting]] = defaultdict(list)
    for one in _turned(sightings):
        by_ip[one.ip].append(one)
    chosen = {ip: _plainest(seen) for ip, seen in by_ip.items()}
    accused = _accused(chosen)
    reported = [_reported(one, is_accused=ip in accused) for ip, one in list(chosen.items())[:at_most]]
    timed = [_timed(one, by_ip[one.ip], time_of) if one.role is Role.SOURCE else one for one in reported[:_TIMED_ADDRESSES]]
    return (*timed, *reported[_TIMED_ADDRESSES:])


def _timed(reported: ReportedAddress, seen: Sequence[Sighting], time_of: TimeOf) -> ReportedAddress:
    lines = [one for one in seen if one.role is Role.SOURCE][:_TIMED_LINES]
    moment = next((moment for one in lines if (moment := time_of(one)) is not None), None)
    return replace(reported, at=moment.at, is_zone_assumed=moment.is_zone_assumed) if moment else reported


def _turned(sightings: Sequence[Sighting]) -> Iterable[Sighting]:
    """A log that shows our side's answers names the accused as its target: what is stated elsewhere turns such lines round."""
    stated = {one.ip for one in sightings if one.certainty is Certainty.STATED and one.role is Role.SOURCE}
    answered = {one.line for one in sightings if one.certainty is Certainty.PLAIN and one.role is Role.TARGET and one.ip in stated}
    acting = {one.line for one in sightings if one.role is Role.SOURCE and one.ip in stated}
    turn = answered - acting
    other = {Role.SOURCE: Role.TARGET, Role.TARGET: Role.SOURCE, Role.MENTIONED: Role.MENTIONED}
    return [replace(one, role=other[one.role]) if one.line in turn and one.certainty is Certainty.PLAIN else one for one in sightings]


def _plainest(seen: Sequence[Sighting]) -> Sighting:
    """The sighting that decides what an address is: the plainest; of equals the role seen more often, then the first."""
    top = max(one.certainty for one in seen)
    plain = [one for one in seen if one.certainty == top]
    counts = {role: sum(one.role is role for one in plain) for role in Role}
    role = max((one.role for one in plain), key=lambda role: counts[role])
    deciding = next(one for one in plain if one.role is role)
    port = next((one.port for one in seen if one.role is role and one.port is not None), None)
    return replace(deciding, port=port)


def _accused(chosen: dict[Address, Sighting]) -> set[Address]:
    """The accused: those named plainly; words count where nothing is stated, a lone label or place where no words say more."""
    sources = {ip: one for ip, one in chosen.items() if one.role is Role.SOURCE}
    anyone = {ip: one for ip, one in sources.items() if is_for_everyone(ip)}
    sources = anyone or sources
    if not sources:
        return set()
    top = max(one.certainty for one in sources.values())
    if top is Certainty.DEFAULT:
        return _guessed(sources)
    has_format = any(one.certainty is Certainty.PLAIN and one.origin != "own-words" for one in sources.values())
    least = Certainty.WORDS if top is Certainty.PLAIN and not has_format else min(top, Certainty.PLAIN)
    return {ip for ip, one in sources.items() if one.certainty >= least}


def _guessed(sources: dict[Address, Sighting]) -> set[Address]:
    """Where nothing says what the addresses are: all of a bare list, else the first alone."""
    lines = [one.line for one in sources.values()]
    is_list = len(lines) > 1 and all(later - earlier <= 2 for earlier, later in pairwise(lines))
    return set(sources) if is_list else {next(iter(sources))}


def _reported(one: Sighting, *, is_accused: bool) -> ReportedAddress:
    role = one.role
    if role is Role.SOURCE and not is_accused:
        role = Role.MENTIONED
    return ReportedAddress(ip=one.ip, role=role, origin=one.origin, port=one.port, because=one.because)
