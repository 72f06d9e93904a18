"""An Exim of the test's own: Debian's program, unpacked beside the Postfix that it cannot be installed with; its own spool and port."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwnam

from tests.operators.postfix import free_port

PLACES = (Path("/usr/sbin/exim4"), Path(__file__).parents[2] / ".venv" / "exim" / "usr" / "sbin" / "exim4")
CONFIG = """\
exim_path = {program}
primary_hostname = mx.example-host.jp
qualify_domain = example-host.jp
exim_user = Debian-exim
exim_group = Debian-exim
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
local_interfaces = <; 127.0.0.1
daemon_smtp_ports = {port}
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts =
never_users =
bounce_return_size_limit = 100K
acl_smtp_rcpt = accept
acl_smtp_data = accept
begin routers
{router}
elsewhere:
  driver = manualroute
  domains = !example-host.jp
  route_list = * 127.0.0.1
  self = send
  transport = elsewhere_smtp
begin transports
{transport}
elsewhere_smtp:
  driver = smtp
  port = {bounces}
  hosts_avoid_tls = *
begin retry
* * F,1h,1s
"""


@dataclass(frozen=True)
class Exim:
    """port: where it takes mail."""

    folder: Path
    port: int

    @property
    def log(self) -> str:
        return "\n".join(path.read_text("utf-8", "replace") for path in (self.folder / "log").glob("*"))


def find_exim() -> Path | None:
    """The program; None where it is not there, or its user or root is not."""
    try:
        getpwnam("Debian-exim")
    except KeyError:
        return None
    return next((path for path in PLACES if path.exists()), None) if os.geteuid() == 0 else None


@contextmanager
def running_exim(program: Path, folder: Path, *, bounces: int, router: str, transport: str) -> Iterator[Exim]:
    """Exim with a recipe.   folder: that everybody may enter.   bounces: the port of whoever takes all other mail."""
    user = getpwnam("Debian-exim")
    for name in ("spool", "log"):
        (folder / name).mkdir()
        os.chown(folder / name, user.pw_uid, user.pw_gid)
    exim = Exim(folder, free_port())
    config = folder / "exim.conf"
    config.write_text(CONFIG.format(program=program, folder=folder, port=exim.port, bounces=bounces, router=router, transport=transport))
    config.chmod(0o644)
    process = subprocess.Popen([program, "-C", config, "-bdf", "-q1s"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        _wait_for(exim, process)
        yield exim
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _wait_for(exim: Exim, process: "subprocess.Popen[str]") -> None:
    import socket

    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", exim.port), timeout=1).close()
        except OSError:
            assert process.poll() is None, process.communicate()[1] + exim.log
            time.sleep(0.05)
        else:
            return
    raise AssertionError(exim.log)
