"""A Dovecot of the test's own: Debian's programs, its own configuration, mail and ports on loopback; the system's is left alone."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "correct-horse-battery"
CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2 oauthbearer
default_internal_user = dovecot
default_login_user = dovenull
mail_location = maildir:{folder}/mail/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
{more}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/home/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""
OAUTH = """\
tokeninfo_url = http://127.0.0.1:{port}/tokeninfo?token=
username_attribute = user
"""


@dataclass(frozen=True)
class Dovecot:
    """port: in clear and for STARTTLS.   tls_port: TLS from the first byte.   ca: the certificate that it shows."""

    folder: Path
    port: int
    tls_port: int

    @property
    def ca(self) -> Path:
        return self.folder / "cert.pem"

    @property
    def log(self) -> str:
        path = self.folder / "dovecot.log"
        return path.read_text("utf-8", "replace") if path.exists() else "no log"

    def deliver(self, user: str, raw: bytes, name: str) -> None:
        """Put a mail into somebody's inbox, as a delivery agent does."""
        box = self.folder / "mail" / user
        for part in ("tmp", "new", "cur"):
            (box / part).mkdir(parents=True, exist_ok=True)
        (box / "tmp" / name).write_bytes(raw)
        for path in (box, *(box / part for part in ("tmp", "new", "cur")), box / "tmp" / name):
            shutil.chown(path, "mail", "mail")
        (box / "tmp" / name).rename(box / "new" / name)

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """What lies in a folder."""
        box = self.folder / "mail" / user
        box = box if folder == "INBOX" else box / f".{folder}"
        return [file.read_bytes() for part in ("new", "cur") for file in sorted((box / part).glob("*"))]


def is_installed() -> bool:
    return Path("/usr/lib/dovecot/imap").exists() and os.geteuid() == 0


@contextmanager
def running_dovecot(folder: Path, *, tokeninfo: int = 9, more: str = "") -> Iterator[Dovecot]:
    """Dovecot, with an account for whoever asks.   folder: that everybody may enter.   tokeninfo: port that knows OAuth tokens."""
    for name in ("run", "state", "mail", "home"):
        (folder / name).mkdir()
    for name in ("mail", "home"):
        shutil.chown(folder / name, "mail", "mail")
    _make_certificate(folder)
    dovecot = Dovecot(folder, free_port(), free_port())
    (folder / "oauth2.conf").write_text(OAUTH.format(port=tokeninfo))
    config = folder / "dovecot.conf"
    config.write_text(CONFIG.format(folder=folder, port=dovecot.port, tls_port=dovecot.tls_port, password=PASSWORD, more=more))
    with subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", config], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            _wait_for(dovecot, process)
            yield dovecot
        finally:
            process.terminate()
            process.wait(20)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _make_certificate(folder: Path) -> None:
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files: list[str | Path] = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    command: list[str | Path] = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
    subprocess.run(command, capture_output=True, check=True)


def _wait_for(dovecot: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", dovecot.port), timeout=1) as talk:
                assert talk.recv(100).startswith(b"* OK")
        except OSError:
            assert process.poll() is None, dovecot.log
            time.sleep(0.05)
        else:
            return
    raise AssertionError(dovecot.log)
