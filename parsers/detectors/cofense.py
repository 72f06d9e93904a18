"""A Cofense Reporter report as text (SHAPES: S4): blocks between "-----BEGIN … -----" and "-----END … -----".

The header block has its folds turned into tabs; links stand defanged in a block of their own; there is no body.
"""

import re
from dataclasses import replace

from parsers.bodies import TextBody
from parsers.links import links_in_text
from parsers.pasted import find_pasted
from parsers.reopened import reopen
from parsers.report import Link
from parsers.scene import Found, Missed, Scene, Strength

_HEADERS = ("-----BEGIN EMAIL HEADERS-----", "-----END EMAIL HEADERS-----")
_URLS = ("-----BEGIN URLS-----", "-----END URLS-----")
_URL_LINE = re.compile(r"^[ \t>]{0,8}URL:[ \t]{0,8}(\S{1,8192})", re.MULTILINE)
_TAB_FOLD = re.compile(r"(?<=\S)\t(?=\S)")


def cofense(scene: Scene) -> Found | Missed:
    """The mail whose header the first such block holds, with the links listed beside it."""
    for body in scene.texts:
        header = _between(body.text, *_HEADERS)
        found = find_pasted(_TAB_FOLD.sub("\n\t", header)) if header else ()
        if found:
            report = reopen(found[0], replace(body, text=header, html="", page=None), scene.limits)
            report = replace(report, text="", words=_before(body.text), links=_links(scene, body))
            strength = Strength.FULL_HEADERS if report.has_full_headers else Strength.HEAD_ONLY
            return Found(reports=(report,), strength=strength, because="a Cofense Reporter header block", looked_at=body.path)
    return Missed(because="no Cofense Reporter block")


def _between(text: str, begin: str, end: str) -> str:
    start = text.find(begin)
    stop = text.find(end, start) if start >= 0 else -1
    return text[start + len(begin) : stop] if stop >= 0 else ""


def _before(text: str) -> str:
    return text[: text.find(_HEADERS[0])].strip()


def _links(scene: Scene, body: TextBody) -> tuple[Link, ...]:
    block = _between(body.text, *_URLS)
    labelled = "\n".join(found[1] for found in _URL_LINE.finditer(block))
    return links_in_text(labelled or block, scene.limits)
