"""EDGE: whether the sender of a report is who the envelope says, so that nobody who was forged is written to.

SPF of the envelope sender for the address that handed the mail over, or a DKIM signature of the sender's own domain.
"""

import asyncio

from config.policy import Policy
from config.sections import LookupSettings
from notices.spf_check import spf_passes
from parsers.fields import HeaderBlock, parse_header_block
from parsers.received import parse_received
from parsers.report import Address, FoundAs, Report
from parsers.submission import Submission
from routing.facts import Lookups, Questions
from routing.organisation import organisation_of
from routing.signatures import key_names, verify_signatures
from routing.signed import SignatureResult

_SPF_S = 10.0


class Vouching:
    """lookups: over which DKIM keys are asked for."""

    def __init__(self, lookups: Lookups, settings: LookupSettings, policy: Policy) -> None:
        self._lookups = lookups
        self._settings = settings
        self._policy = policy

    async def vouches(self, submission: Submission) -> bool:
        """Whether SPF or DKIM vouches for the envelope sender.   Raises: nothing."""
        if not self._settings.dns:
            return False
        header = parse_header_block(submission.raw, self._policy.limits)
        return await self._signed(submission, header) or await self._sent_by_its_own(submission, header)

    async def _signed(self, submission: Submission, header: HeaderBlock) -> bool:
        report = Report(found_as=FoundAs.BARE, header=header, source=submission.raw)
        limits = self._policy.limits
        names = key_names(report, limits)
        if not names:
            return False
        facts = await self._lookups.gather(Questions(keys=names))
        sender = submission.envelope.mail_from.rpartition("@")[2].lower()
        verified = await asyncio.to_thread(verify_signatures, report, facts.keys, limits)
        good = (one.domain for one in verified if one.kind == "dkim" and one.result is SignatureResult.PASS)
        return any(domain == sender or organisation_of(domain) == organisation_of(sender) != "" for domain in good)

    async def _sent_by_its_own(self, submission: Submission, header: HeaderBlock) -> bool:
        ip = _handed_over_by(submission, header, self._policy)
        if ip is None:
            return False
        sender, resolver = submission.envelope.mail_from, self._settings.resolver
        return await asyncio.to_thread(spf_passes, str(ip), sender, resolver=resolver, within_s=_SPF_S)


def _handed_over_by(submission: Submission, header: HeaderBlock, policy: Policy) -> Address | None:
    """Who handed the mail to our side: the peer, or where that is a relay of ours, whom the relay says it had it from."""
    peer = submission.envelope.peer
    is_ours = peer is None or peer.is_loopback or any(peer.version == one.version and peer in one for one in policy.trusted_networks)
    if not is_ours:
        return peer
    newest = header.first("received")
    return parse_received(newest.value, position=0, field_index=newest.index).from_ip if newest else None
