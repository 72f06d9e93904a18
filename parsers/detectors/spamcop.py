"""A SpamCop report as text (SHAPES: S4): its own summary, then the offending mail with its headers.

Layout, newer form: "[ SpamCop V5.3.0 ]", "Email from <address> / <date>" or "<link> is <address>; <date>",
"[ Offending message ]", the mail. Older form: "Offending message:" or "=====BEGIN FORWARDED MESSAGE=====".
"""

import re
from dataclasses import replace
from ipaddress import ip_address

from parsers.bodies import TextBody
from parsers.dates import parse_date
from parsers.links import links_in_text
from parsers.pasted import find_pasted
from parsers.reopened import reopen
from parsers.report import FoundAs, Report, ReportedAddress, Role
from parsers.scene import Found, Missed, Scene, Strength

_BANNER = re.compile(r"^\[ SpamCop V[\d.]{1,20} \]|^(?:\[ )?Offending message(?: \]|:)|^=====BEGIN FORWARDED MESSAGE=====", re.MULTILINE)
_EMAIL_FROM = re.compile(r"^Email from ([0-9A-Fa-f:.]{3,45}) / (.{1,80})$", re.MULTILINE)
_SPAMVERTISED = re.compile(
    r"^(?:Spamvertised web ?site: ?(\S{1,2000})|(https?://\S{1,2000}) is [0-9A-Fa-f:.]{3,45};.{1,80})$", re.MULTILINE
)
_SOURCE_HEADER = "x-spamcop-sourceip"


def spamcop(scene: Scene) -> Found | Missed:
    """The offending mail and the address that SpamCop names; what it says is a claim, the mail's headers are evidence."""
    body = next((body for body in scene.texts if _is_spamcop(scene, body)), None)
    if body is None:
        return Missed(because="no SpamCop banner")
    pasted = next((one for one in find_pasted(body.text) if one.is_full), None)
    report = reopen(pasted, body, scene.limits) if pasted else _summary(body, scene)
    report = replace(report, machine_type="spamcop", addresses=_claimed(scene, body.text))
    return Found(
        reports=(report,),
        strength=Strength.FULL_HEADERS if report.has_full_headers else Strength.STRUCTURED,
        because=f"SpamCop, with {len(report.hops)} Received lines of the offending mail",
        looked_at=body.path,
    )


def _summary(body: TextBody, scene: Scene) -> Report:
    """What SpamCop says where it shows no mail: sites that a spam advertised."""
    links = links_in_text("\n".join(_spamvertised(body.text)), scene.limits)
    return Report(found_as=FoundAs.VENDOR_TEXT, path=body.path, links=links, text=body.text, words=body.text)


def _is_spamcop(scene: Scene, body: TextBody) -> bool:
    header = scene.root.header
    names_itself = header.has(_SOURCE_HEADER) or "spamcop" in header.text("from").lower() or "SpamCop" in body.text[:2_000]
    return names_itself and _BANNER.search(body.text) is not None


def _claimed(scene: Scene, text: str) -> tuple[ReportedAddress, ...]:
    named = [(found[1], found[2], "spamcop:email-from") for found in _EMAIL_FROM.finditer(text)]
    header = scene.root.header.first(_SOURCE_HEADER)
    if header and not named:
        named = [(header.value, "", "spamcop:source-ip")]
    claims: list[ReportedAddress] = []
    for written, date, origin in named[: scene.limits.addresses]:
        try:
            claims.append(ReportedAddress(ip=ip_address(written), role=Role.SOURCE, origin=origin, at=parse_date(date)))
        except ValueError:
            continue
    return tuple(claims)


def _spamvertised(text: str) -> list[str]:
    return [found[1] or found[2] for found in _SPAMVERTISED.finditer(text)]
