"""Text signed in clear (RFC 9580 section 7): the text itself, without armour, signature and dash-escapes."""

import re

_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
# "Hash: SHA512" and the like, then one empty line
_ARMOUR_HEADERS = re.compile(r"(?:\r?\n[A-Za-z]{1,20}: [^\r\n]{0,200}){0,10}\r?\n[ \t]{0,9}\r?\n")
_DASH_ESCAPE = re.compile(r"^- ", re.MULTILINE)


def without_armour(text: str) -> str:
    """The text with its first signed passage laid open; a text that is not signed is returned as it is."""
    start = text.find(_BEGIN)
    headers = _ARMOUR_HEADERS.match(text, start + len(_BEGIN)) if start >= 0 else None
    if headers is None:
        return text
    stop = text.find(_SIGNATURE, headers.end())
    end = text.find(_END, stop) if stop >= 0 else -1
    signed = text[headers.end() : stop if stop >= 0 else len(text)]
    rest = text[end + len(_END) :] if end >= 0 else ""
    return text[:start] + _DASH_ESCAPE.sub("", signed) + rest
