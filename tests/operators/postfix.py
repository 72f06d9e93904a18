"""A Postfix of the test's own: Debian's programs, its own configuration, queue and ports on loopback; the system's is left alone."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MAIN = """\
compatibility_level = 3.6
config_directory = {folder}/etc
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example-host.jp
mydestination =
local_recipient_maps =
local_transport = error:nothing is local
mynetworks = 127.0.0.0/8
relay_domains = example-host.jp
smtpd_relay_restrictions = permit_mynetworks, reject
disable_dns_lookups = yes
smtp_dns_support_level = disabled
default_transport = smtp:[127.0.0.1]:{bounces}
notify_classes =
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """port: where it takes mail."""

    folder: Path
    port: int

    @property
    def log(self) -> str:
        path = self.folder / "log" / "mail.log"
        return path.read_text("utf-8", "replace") if path.exists() else "no log"


def is_installed() -> bool:
    return Path("/usr/lib/postfix/sbin/master").exists() and os.geteuid() == 0


@contextmanager
def running_postfix(folder: Path, *, bounces: int, main: str, master: str = "") -> Iterator[Postfix]:
    """Postfix with a recipe.   folder: that everybody may enter.   bounces: the port of whoever takes all other mail."""
    for name in ("etc", "queue", "data", "log"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    port = free_port()
    (folder / "etc" / "main.cf").write_text(MAIN.format(folder=folder, bounces=bounces) + main)
    (folder / "etc" / "master.cf").write_text(MASTER.format(port=port) + master)
    postfix = Postfix(folder, port)
    _command(folder, "start")
    try:
        _wait_for(postfix)
        yield postfix
    finally:
        _command(folder, "stop")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _command(folder: Path, what: str) -> None:
    done = subprocess.run(["/usr/sbin/postfix", "-c", folder / "etc", what], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr + Postfix(folder, 0).log


def _wait_for(postfix: Postfix) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", postfix.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(postfix.log)
