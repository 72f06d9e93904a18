"""Mails of realistic size and make: long header chains, HTML with its lines unbroken, attachments; 32 kB in the mean.

The same seed gives the same mails. Only documentation addresses and names are used.
"""

import base64
import quopri
import random
from collections.abc import Iterator

OWN_ADDRESS = "203.0.113.77"
FOREIGN = "198.51.100.%d"
_WORDS = """account invoice delivery your parcel is waiting please confirm the payment before midnight offer only today
secure message from bank update password click below to view document shared with you meeting agenda attached kindly
review and return regards support team limited time price gift card winner claim reward verify identity expired""".split()
_JAPANESE = """お客様の アカウントが 制限されました。 下記の リンクから ご確認 ください。
荷物を お預かり しています。 至急 お支払い 手続きを お願いします。""".split()
_STYLE = (
    "margin:0;padding:12px 24px;font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px;color:#333333;background:#ffffff"
)


class Mails:
    """An endless supply of mails, one kind of submission after the other as the draw has it."""

    def __init__(self, seed: int = 1) -> None:
        self._draw = random.Random(seed)
        self._number = 0

    def take(self, count: int) -> list[bytes]:
        """So many different mails."""
        return [self.one() for _ in range(count)]

    def one(self) -> bytes:
        """The next mail: three in five as they reached a mailbox, the rest passed on by somebody."""
        self._number += 1
        kind = self._draw.random()
        if kind < 0.6:
            return self.spam()
        if kind < 0.8:
            return self.attached()
        return self._feedback_report() if kind < 0.9 else self._inline_forward()

    def spam(self) -> bytes:
        """A mail as a mailbox holds it."""
        boundary = f"=_{self._hex(24)}"
        parts = [self._part(boundary, "text/plain; charset=utf-8", self._prose(2_000))]
        parts.append(
            self._part(boundary, "text/html; charset=utf-8", self._html(), encoding=self._draw.choice(["8bit", "quoted-printable"]))
        )
        if self._draw.random() < 0.25:
            content = base64.encodebytes(self._draw.randbytes(int(self._draw.lognormvariate(9.9, 0.9)))).decode()
            kind = f'application/pdf; name="{self._word()}.pdf"'
            parts.append(self._part(boundary, kind, content, encoding="base64"))
        head = self._chain() + self._authentication() + self._marks()
        head += self._head(f'multipart/mixed; boundary="{boundary}"', self._subject())
        return _wire(head + "\n" + "".join(parts) + f"--{boundary}--\n")

    def attached(self) -> bytes:
        """A mail that somebody passes on as an attachment."""
        boundary = f"----{self._hex(20)}"
        note = self._part(boundary, "text/plain; charset=utf-8", "We received this spam from your network. Please stop it.\n")
        inner = f"--{boundary}\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\n" + _plain(self.spam())
        head = self._reporter(f'multipart/mixed; boundary="{boundary}"', "Spam from your network")
        return _wire(head + "\n" + note + inner + f"\n--{boundary}--\n")

    def _feedback_report(self) -> bytes:
        boundary = f"report-{self._hex(16)}"
        note = self._part(boundary, "text/plain; charset=us-ascii", "This is an email abuse report.\n")
        report = f"Feedback-Type: abuse\nUser-Agent: Desk/1.0\nVersion: 1\nSource-IP: {OWN_ADDRESS}\nArrival-Date: {self._date()}\n"
        fields = self._part(boundary, "message/feedback-report", report)
        inner = f"--{boundary}\nContent-Type: message/rfc822\n\n" + _plain(self.spam())
        head = self._reporter(f'multipart/report; report-type=feedback-report; boundary="{boundary}"', "Abuse report")
        return _wire(head + "\n" + note + fields + inner + f"\n--{boundary}--\n")

    def _inline_forward(self) -> bytes:
        quoted = f"From: Support <{self._word()}@{self._word()}.example>\nDate: Tue, 3 Nov 2026 at 10:15\nSubject: {self._subject()}\n"
        text = f"Please look at this.\n\n---------- Forwarded message ---------\n{quoted}To: <someone@reporter.example>\n\n"
        body = text + self._prose(6_000) + f"\nhttps://{self._word()}.example/{self._hex(12)}\n"
        return _wire(self._reporter("text/plain; charset=utf-8", "Fwd: " + self._subject()) + "\n" + body)

    def _reporter(self, content_type: str, subject: str) -> str:
        hop = "Received: from mail.reporter.example (mail.reporter.example [192.0.2.25])\n"
        hop += f"\tby mx.example-host.jp (Postfix) with ESMTPS id {self._hex(10)}\n"
        return hop + f"\tfor <abuse@example-host.jp>; {self._date()}\n" + self._authentication() + self._head(content_type, subject)

    def _head(self, content_type: str, subject: str) -> str:
        name = self._word()
        return (
            f"From: {name.title()} <{name}@{self._word()}.example>\nTo: <someone@reporter.example>\n"
            f"Subject: {subject}\nDate: {self._date()}\n"
            f"Message-ID: <{self._hex(24)}.{self._number}@{name}.example>\nMIME-Version: 1.0\nContent-Type: {content_type}\n"
        )

    def _subject(self) -> str:
        if self._draw.random() < 0.4:
            words = "".join(self._draw.choices(_JAPANESE, k=3))
            return f"=?utf-8?B?{base64.b64encode(words.encode()).decode()}?="
        return " ".join(self._draw.choices(_WORDS, k=6))

    def _chain(self) -> str:
        """Hops as large receivers, a relay and a client write them, newest first."""
        source = OWN_ADDRESS if self._draw.random() < 0.2 else FOREIGN % self._draw.randrange(1, 255)
        sender = f"{self._word()}.example"
        hops = [
            f"from AB1PR01MB{self._hex(4)}.reporter.example (2001:db8:1::{self._hex(4)})\n"
            f" by CD2PR01MB{self._hex(4)}.reporter.example with HTTPS",
            f"from AB1PR01CA{self._hex(4)}.reporter.example (2001:db8:2::{self._hex(4)}) by\n"
            f" AB1PR01MB{self._hex(4)}.reporter.example (2001:db8:1::2)"
            " with Microsoft SMTP\n Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id\n 15.20.7068.22",
            f"from {sender} ({source}) by\n AB1EUR01FT{self._hex(3)}.mail.reporter.example (10.13.2.4)"
            " with Microsoft SMTP Server\n id 15.20.7091.17 via Frontend Transport",
        ]  # fmt: skip
        if self._draw.random() < 0.5:
            hops = [f"by 2002:a05:7108:{self._hex(4)}:b0:2b5:{self._hex(4)} with SMTP id {self._hex(12)}csp{self._hex(6)}",
                    f"from {sender} ({sender}. [{source}])\n        by mx.reporter.example with ESMTPS id {self._hex(20)}.4.2026.11.03\n"
                    "        for <someone@reporter.example>\n"
                    "        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256)"]  # fmt: skip
        hops += [
            f"from [10.0.{self._draw.randrange(256)}.12] (unknown [{FOREIGN % 9}])\n\t(Authenticated sender: web{self._number}@{sender})\n"
            f"\tby {sender} (Postfix) with ESMTPSA id {self._hex(10)}\n\tfor <someone@reporter.example>",
            f"from localhost (localhost [127.0.0.1])\n\tby app.{sender} (8.15.2/8.15.2) with ESMTP id {self._hex(14)}",
        ][: self._draw.randrange(3)]
        return "".join(f"Received: {hop}; {self._date()}\n" for hop in hops)

    def _authentication(self) -> str:
        """DKIM, ARC and what the receiver made of them."""
        sender = f"{self._word()}.example"
        seal = "\n ".join(self._base64(72) for _ in range(5))
        signed = "From:Date:Subject:Message-ID:Content-Type:MIME-Version:X-MS-Exchange-AntiSpam-MessageData-ChunkCount"
        results = f"spf=pass\n smtp.mailfrom={sender}; dkim=pass (signature was verified) header.d={sender};\n"
        results += f" dmarc=pass action=none header.from={sender};"
        return (
            f"ARC-Seal: i=1; a=rsa-sha256; s=arcselector; d=reporter.example; cv=none;\n b={seal}==\n"
            f"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=reporter.example;\n s=arcselector; h={signed};\n"
            f" bh={self._base64(43)}=;\n b={seal}==\n"
            f"ARC-Authentication-Results: i=1; mx.reporter.example; {results}\nAuthentication-Results: mx.reporter.example; {results}\n"
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={sender}; s=s1;\n h={signed};\n"
            f" bh={self._base64(43)}=;\n b={seal}==\n"
        )

    def _marks(self) -> str:
        """What filters leave behind."""
        blob = "\n ".join(self._base64(900) for _ in range(self._draw.randrange(4)))
        marks = "".join(f"X-Filter-{self._word().title()}-{number}: {self._hex(24)}\n" for number in range(self._draw.randrange(6, 20)))
        marks += f"X-Message-Info: {blob}\n"
        path = f"Return-Path: {self._word()}@{self._word()}.example\n"
        return f"{path}X-Forefront-Antispam-Report: CIP:{FOREIGN % 9};CTRY:;LANG:en;SCL:5;\n{marks}"

    def _part(self, boundary: str, content_type: str, content: str, *, encoding: str = "8bit") -> str:
        if encoding == "quoted-printable":
            content = _quoted_printable(content)
        return f"--{boundary}\nContent-Type: {content_type}\nContent-Transfer-Encoding: {encoding}\n\n{content}\n"

    def _html(self) -> str:
        """A newsletter: nested tables, style in every cell, one line of several thousand characters."""
        rows = []
        for _ in range(max(4, int(self._draw.lognormvariate(2.1, 0.7)))):
            link = f"https://click.{self._word()}.example/ls/click?upn={self._base64(self._draw.choice([24, 120, 300]))}"
            shown = " ".join(self._draw.choices(_WORDS, k=4))
            cell = f'<td style="{_STYLE}"><a href="{link}" target="_blank">{shown}</a><br>{self._prose(600)}</td>'
            rows.append(
                f'<tr><td><img src="https://img.{self._word()}.example/{self._hex(8)}.png" width="48" height="48" alt=""></td>{cell}</tr>'
            )
        style = "<style>" + "".join(f".c{n}{{{_STYLE}}}" for n in range(8)) + "</style>"
        joint = self._draw.choice(["", "\n"])
        return f"<html><head>{style}</head><body><table>{joint.join(rows)}</table></body></html>"

    def _prose(self, length: int) -> str:
        words = _JAPANESE if self._draw.random() < 0.3 else _WORDS
        return " ".join(self._draw.choices(words, k=length // 7)).replace("reward ", "reward.\n")

    def _date(self) -> str:
        return f"Tue, 3 Nov 2026 10:{self._draw.randrange(60):02}:{self._draw.randrange(60):02} +0000"

    def _word(self) -> str:
        return self._draw.choice(_WORDS).strip(".")

    def _hex(self, digits: int) -> str:
        return f"{self._draw.getrandbits(4 * digits):0{digits}x}"

    def _base64(self, length: int) -> str:
        return base64.b64encode(self._draw.randbytes(length)).decode().rstrip("=")[:length]


def _quoted_printable(text: str) -> str:
    """Lines of at most 76 characters, soft line ends between."""
    return quopri.encodestring(text.encode()).decode()


def _wire(text: str) -> bytes:
    return text.encode().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _plain(raw: bytes) -> str:
    return raw.decode().replace("\r\n", "\n")


def mails_of_short_lines(seed: int = 1) -> Iterator[bytes]:
    """Those without a line over 990 bytes, which the stock server would refuse."""
    mails = Mails(seed)
    while True:
        mail = mails.one()
        if max(map(len, mail.split(b"\r\n"))) <= 990:
            yield mail
