"""Links to the site and addresses of the hosts of whoever reports: in a signature, a ticket, a form. They accuse nobody."""

from dataclasses import replace

from parsers.peel import organisation_of
from parsers.report import FoundAs, Report, Role
from parsers.scene import Scene

# Whose outermost header is not the reporter's.
_OUTERMOST = frozenset({FoundAs.BARE, FoundAs.REDIRECTED, FoundAs.MBOX, FoundAs.BOUNCE})
_SIGNATURE = "\n-- \n"  # RFC 3676 section 4.3
_SIGNATURE_CHARS = 2_000
_LOCATING = frozenset({"urls", "location", "domain"})


def without_own_site(reports: tuple[Report, ...], scene: Scene) -> tuple[Report, ...]:
    """The reports, with the links to the reporter's own site as mentioned.

    Such a link stays what is complained of when it is the only one, or when a label says so: who has a site with us may
    report what was done to it. Below a signature's dashes it never is.
    """
    if any(report.found_as in _OUTERMOST for report in reports):
        return reports
    own = scene.reporter_organisations
    reports = tuple(_told_apart(report, own, scene) for report in reports) if own else reports
    return tuple(_without_own_hosts(report, scene) for report in reports)


def _without_own_hosts(report: Report, scene: Scene) -> Report:
    """The report with the addresses that it came by as mentioned, where another is accused: a form writes down who filled it in."""
    accused = [one for one in report.addresses if one.role is Role.SOURCE]
    came_by = {hop.from_ip for hop in scene.hops} if accused else set()
    theirs = [one for one in accused if one.ip in came_by]
    if not theirs or not (report.has_full_headers or len(accused) > len(theirs)):
        return report
    told = tuple(replace(one, role=Role.MENTIONED) if one in theirs else one for one in report.addresses)
    return replace(report, addresses=told)


def _told_apart(report: Report, own: frozenset[str], scene: Scene) -> Report:
    accused = [link for link in report.links if link.role is Role.SOURCE]
    theirs = [link for link in accused if organisation_of(link.host) in own]
    if not theirs:
        return report
    logged = any(one.name == "log-kind" for one in report.stated)
    is_about_others = report.has_full_headers or logged or len(accused) > len(theirs)
    labelled = "\n".join(one.value for one in report.stated if one.name in _LOCATING)
    above, signature = _signed(scene.words)
    mentioned = {
        link.url
        for link in theirs
        if (is_about_others and link.host not in labelled) or (link.host in signature and link.host not in above)
    }
    return replace(report, links=tuple(replace(link, role=Role.MENTIONED) if link.url in mentioned else link for link in report.links))


def _signed(words: str) -> tuple[str, str]:
    """The words above a signature's dashes, which may have lost their blank, and those below; all of them where there is none."""
    above, _, signature = words.replace("\n--\n", _SIGNATURE).rpartition(_SIGNATURE)
    return (above, signature) if above and len(signature) < _SIGNATURE_CHARS else (words, "")
