"""Whether the sender of a report may be written to at all (RFC 3834 section 2), before anybody is asked who they are."""

from collections.abc import Collection

from notices.letter import fit_mailbox


def why_not_written_to(address: str, *, is_automatic: bool, own: Collection[str]) -> str:
    """Why a letter to that envelope sender is withheld, or "".   own: the desk's addresses, lower case."""
    if not address:
        return "the null sender"
    if is_automatic:
        return "a machine sent it"
    if not fit_mailbox(address):
        return "the address is not fit to be written to"
    if address.lower() in own:
        return "the address is our own"
    return ""


def is_registered(address: str, registered: Collection[str]) -> bool:
    """Whether the operator vouches for an address: it, or @ and its domain, stands in notices.reporters."""
    plain = address.lower()
    return plain in registered or "@" + plain.rpartition("@")[2] in registered
