"""Addresses of the reporter's side taken out of what others are shown (RFC 6590), with the forms that they hide in."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from itertools import islice

from parsers.encoded_words import decode_encoded_words
from parsers.fields import HeaderBlock

# addr-spec of RFC 5322 section 3.4.1, as it stands in a header: no quoted local parts
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10}")
_RECIPIENTS = (
    "to", "cc", "bcc", "delivered-to", "x-original-to", "x-envelope-to", "envelope-to", "apparently-to", "x-forwarded-to", "x-rcpt-to",
)  # fmt: skip
_SHORTEST = 4  # characters of a local part that is looked for alone
# Mailbox names of RFC 2142 and their like: alone they name nobody.
_OFFICES = frozenset(
    "abuse admin contact help hostmaster info mail marketing noc noreply office postmaster root sales security support webmaster".split()
)
_MOST = 200  # addresses


class Redaction:
    """Knows who must not be named.   key: secret of the site; the same address has the same token under it, and no other does."""

    def __init__(self, addresses: Iterable[str], key: str) -> None:
        self._key = key.encode()
        hidden = dict.fromkeys(address.lower() for address in addresses if _ADDRESS.fullmatch(address))
        self._whose = {form: address for address in islice(hidden, _MOST) for form in (*_whole_forms(address), *_local_part(address))}
        self._any = _any_of(self._whose)
        self._whole = _any_of(form for address in islice(hidden, _MOST) for form in _whole_forms(address))

    def hide(self, text: str) -> str:
        """The text with a token in place of each address, whole, written into another one, or its local part alone."""
        return self._any.sub(lambda found: self._token(found[0].lower()), text)

    def names_nobody(self, text: str) -> bool:
        """Whether no address that must not be named stands there."""
        return self._whole.search(text) is None

    def _token(self, form: str) -> str:
        token = hmac.new(self._key, self._whose.get(form, form).encode(), hashlib.sha256).hexdigest()[:12] if self._key else "address"
        return f"redacted-{token}@redacted.invalid"


def recipients_in(header: HeaderBlock) -> Iterable[str]:
    """Whom a reported mail was for: the fields of recipients, and the `for` clauses of its Received lines."""
    for name in _RECIPIENTS:
        for field in header.all(name):
            yield from _ADDRESS.findall(decode_encoded_words(field.value))
    for field in header.all("received"):
        for clause in re.findall(r"\bfor\s{1,5}<?([^\s<>;]{3,320})", field.value):
            yield from _ADDRESS.findall(clause)


def _any_of(forms: Iterable[str]) -> re.Pattern[str]:
    """Finds any of them, the longest first, whichever the case; nothing where there are none."""
    longest_first = sorted(set(forms), key=lambda form: (-len(form), form))
    if not longest_first:
        return re.compile(r"(?!)")
    return re.compile(f"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, longest_first))})(?![A-Za-z0-9])", re.IGNORECASE)


def _whole_forms(address: str) -> Iterable[str]:
    """Itself; as variable envelope return paths write it; percent-encoded."""
    local, _, domain = address.rpartition("@")
    return (address, f"{local}={domain}", f"{local}%40{domain}", f"{local}%3d{domain}", f"{local}#{domain}")


def _local_part(address: str) -> Iterable[str]:
    local = address.rpartition("@")[0]
    return (local,) if len(local) >= _SHORTEST and local not in _OFFICES else ()
