"""DKIM and ARC signatures of a reported mail, verified with keys that were looked up before (RFC 6376, RFC 8617)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from config.limits import Limits
from parsers.fields import Field, HeaderBlock, parse_header_block
from parsers.report import Report
from routing.dkim_adapter import HASHES, HeaderField, as_signed, body_fits, signature_holds
from routing.facts import KeyAnswer, Known
from routing.signed import SignatureResult, VerifiedSignature

_MOST_INSTANCES = 50  # RFC 8617 section 4.2.1
_MOST_SIGNED_FIELDS = 200
_LONGEST_KEY_RECORD = 1_024  # room for an RSA key of 4096 bits and its tags
_ARC_SET = ("arc-authentication-results", "arc-message-signature", "arc-seal")  # in the order in which a seal covers them

# sub-domain = Let-dig [Ldh-str] ; RFC 5321 section 4.1.2, and "_" as selectors have it
_QUERY_NAME = re.compile(rb"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,20}")
_BLANK_RUN = re.compile(rb"\s+")
_WITHDRAWN = re.compile(rb"(?:^|;)\s{0,8}p=\s{0,8}(?:;|$)")  # an empty p= ; RFC 6376 section 3.6.1

Keys = Mapping[str, KeyAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature field and its tags.

    kind: "dkim" or "arc".   instance: of its ARC set, 0 for DKIM.   seal: the ARC-Seal of the same set, None for DKIM.
    """

    kind: str
    field: Field
    tags: Mapping[bytes, bytes]
    instance: int = 0
    seal: "Signature | None" = None

    @property
    def key_name(self) -> str:
        """Where its key is published (RFC 6376 section 3.6.2.1), absolute; "" where that is no host name."""
        name = self.tags.get(b"s", b"") + b"._domainkey." + self.tags.get(b"d", b"")
        return name.decode("ascii").lower() + "." if len(name) <= 253 and _QUERY_NAME.fullmatch(name) else ""

    @property
    def domain(self) -> str:
        """Who signed."""
        return self.tags.get(b"d", b"").decode("ascii", "replace").lower()

    @property
    def signed_names(self) -> list[bytes]:
        """h=: the fields that it signs, lower case, in its order."""
        return [name.strip().lower() for name in self.tags.get(b"h", b"").split(b":")]


def key_names(report: Report, limits: Limits) -> tuple[str, ...]:
    """The key records that are needed to verify a report's mail: absolute names, each once, few."""
    wanted = chain.from_iterable((one, one.seal) for one in find_signatures(report, limits))
    return tuple(dict.fromkeys(one.key_name for one in wanted if one is not None and one.key_name))


def verify_signatures(report: Report, keys: Keys, limits: Limits) -> tuple[VerifiedSignature, ...]:
    """Verify a report's mail.   keys: by absolute query name; one that is not there is unknown.   Raises: nothing."""
    found = find_signatures(report, limits)
    if not found:
        return ()
    header = parse_header_block(report.source, limits)
    body = report.source[header.body_start :]
    return tuple(_verified(one, *_outcome(one, header, body, keys)) for one in found)


def find_signatures(report: Report, limits: Limits) -> tuple[Signature, ...]:
    """The signatures that are looked at: complete ARC sets, newest first, then DKIM signatures from the top."""
    if not report.source or report.header is None or not report.header.has("dkim-signature", "arc-seal"):
        return ()
    found = chain(_arc_sets(report.header, limits), _dkim_signatures(report.header, limits))
    return tuple(found)[: limits.signatures]


def _dkim_signatures(header: HeaderBlock, limits: Limits) -> Iterator[Signature]:
    for field in header.all("dkim-signature")[: limits.signatures]:
        if tags := _tags(field, limits):
            yield Signature(kind="dkim", field=field, tags=tags)


def _arc_sets(header: HeaderBlock, limits: Limits) -> Iterator[Signature]:
    """Complete sets, highest instance first; a chain with a missing or doubled member has none (RFC 8617 section 5.2)."""
    results, messages, seals = (_by_instance(header, name) for name in _ARC_SET)
    highest = max(seals, default=0)
    if any(members.keys() != set(range(1, highest + 1)) for members in (results, messages, seals)):
        return
    for number in range(highest, 0, -1):
        seal = Signature(kind="arc", field=seals[number], tags=_tags(seals[number], limits), instance=number)
        yield Signature(kind="arc", field=messages[number], tags=_tags(messages[number], limits), instance=number, seal=seal)


def _by_instance(header: HeaderBlock, name: str) -> dict[int, Field]:
    """The fields of that name by instance; none at all where two share one, or one has none."""
    found: dict[int, Field] = {}
    for field in header.all(name):
        number = _instance(field)
        if not number or number in found:
            return {}
        found[number] = field
    return found


def _instance(field: Field) -> int:
    """i= at the start of an ARC field, one or two digits; 0 where there is none."""
    name, _, digits = field.value[:16].partition(";")[0].partition("=")
    is_number = name.strip() == "i" and digits.strip().isascii() and digits.strip().isdigit()
    number = int(digits) if is_number else 0
    return number if number <= _MOST_INSTANCES else 0


def _tags(field: Field, limits: Limits) -> dict[bytes, bytes]:
    """tag-list of RFC 6376 section 3.2; empty where it is none, or where reading it would take too long."""
    longest = max((len(run) for run in _BLANK_RUN.findall(field.raw)), default=0)
    if len(field.raw) > limits.analysed_field_bytes or longest > limits.signed_blank_run:
        return {}
    tags: dict[bytes, bytes] = {}
    for spec in field.raw.split(b";"):
        name, equals, value = spec.partition(b"=")
        if equals and name.strip() in tags:
            return {}
        if equals:
            tags[name.strip()] = b"".join(value.split()) if name.strip() in (b"b", b"bh") else value.strip()
    return tags


def _verified(one: Signature, result: SignatureResult, because: str) -> VerifiedSignature:
    return VerifiedSignature(
        kind=one.kind, domain=one.domain, selector=one.tags.get(b"s", b"").decode("ascii", "replace"), result=result,
        field_index=one.field.index, instance=one.instance, because=because,
        covers_received=result is SignatureResult.PASS and b"received" in one.signed_names,
    )  # fmt: skip


def _outcome(one: Signature, header: HeaderBlock, body: bytes, keys: Keys) -> tuple[SignatureResult, str]:
    """Header first, then body, then the seal over an ARC set; and the sentence why."""
    if unsuitable := _why_unsuitable(one):
        return SignatureResult.UNKNOWN, unsuitable
    fields = [as_signed(field.name, field.raw) for field in header.fields]
    result, because = _check(one, fields, one.signed_names, keys)
    if result is SignatureResult.PASS and not body_fits(_with_canonicalisation(one), body):
        return SignatureResult.BODY_CHANGED, f"signed by {one.domain}, but the body is not the one that was signed"
    if result is SignatureResult.PASS and one.seal is not None:
        return _check_seal(one.seal, header, keys)
    return result, because


def _why_unsuitable(one: Signature) -> str:
    """Why a signature is not looked at, or ""."""
    missing = [tag for tag in (b"a", b"b", b"bh", b"d", b"h", b"s") if not one.tags.get(tag)]
    if missing:
        return f"the signature has no {missing[0].decode('ascii')}="
    if one.tags[b"a"] not in HASHES:
        return "its algorithm is not known"
    if b"l" in one.tags:
        return "it leaves the end of the body open (l=), so it counts for nothing"
    if not one.key_name:
        return "its domain and selector are no host name"
    if len(one.signed_names) > _MOST_SIGNED_FIELDS or b"from" not in one.signed_names:
        return "it signs too many header fields, or leaves From out"
    return ""


def _check_seal(seal: Signature, header: HeaderBlock, keys: Keys) -> tuple[SignatureResult, str]:
    """An ARC-Seal signs all sets up to its own, in order, itself last and without its b= (RFC 8617 section 5.1.1)."""
    if b"h" in seal.tags or not all(seal.tags.get(tag) for tag in (b"a", b"b", b"d", b"s", b"cv")) or not seal.key_name:
        return SignatureResult.UNKNOWN, "the seal of its ARC set is incomplete"
    if seal.tags[b"cv"].lower() not in (b"none", b"pass"):
        return SignatureResult.FAIL, "the ARC set says itself that the chain before it was broken"
    members = {name: _by_instance(header, name) for name in _ARC_SET}
    sealed = [members[name][number] for number in range(1, seal.instance + 1) for name in _ARC_SET]
    fields = [as_signed(field.name, field.raw) for field in sealed[:-1]]
    return _check(seal, fields[::-1], [name.lower() for name, _ in fields], keys)


def _check(one: Signature, fields: list[HeaderField], signed: list[bytes], keys: Keys) -> tuple[SignatureResult, str]:
    """Verify a signature over header fields alone."""
    answer = keys.get(one.key_name, KeyAnswer(known=Known.UNKNOWN))
    if answer.known is not Known.FOUND:
        return SignatureResult.UNKNOWN, f"no key was to be had at {one.key_name}"
    if len(answer.record) > _LONGEST_KEY_RECORD or _WITHDRAWN.search(answer.record):
        return SignatureResult.UNKNOWN, f"the key at {one.key_name} is withdrawn, or too large"
    holds = signature_holds(as_signed(one.field.name, one.field.raw), _with_canonicalisation(one), fields, signed, answer.record)
    if holds is None:
        return SignatureResult.UNKNOWN, "the signature or its key cannot be read"
    if not holds:
        return SignatureResult.FAIL, f"the signature of {one.domain} does not fit the header"
    return SignatureResult.PASS, f"signed by {one.domain}; header and body are as they were then"


def _with_canonicalisation(one: Signature) -> dict[bytes, bytes]:
    """The tags with c= as it holds where it is not written: RFC 6376 section 3.5 for DKIM, RFC 8617 section 4.1 for ARC."""
    default = b"relaxed/relaxed" if one.kind == "arc" else b"simple/simple"
    return {b"c": default, **one.tags}
