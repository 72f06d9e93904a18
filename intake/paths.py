"""Reverse-path and forward-path of MAIL and RCPT (RFC 5321 section 4.1.2, RFC 6531 section 3.3).

Lenient where real senders are (no angle brackets, a blank after the colon, dots anywhere in a local part, local parts longer
than 64), strict where a character could change what a log, a header or a database makes of it.
"""

import re
from dataclasses import dataclass

LOCAL_PART_BYTES = 255  # the RFC says 64; bounce addresses of large senders are longer
DOMAIN_BYTES = 255

# atext, and above ASCII what RFC 6531 adds; dots are left to stand where they are.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u00a1-\ud7ff\ue000-\U0010ffff]{1,255}"
# quoted-string = DQUOTE *QcontentSMTP DQUOTE ; 4.1.2: printable characters only, no line ends
_QUOTED = r'"(?:[ !#-\[\]-~\u00a1-\ud7ff\ue000-\U0010ffff]|\\[ -~]){0,255}"'
# sub-domain = Let-dig [Ldh-str] ; underscores as hosts are named in practice; U-labels of RFC 6531
_DOMAIN = r"[A-Za-z0-9_\u00a1-\ud7ff\ue000-\U0010ffff](?:[A-Za-z0-9_.\-\u00a1-\ud7ff\ue000-\U0010ffff]{0,254})"
# address-literal = "[" ( IPv4 / IPv6 / General ) "]" ; 4.1.3
_LITERAL = r"\[[A-Za-z0-9:.\-]{2,80}\]"
_ADDRESS = rf"(?P<local>{_LOCAL}|{_QUOTED})(?:@(?P<domain>{_DOMAIN}|{_LITERAL}))?"
# A-d-l = At-domain *( "," At-domain ) ; source routes are accepted and ignored (appendix C)
_ROUTE = r"(?:@[A-Za-z0-9_.,@\-]{1,255}:)?"
_BRACKETED = re.compile(rf"<(?:{_ROUTE}{_ADDRESS})?>(?= |$)")
_BARE = re.compile(rf"{_ADDRESS}(?= |$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """An address of the envelope, without brackets; "" is the null path.   rest: the parameters behind it."""

    address: str
    rest: str


def parse_path(argument: str) -> Path | None:
    """The path at the start of what follows FROM: or TO:, or None when it is malformed or too long."""
    found = (_BRACKETED if argument.startswith("<") else _BARE).match(argument)
    if found is None or not found[0].isprintable():
        return None  # invisible and bidirectional characters are above ASCII as well
    local, domain = found["local"] or "", found["domain"] or ""
    if len(local.encode()) > LOCAL_PART_BYTES or len(domain.encode()) > DOMAIN_BYTES:
        return None
    return Path(address=f"{local}@{domain}" if domain else local, rest=argument[found.end() :].strip())
