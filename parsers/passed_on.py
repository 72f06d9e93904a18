"""A colleague's mail to the reporter, attached as it is, that shows the reported mail in its text: that one is meant."""

from dataclasses import replace

from parsers.addresses import is_for_everyone
from parsers.detectors.inline_forward import inline_forward
from parsers.detectors.pasted_headers import pasted_headers
from parsers.mailboxes import addresses_of
from parsers.peel import organisation_of, organisation_of_author
from parsers.received import ReceivedHop
from parsers.report import FoundAs, Report
from parsers.scene import Missed, Scene, Strength
from parsers.submission import Submission

_ENCLOSED = frozenset({FoundAs.ATTACHED, FoundAs.OUTLOOK_MSG, FoundAs.TNEF, FoundAs.ARCHIVE, FoundAs.DIGEST})
# What Exchange says of a mail that one of its own users has sent ([MS-OXCSPAM]).
_AUTHENTICATED_AS = ("x-ms-exchange-organization-authas", "x-ms-exchange-crosstenant-authas")


def inside_passed_on(reports: tuple[Report, ...], scene: Scene) -> tuple[Report, ...]:
    """The reports, each that is a colleague's mail replaced by the mails that it shows.

    It must never have come from outside: who forges a colleague's address may forge a forward as well. Of a report that
    anybody sent to a desk of the reporter's, the mail with its headers is meant.
    """
    return tuple(shown for report in reports for shown in _shown(report, scene) or (report,))


def _shown(report: Report, scene: Scene) -> tuple[Report, ...]:
    if report.found_as not in _ENCLOSED or report.message is None:
        return ()
    is_colleagues = organisation_of_author(report.message.from_) in scene.reporter_organisations and _stayed_inside(report, scene)
    if not is_colleagues and not _is_to_desk(report.message.to, scene):
        return ()
    inner = Scene(
        submission=Submission(raw=report.source, door=scene.submission.door, arrived_at=scene.submission.arrived_at),
        limits=scene.limits,
        desk_addresses=scene.desk_addresses,
    )
    found = pasted_headers(inner)
    if isinstance(found, Missed) or found.strength < Strength.FULL_HEADERS:
        found = inline_forward(inner) if is_colleagues else Missed(because="nobody of the reporter's wrote it")
    return () if isinstance(found, Missed) else tuple(replace(one, path=report.path) for one in found.reports)


def _is_to_desk(recipients: str, scene: Scene) -> bool:
    """Whether a mail was itself a report: addressed to a desk, of whatever organisation."""
    return any(scene.is_named_desk(address) for address in addresses_of([recipients[:1_000]]))


def _stayed_inside(report: Report, scene: Scene) -> bool:
    """Whether no server of others handed the mail over, as far as its own header says."""
    header = report.header
    if header is not None and any(header.text(name).strip().lower() == "internal" for name in _AUTHENTICATED_AS):
        return True
    return all(_is_inside(hop, scene) for hop in report.hops)


def _is_inside(hop: ReceivedHop, scene: Scene) -> bool:
    host = hop.from_rdns or hop.from_name or ""
    return organisation_of(host) in scene.reporter_organisations or hop.from_ip is None or not is_for_everyone(hop.from_ip)
