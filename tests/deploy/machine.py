"""A Debian to change: this machine's own disk under an overlay that is thrown away, booted by its own systemd, with its own network."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
OPERATOR = "admin"  # who types the lines, and may use sudo
HOME = f"/home/{OPERATOR}"
PROGRAMS = ("systemd-nspawn", "sudo", "nsenter", "unshare", "/usr/lib/systemd/systemd")
DISK = "mount -t overlay overlay -o lowerdir=/,upperdir={folder}/upper,workdir={folder}/work {folder}/root\n"
# Up to basic.target: sockets are there, and none of the services that this machine happens to have.
BOOT = """\
exec systemd-nspawn --quiet --directory={folder}/root --boot --machine={name} --register=no --keep-unit --private-network \
    --link-journal=no --resolv-conf=off --timezone=off --console=pipe systemd.unit=basic.target
"""
MOVE_IN = f"useradd --create-home --shell /bin/bash {OPERATOR} && chown -R {OPERATOR}: {HOME}"


@dataclass(frozen=True)
class Machine:
    """leader: the process here that is the first one there."""

    leader: int

    def type(self, line: str, *, online: bool = False) -> str:
        """What a line prints that the operator types in a copy of the repository.   online: with this machine's network, not its own."""
        spaces = ["--mount", "--uts", "--ipc", "--pid", "--cgroup"] if online else ["--all"]
        return self.run(spaces, "runuser", "-u", OPERATOR, "--", "bash", "-c", f"cd {HOME}/abusedesk && {line}")

    def run(self, spaces: list[str], *words: str) -> str:
        """What a program prints that is started there, as root."""
        index = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **index}
        command = ["nsenter", f"--target={self.leader}", *spaces, "--wdns=/", "--", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment)
        assert done.returncode == 0, f"{words[-1]}: {done.stdout}{done.stderr}"
        return done.stdout


@contextmanager
def booted(folder: Path) -> Iterator[Machine]:
    """A machine that has come up, with a copy of the repository and somebody who may use sudo."""
    _lay_disk(folder)
    script = (DISK + BOOT).format(folder=folder, name=f"abusedesk-{os.getpid()}")
    with (folder / "console").open("wb") as console:
        process = subprocess.Popen(["unshare", "--mount", "sh", "-ec", script], stdin=subprocess.DEVNULL, stdout=console, stderr=console)
    try:
        machine = Machine(_leader(process, folder / "console"))
        machine.run(["--all"], "sh", "-c", MOVE_IN)
        yield machine
    finally:
        process.terminate()  # it shuts the machine down
        try:
            process.wait(timeout=60)
        finally:
            process.kill()
            shutil.rmtree(folder)


def what_is_missing(folder: Path) -> str:
    """Why no machine can be booted here, or ""."""
    missing = [f"{program} is not installed" for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return ", ".join(missing)
    _lay_disk(folder)
    done = subprocess.run(["unshare", "--mount", "sh", "-ec", DISK.format(folder=folder)], capture_output=True, text=True, check=False)
    shutil.rmtree(folder)
    return done.stderr.strip()


def _lay_disk(folder: Path) -> None:
    home, sudoers = folder / "upper" / HOME.lstrip("/"), folder / "upper/etc/sudoers.d"
    for one in (home, sudoers, folder / "work", folder / "root"):
        one.mkdir(parents=True)
    left_out = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "site", "var", "tests", "fixtures")
    shutil.copytree(ROOT, home / "abusedesk", ignore=left_out)
    (sudoers / OPERATOR).write_text(f'{OPERATOR} ALL=(ALL) NOPASSWD: ALL\nDefaults env_keep += "PIP_*"\n')


def _leader(process: subprocess.Popen[bytes], console: Path) -> int:
    """The first process of a machine, once it is up."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(600):
        assert process.poll() is None, console.read_text("utf-8", "replace")
        for child in children.read_text().split():
            command = ["nsenter", f"--target={child}", "--all", "systemctl", "is-system-running"]
            if subprocess.run(command, capture_output=True, check=False).stdout.strip() in (b"running", b"degraded"):
                return int(child)
        time.sleep(0.1)
    raise AssertionError(f"the machine did not come up: {console.read_text('utf-8', 'replace')}")
