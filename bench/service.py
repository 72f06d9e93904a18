"""A server under test, as processes of its own: started, found, weighed, stopped."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONFIG = """\
[network]
prefixes = ["203.0.113.0/24", "2001:db8:10::/48"]
domains = ["example-host.jp"]
routable = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"]
[receivers]
trusted = ["mx.example-host.jp"]
[lookups]
{lookups}
[policy]
desk_addresses = ["abuse@example-host.jp"]
[workers]
count = {workers}
[storage]
url = "{store}"
[web]
listen = "127.0.0.1:0"
[smtp]
listen = ["127.0.0.1:{port}"]
max_connections_per_address = 100
{smtp}
"""

NO_LOOKUPS = "dns = false\nrdap = false"

_TICKS = os.sysconf("SC_CLK_TCK")
_LISTENING = re.compile(r"SMTP on 127\.0\.0\.1:(\d+)")


@dataclass
class Running:
    """A server that runs.   port: of SMTP on 127.0.0.1."""

    process: "subprocess.Popen[str]"
    port: int

    @property
    def family(self) -> list[int]:
        """Its process and all below it."""
        return [self.process.pid, *descendants(self.process.pid)]

    def cpu_s(self) -> float:
        """CPU time of all its processes, those that ended included."""
        return sum(_cpu_s(process_id) for process_id in self.family)

    def peak_bytes(self) -> int:
        """The most memory that the listener alone has held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def stop(self) -> None:
        """Tell it to stop, and wait."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        finally:
            self.process.kill()
            self.end()

    def end(self) -> None:
        """Wait for the end of its process, and let go of its output."""
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def write_config(
    folder: Path,
    *,
    workers: int = 2,
    port: int = 0,
    smtp: str = "",
    lookups: str = NO_LOOKUPS,
    store: str = "",
    name: str = "abusedesk.toml",
) -> Path:
    """Settings for that store, else for one of its own in the folder."""
    path, url = folder / name, store or f"sqlite:///{folder}/abusedesk.db"
    path.write_text(CONFIG.format(store=url, workers=workers, port=port, smtp=smtp, lookups=lookups))
    return path


def start(command: list[str], *, log: Path | None = None) -> Running:
    """Start a server that says "SMTP on 127.0.0.1:port".   Raises RuntimeError when it ends instead."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with (log or Path(os.devnull)).open("a") as errors:
        process = subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, stderr=errors, text=True, env=environment)
    assert process.stdout is not None
    for line in process.stdout:
        if found := _LISTENING.search(line):
            return Running(process, int(found[1]))
    raise RuntimeError(f"{command[0]} did not start: exit {process.wait()}")


@contextmanager
def serving(config: Path) -> Iterator[Running]:
    """Our own service."""
    running = start(["intake.cli", "serve", "--config", str(config)], log=config.with_name("serve.log"))
    try:
        yield running
    finally:
        running.stop()


def descendants(process_id: int) -> Iterator[int]:
    """All processes below one; none when it is gone."""
    try:
        for thread in Path(f"/proc/{process_id}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield int(child)
                yield from descendants(int(child))
    except OSError:
        return


def wait_for(port: int, seconds: float = 20.0) -> None:
    """Until somebody listens there.   Raises TimeoutError."""
    import socket

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"nobody listens on {port}")


def _cpu_s(process_id: int) -> float:
    try:
        numbers = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(number) for number in numbers[11:15]) / _TICKS
