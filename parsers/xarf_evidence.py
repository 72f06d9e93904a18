"""What a XARF report encloses: mails, log lines, pictures; decoded, and held against the hash that is stated for it."""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parsers.defects import Defect, DefectKind
from parsers.framing import looks_like_mail

EVIDENCE_NAMES = frozenset({"samples", "sample", "attachment", "attachments", "evidence"})
_HASHES = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}  # hex digits
_MAX_EVIDENCE = 20
_MAX_HASHES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One enclosure.   number: counted from 1.   is_altered: the hash that is stated for it is another one."""

    number: int
    content_type: str
    content: bytes
    is_altered: bool = False

    @property
    def is_mail(self) -> bool:
        """Whether it can be opened as a mail."""
        is_likely = self.content_type.startswith(("message/", "text/", "application/octet-stream")) or not self.content_type
        return is_likely and looks_like_mail(self.content)


def read_evidence(data: dict[str, Any]) -> tuple[Evidence, ...]:
    """What a report encloses, at the top or inside "Report", in order; the first twenty."""
    items = list(_items(data, level=0))[:_MAX_EVIDENCE]
    return tuple(_evidence(number, item) for number, item in enumerate(items, 1))


def evidence_defects(evidence: tuple[Evidence, ...]) -> tuple[Defect, ...]:
    """A defect for each that was altered since its hash was taken."""
    return tuple(
        Defect(kind=DefectKind.EVIDENCE_HASH, where=f"evidence {one.number}", detail="its hash is not the stated one")
        for one in evidence
        if one.is_altered
    )


def _items(data: dict[str, Any], level: int) -> Iterator[dict[str, Any]]:
    for name, value in data.items():
        if name.lower() in EVIDENCE_NAMES:
            yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict))
        elif name.lower() == "report" and isinstance(value, dict) and level == 0:
            yield from _items(value, level + 1)


def _evidence(number: int, item: dict[str, Any]) -> Evidence:
    plain = {name.lower().replace("_", ""): value for name, value in item.items()}
    payload = next((plain[name] for name in ("payload", "data", "content") if isinstance(plain.get(name), str)), "")
    content = _decoded(payload, plain.get("base64encoded"))
    listed = plain.get("hashes")
    hashes = [str(one) for one in (plain.get("hash"), *(listed[:_MAX_HASHES] if isinstance(listed, list) else ())) if one]
    is_altered = any(_differs(one, content, payload.encode("utf-8", "replace")) for one in hashes)
    return Evidence(number=number, content_type=str(plain.get("contenttype") or "").lower(), content=content, is_altered=is_altered)


def _decoded(payload: str, is_base64: object) -> bytes:
    """A payload's bytes; where nothing says whether it is base64, what decodes without a rest is."""
    raw = payload.encode("utf-8", "replace")
    if str(is_base64).lower() == "false":
        return raw
    try:
        return base64.b64decode(b"".join(raw.split()), validate=True)
    except (binascii.Error, ValueError):
        return raw


def _differs(stated: str, content: bytes, payload: bytes) -> bool:
    """Whether a stated hash ("sha256:…", or the digits alone) is neither that of the content nor of its encoded form."""
    name, _, digits = stated.strip().lower().rpartition(":")
    algorithm = name.replace("-", "") or next((one for one, length in _HASHES.items() if length == len(digits)), "")
    if algorithm not in _HASHES:
        return False
    return digits not in (hashlib.new(algorithm, data, usedforsecurity=False).hexdigest() for data in (content, payload))
