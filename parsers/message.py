"""A reported mail, opened: its header, chain, text, links and attachments as one Report."""

import hashlib

from config.limits import Limits
from parsers.addresses import find_addresses, is_for_everyone
from parsers.bodies import TextBody, texts_of
from parsers.dates import parse_date
from parsers.fields import HeaderBlock
from parsers.links import links_of
from parsers.mime import Part, parse_mime
from parsers.received import ReceivedHop, parse_received_chain
from parsers.report import Attachment, FoundAs, MessageHead, Report, ReportedAddress, Role


def open_message(raw: bytes, limits: Limits, *, found_as: FoundAs, path: str = "", words: str = "") -> Report:
    """Read a reported mail from its bytes.   words: what the reporter wrote around it.   Raises: nothing."""
    return report_of(parse_mime(raw, limits, path=path), limits, found_as=found_as, words=words)


def report_of(
    message: Part,
    limits: Limits,
    *,
    found_as: FoundAs,
    words: str = "",
    hops: tuple[ReceivedHop, ...] | None = None,
    bodies: tuple[TextBody, ...] | None = None,
) -> Report:
    """The same from an opened MIME tree.   hops, bodies: where they are known already."""
    hops = parse_received_chain(message.header, limits) if hops is None else hops
    bodies = texts_of(message, limits) if bodies is None else bodies
    return Report(
        found_as=found_as,
        path=message.path,
        message=head_of(message.header),
        header=message.header,
        hops=hops,
        has_full_headers=is_full(message.header, hops),
        source=message.buffer[message.start : message.end],
        addresses=_originating(message.header, hops),
        links=links_of(message, bodies, limits),
        attachments=attachments_of(message),
        text="\n".join(body.text for body in bodies if not body.is_attachment)[: limits.text_chars],
        words=words,
        defects=tuple(defect for part in message.walk() for defect in part.defects),
    )


def head_of(header: HeaderBlock) -> MessageHead:
    """What identifies a mail for a person."""
    date = header.first("date")
    return MessageHead(
        message_id=header.text("message-id").strip(),
        subject=header.text("subject"),
        from_=header.text("from"),
        to=header.text("to"),
        date=parse_date(date.value) if date else None,
    )


def is_full(header: HeaderBlock, hops: tuple[ReceivedHop, ...]) -> bool:
    """Whether a header has a Received chain of its own and says which mail it is (SHAPES 5)."""
    has_trace = any(hop.from_name or hop.from_ip or hop.by or hop.date for hop in hops)
    return has_trace and header.has("from", "date", "message-id")


def _originating(header: HeaderBlock, hops: tuple[ReceivedHop, ...]) -> tuple[ReportedAddress, ...]:
    """X-Originating-IP, where no Received line names an address of the internet: a webmail's client, as its server says.

    Anybody can write the field, so that it is a claim; where the chain names an address it says nothing new.
    """
    field = header.first("x-originating-ip")
    if field is None or any(hop.from_ip and is_for_everyone(hop.from_ip) for hop in hops):
        return ()
    role = Role.SOURCE if hops else Role.MENTIONED
    mentions = find_addresses(field.value[:200], at_most=1)
    return tuple(ReportedAddress(ip=mention.ip, role=role, origin="x-originating-ip") for mention in mentions)


def attachments_of(message: Part) -> tuple[Attachment, ...]:
    """The parts that are listed and hashed, and not opened."""
    return tuple(
        Attachment(
            path=part.path,
            filename=part.filename,
            content_type=part.content_type,
            size=len(part.content),
            sha256=hashlib.sha256(part.content).hexdigest(),
        )
        for part in message.leaves()
        if part.filename or part.disposition[0] == "attachment"
    )
