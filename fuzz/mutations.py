"""Small damage to mails, as transport, clients and attackers do it; the same dice give the same damage."""

import random
from collections.abc import Callable, Sequence

Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]

# What readers of mail stumble over.
_TOKENS = (
    b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\r\n.\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b[2J", b"=?utf-8?q?",
    b"=?utf-8?b?////?=", b"?=", b"(((((", b"<<<<", b'"""', b"[[[[", b"--", b"=", b"=\r\n", b";;;;", b"boundary=", b"*0*=", b"%00",
    b"Received: from ", b"Content-Type: multipart/mixed; boundary=x\r\n", b"Content-Transfer-Encoding: base64\r\n", b"\r\nFrom ",
    b"> ", b"[.]", b"hxxp://", b"https://", b"[::ffff:203.0.113.9]", b"9" * 5_000, b" " * 5_000, b"\xe3\x81", b"\xed\xa0\x80",
    b"\xe2\x80\xae", b"<!--", b"<a href=", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x78\x9f\x3e\x22",
)  # fmt: skip


def mutate(raw: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    """One mail with a few damages.   others: mails that it may be spliced with."""
    for _ in range(1 + int(dice.expovariate(0.7))):
        raw = dice.choice(_MUTATIONS)(raw, dice, others)
    return raw[:1_048_576]


def _place(raw: bytes, dice: random.Random) -> int:
    """Anywhere; half of the time in the first part, where the headers are."""
    return dice.randrange(len(raw) + 1) if dice.random() < 0.5 else dice.randrange(min(len(raw), 2_000) + 1)


def _flip(raw: bytes, dice: random.Random, _others: Sequence[bytes]) -> bytes:
    changed = bytearray(raw)
    for _ in range(dice.randrange(1, 8) if raw else 0):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _cut_short(raw: bytes, dice: random.Random, _others: Sequence[bytes]) -> bytes:
    return raw[: _place(raw, dice)]


def _leave_out(raw: bytes, dice: random.Random, _others: Sequence[bytes]) -> bytes:
    at = _place(raw, dice)
    return raw[:at] + raw[at + dice.randrange(200) :]


def _insert(raw: bytes, dice: random.Random, _others: Sequence[bytes]) -> bytes:
    at = _place(raw, dice)
    return raw[:at] + dice.choice(_TOKENS) * dice.choice((1, 1, 1, 2, 50)) + raw[at:]


def _repeat(raw: bytes, dice: random.Random, _others: Sequence[bytes]) -> bytes:
    at = _place(raw, dice)
    piece = raw[at : at + dice.randrange(1, 300)]
    return raw[:at] + piece * dice.choice((2, 3, 100)) + raw[at:]


def _splice(raw: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    other = dice.choice(others)
    return raw[: _place(raw, dice)] + other[_place(other, dice) :]


def _swap_lines(raw: bytes, dice: random.Random, _others: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    for _ in range(dice.randrange(1, 6)):
        a, b = dice.randrange(len(lines)), dice.randrange(min(len(lines), 60))
        lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def _other_line_ends(raw: bytes, dice: random.Random, _others: Sequence[bytes]) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", dice.choice((b"\n", b"\r", b"\r\r\n", b"\r\n")))


_MUTATIONS: tuple[Mutation, ...] = (_flip, _cut_short, _leave_out, _insert, _insert, _repeat, _splice, _swap_lines, _other_line_ends)
