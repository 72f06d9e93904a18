"""Reports of mailings: one template each, with what a mailing varies: links, names, numbers, recipients, servers."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from parsers.submission import Door, Envelope, Submission

NOON = datetime(2026, 8, 3, 3, tzinfo=UTC)
_NAMES = ("Ann", "Bob", "Carla", "Dai", "Emi", "Farid", "Gus", "Hana", "Ivo", "Jun")

PRIZE = """Dear {name},

you have been chosen out of all our customers to receive a prize that is worth {number} yen. To claim it you only have to
confirm your account on our page within the next days, before somebody else is chosen in your place:

  http://{host}.offers.example/claim/{token}

Please have your card at hand when you open the page; the shipping has to be paid by you. The prize cannot be paid out in cash,
and no correspondence about it is possible. Whoever does not answer loses the claim.

The team that hands out the prizes
If you no longer want these mails, write to leave-{token}@mailer.example
"""

LOAN = """Hello {name},

our bank lends money without questions to people whom nobody else lends any. Tell us how much you need, and the sum is on your
account tomorrow morning: {number} euros or more, paid back whenever it suits you.

  https://{host}.loans.example/apply?id={token}

Nobody at your place of work hears of it. We only need a picture of your passport and the password of your mailbox, so that we
can see that you are really the one who is asking. Interest is low, and the first month is free.

Your friends at the bank
"""

_MAIL = """Received: from mail.reporter.example (mail.reporter.example [192.0.2.11])
\tby mx.example-host.jp with ESMTPS id C{number}
\tfor <abuse@example-host.jp>; Mon, 3 Aug 2026 12:00:00 +0900
From: {name} <{name}.{token}@reporter.example>
To: abuse@example-host.jp
Subject: Spam from your network
Date: Mon, 03 Aug 2026 02:59:58 +0000
Message-ID: <report-{token}@reporter.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_{token}"

--=_{token}
Content-Type: text/plain; charset=utf-8

This mail reached one of our users. Please stop it.

--=_{token}
Content-Type: message/rfc822
Content-Disposition: attachment

Return-Path: <bounce-{token}@mailer.example>
Delivered-To: {name}.{token}@victim.example
Received: from mx.victim.example (mx.victim.example [10.1.2.3])
\tby store.victim.example (Postfix) with LMTP id A{token}
\tfor <{name}.{token}@victim.example>; Mon, 3 Aug 2026 08:00:01 +0900 (JST)
Received: from smtp.sender.example (smtp.sender.example [203.0.113.21])
\tby mx.victim.example (Postfix) with ESMTPS id B{token}
\tfor <{name}.{token}@victim.example>; Mon, 3 Aug 2026 08:00:01 +0900 (JST)
From: "The team" <offers-{number}@mailer.example>
To: {name}.{token}@victim.example
Subject: {subject} {number}
Date: Sun, 02 Aug 2026 22:59:50 +0000
Message-ID: <spam-{token}@mailer.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{text}
--=_{token}--
"""


def prose(length: int) -> str:
    """So many characters of words that nobody has read, always the same."""
    dice = random.Random(5)
    words = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randrange(3, 9))) for _ in range(3_000)]
    lines = (" ".join(dice.choices(words, k=12)) for _ in range(length // 60 + 1))
    return "\n".join(lines)[:length]


def mailing(text: str, subject: str, count: int, seed: int) -> Iterator[Submission]:
    """So many reports of one mailing, no two alike, from as many reporters."""
    dice = random.Random(seed)
    for number in range(count):
        varied: dict[str, str | int] = {
            "name": dice.choice(_NAMES),
            "number": dice.randrange(1_000, 100_000),
            "host": f"h{dice.randrange(1_000)}",
            "token": f"{seed}{number:05d}{dice.randrange(16**8):08x}",
        }
        raw = _MAIL.format(**varied, subject=subject, text=text.format(**varied)).replace("\n", "\r\n").encode()
        envelope = Envelope(mail_from=f"{varied['name']}.{varied['token']}@reporter.example", rcpt_to=("abuse@example-host.jp",))
        yield Submission(raw=raw, door=Door.SMTP, arrived_at=NOON + timedelta(seconds=number), envelope=envelope)


def mixed(large: int, small: int) -> list[Submission]:
    """A large mailing and a small one, in a mixed order that is always the same."""
    reports = [*mailing(PRIZE, "You have won", large, 1), *mailing(LOAN, "Money for you", small, 2)]
    random.Random(0).shuffle(reports)
    return reports
