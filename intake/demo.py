"""`demo`: a fresh store is filled from fixtures/eml over a real SMTP connection, told as a table, and served on.

What was written as a report goes in as it is; a bare mail is forwarded as an attachment, as its reader would do it.
"""

import asyncio
import re
import secrets
import shutil
import smtplib
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.errors import ConfigError
from config.sections import Settings
from config.settings import build_policy, load_settings
from config.values import Endpoint
from intake.exits import Exit
from intake.logs import log_to_stderr
from intake.pool import staffed_pool
from intake.progress import Progress
from intake.serve import sending_to, stopping
from intake.service import Service
from intake.web import Web
from storage.audit import Act
from storage.engine import open_engine, writing
from storage.staff import Role, add_user

_FIXTURES = Path(__file__).parents[1] / "fixtures"
_STORE = Path("var/demo")
_STAFF = "demo"
_TO, _FROM = "abuse@example-host.jp", "reader@reporter.example"
_IS_REPORT = re.compile(rb"^(?:X-Fixture-Door: smtp|To: .{0,80}\babuse(?:\+[a-z-]{1,40})?@example-host\.jp)", re.MULTILINE)
_FORWARD = f"""\
From: {_FROM}
To: {_TO}
Subject: Fwd: spam
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_forwarded"

--=_forwarded
Content-Type: text/plain

Please look at the attached mail.
--=_forwarded
Content-Type: message/rfc822

{{mail}}
--=_forwarded--
""".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the listener answered to one fixture.   reply: its first line."""

    name: str
    code: int
    reply: str


def demo(*, is_once: bool) -> int:
    """Fill the demonstration store and serve it until interrupted; is_once: end after the table."""
    if not _FIXTURES.is_dir():
        raise ConfigError("the demonstration needs fixtures/eml: run it in a checkout of the project")
    log_to_stderr()
    shutil.rmtree(_STORE, ignore_errors=True)
    settings = load_settings(_FIXTURES / "abusedesk.toml")
    storage = replace(settings.storage, url=f"sqlite:///{_STORE}/abusedesk.db")
    smtp = replace(settings.smtp, listen=(Endpoint("127.0.0.1", 0 if is_once else 8025),))
    return asyncio.run(_demo(replace(settings, storage=storage, smtp=smtp), is_once=is_once))


async def _demo(settings: Settings, *, is_once: bool) -> int:
    told_to_stop = stopping()
    policy = build_policy(settings)
    pool = staffed_pool(policy, settings.workers)
    service, web = Service(settings, pool), None
    try:
        await service.start()
        if not is_once:
            web = Web(settings, policy, pool)
            await web.start()
    except OSError as error:
        print(f"abusedesk: {error}", file=sys.stderr)
        return Exit.UNAVAILABLE
    answers = await asyncio.to_thread(_send_all, service.addresses[0])
    _print_answers(answers)
    if web is not None:
        password = _let_in(settings)
        _print_next(settings, service.addresses[0])
        print(f"Look at the desk:          {web.address}  as {_STAFF}, password {password}")
        print("Ctrl-C ends it.", flush=True)
        await told_to_stop.wait()
        await web.stop()
    await service.stop()
    return Exit.OK


def _let_in(settings: Settings) -> str:
    """Somebody who may sign in at the demonstration's desk; gives the password, a new one each time."""
    password = secrets.token_urlsafe(9)
    engine = open_engine(settings.storage.url)
    with writing(engine) as connection:
        add_user(connection, _STAFF, password, Role.ADMIN, Act(actor="demo"))
    engine.dispose()
    return password


def _send_all(address: Endpoint) -> list[Told]:
    """Every fixture over one SMTP connection, in order."""
    mails = sorted((_FIXTURES / "eml").rglob("*.eml"))
    size = sum(path.stat().st_size for path in mails) if sys.stderr.isatty() else 0
    with Progress(total=size) as progress, smtplib.SMTP(address.host, address.port) as client:
        client.ehlo("reader.reporter.example")
        answers = []
        for path in mails:
            answers.append(_send(client, path))
            progress.advance(path.stat().st_size, len(answers))
    return answers


def _send(client: smtplib.SMTP, path: Path) -> Told:
    raw = path.read_bytes()
    content = raw if _IS_REPORT.search(raw) else _forwarded(raw)
    client.mail(_FROM, ["BODY=8BITMIME"])
    client.rcpt(_TO)
    code, reply = client.data(re.sub(rb"\r?\n", b"\r\n", content))
    return Told(name=path.relative_to(_FIXTURES / "eml").as_posix(), code=code, reply=reply.decode("ascii", "replace").splitlines()[0])


def _forwarded(raw: bytes) -> bytes:
    """A mail forwarded as an attachment, byte for byte."""
    before, after = _FORWARD.split(b"{mail}")
    return before + raw + after


def _print_answers(answers: list[Told]) -> None:
    out = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=160)
    table = Table(box=None, pad_edge=False, header_style="bright_black")
    for name in ("fixture", "SMTP", "verdict"):
        table.add_column(name, no_wrap=name != "verdict", overflow="ellipsis" if name == "verdict" else "fold")
    for told in answers:
        table.add_row(Text(told.name), Text(str(told.code), "green" if told.code == 250 else "red"), Text(told.reply))
    out.print(table)
    counted = Counter(told.code for told in answers)
    out.print(Text(", ".join(f"{number} answered {code}" for code, number in sorted(counted.items())), "bold"))


def _print_next(settings: Settings, address: Endpoint) -> None:
    print(f"\nLook at what was refused:  ABUSEDESK_STORAGE__URL={settings.storage.url} {sys.argv[0]} rejected list")
    print(f"Send it one yourself:      {sending_to(address, settings)}")
