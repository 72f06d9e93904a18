"""The addresses of a field of addresses (RFC 5322 section 3.4).

The standard library reads them, and calls itself for each comment and group that is opened: no more are left in than a mailer writes.
"""

from collections.abc import Iterable
from email.utils import getaddresses

OPENINGS = 100  # of comments and groups, in all that is read at once
_CLOSED = str.maketrans("(:", " ,")


def addresses_of(values: Iterable[str]) -> tuple[str, ...]:
    """The addresses in field bodies, lower case, in their order."""
    text = ", ".join(values)
    if text.count("(") + text.count(":") > OPENINGS:
        text = text.translate(_CLOSED)
    return tuple(address.lower() for _, address in getaddresses([text]) if "@" in address)
