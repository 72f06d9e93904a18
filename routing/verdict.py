"""The verdicts and reasons: closed sets whose words are the same in database, log, command line, JSON, page and docs."""

from enum import StrEnum


class Verdict(StrEnum):
    """What becomes of a report."""

    ACCEPTED = "accepted"  # It concerns our network: a case is opened or joined.
    REJECTED = "rejected"  # It is refused, stored with its reason, and the sender is told why and where to turn.
    HELD = "held"  # A person must look; stored whole.


class Reason(StrEnum):
    """Why. Each belongs to one verdict; see VERDICT_OF."""

    SENDER_IN_NETWORK = "sender-in-network"  # The address that handed the reported mail over is ours.
    SENDER_BEHIND_PROVIDER = "sender-behind-provider"  # A provider that we recognised attests that our address submitted it.
    LINK_IN_NETWORK = "link-in-network"  # The sender is elsewhere or unknown; a link's host is ours.
    ADDRESS_IN_NETWORK = "address-in-network"  # A report without mail accuses an address of ours.
    NO_HEADERS = "no-headers"  # Reported as spam without a Received chain of the reported mail.
    OUT_OF_NETWORK = "out-of-network"  # Neither sender nor link nor accused address is ours.
    MISSING_INFORMATION = "missing-information"  # This kind of report asks for something that is not there.
    UNTRUSTED_TRACE = "untrusted-trace"  # Our address stands only where the sender could have written it.
    NO_EVIDENCE = "no-evidence"  # No mail, no address and no link to decide upon.
    NOT_A_REPORT = "not-a-report"  # A bounce, an auto-reply, not-spam feedback, or plain spam sent to the desk.
    CONFLICTING_EVIDENCE = "conflicting-evidence"  # The evidence names two addresses and one of them is ours.
    UNROUTABLE = "unroutable"  # Full headers that name no public address.
    CLAIMED_ONLY = "claimed-only"  # Our address is named only by a claim that nothing supports.
    OVER_LIMITS = "over-limits"  # A bound of the configuration stopped the reading.
    WORKER_DIED = "worker-died"  # The reading failed twice on our side.


VERDICT_OF: dict[Reason, Verdict] = {
    Reason.SENDER_IN_NETWORK: Verdict.ACCEPTED,
    Reason.SENDER_BEHIND_PROVIDER: Verdict.ACCEPTED,
    Reason.LINK_IN_NETWORK: Verdict.ACCEPTED,
    Reason.ADDRESS_IN_NETWORK: Verdict.ACCEPTED,
    Reason.NO_HEADERS: Verdict.REJECTED,
    Reason.OUT_OF_NETWORK: Verdict.REJECTED,
    Reason.MISSING_INFORMATION: Verdict.REJECTED,
    Reason.UNTRUSTED_TRACE: Verdict.REJECTED,
    Reason.NO_EVIDENCE: Verdict.REJECTED,
    Reason.NOT_A_REPORT: Verdict.REJECTED,
    Reason.CONFLICTING_EVIDENCE: Verdict.HELD,
    Reason.UNROUTABLE: Verdict.HELD,
    Reason.CLAIMED_ONLY: Verdict.HELD,
    Reason.OVER_LIMITS: Verdict.HELD,
    Reason.WORKER_DIED: Verdict.HELD,
}
