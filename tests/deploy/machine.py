"""A Debian to change: this machine's own disk under an overlay that is thrown away, booted by its own systemd, with its own network."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.wheels import PATH, ROOT, wheels

OPERATOR = "admin"  # who types the lines, and may use sudo
HOME = f"/home/{OPERATOR}"
PROGRAMS = ("systemd-nspawn", "sudo", "nsenter", "unshare", "/usr/lib/systemd/systemd")
INDEX = {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/srv/wheels"}
DISK = "mount -t overlay overlay -o lowerdir=/,upperdir={folder}/upper,workdir={folder}/work {folder}/root\n"
# Up to basic.target: sockets are there, and none of the services that this machine happens to have.
# Containers have a disk of their own, since an overlay cannot lie on another.
BOOT = """\
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn --quiet --directory={folder}/root --boot --machine={name} --register=no --keep-unit --private-network \
    --bind={folder}/containers:/var/lib/containers --link-journal=no --resolv-conf=off --timezone=off --console=pipe \
    --kill-signal=SIGKILL systemd.unit=basic.target
"""
MOVE_IN = f"useradd --create-home --shell /bin/bash {OPERATOR} && chown -R {OPERATOR}: {HOME}"


@dataclass(frozen=True)
class Machine:
    """leader: the process here that is the first one there."""

    leader: int

    def type(self, line: str) -> str:
        """What a line prints that the operator types in a copy of the repository."""
        return self.run("runuser", "-u", OPERATOR, "--", "bash", "-c", f"cd {HOME}/abusedesk && {line}")

    def run(self, *words: str, given: str = "") -> str:
        """What a program prints that is started there, as root.   given: what it reads."""
        command = ["nsenter", f"--target={self.leader}", "--all", "--wdns=/", "--", *words]
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, check=False, timeout=300, env={"PATH": PATH, "LANG": "C.UTF-8", **INDEX}
        )
        assert done.returncode == 0, f"{words[-1]}: {done.stdout}{done.stderr}"
        return done.stdout


@contextmanager
def booted(folder: Path) -> Iterator[Machine]:
    """A machine that has come up, with a copy of the repository and somebody who may use sudo."""
    _lay_disk(folder)
    _furnish(folder / "upper")
    script = (DISK + BOOT).format(folder=folder, name=f"abusedesk-{os.getpid()}")
    with (folder / "console").open("wb") as console:
        process = subprocess.Popen(["unshare", "--mount", "sh", "-ec", script], stdin=subprocess.DEVNULL, stdout=console, stderr=console)
    try:
        machine = Machine(_leader(process, folder / "console"))
        machine.run("sh", "-c", MOVE_IN)
        yield machine
    finally:
        process.terminate()  # it switches the machine off
        process.wait(timeout=60)
        shutil.rmtree(folder)


def what_is_missing(folder: Path) -> str:
    """Why no machine can be booted here, or ""."""
    missing = [f"{program} is not installed" for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return ", ".join(missing)
    _lay_disk(folder)
    done = subprocess.run(["unshare", "--mount", "sh", "-ec", DISK.format(folder=folder)], capture_output=True, text=True, check=False)
    return done.stderr.strip()


def _lay_disk(folder: Path) -> None:
    for name in ("upper", "work", "root", "containers"):
        (folder / name).mkdir(parents=True)


def _furnish(disk: Path) -> None:
    left_out = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "site", "var", "tests", "fixtures")
    shutil.copytree(ROOT, disk / HOME.lstrip("/") / "abusedesk", ignore=left_out)
    shutil.copytree(wheels(), disk / "srv/wheels")
    sudoers = disk / "etc/sudoers.d" / OPERATOR
    sudoers.parent.mkdir(parents=True)
    sudoers.write_text(f'{OPERATOR} ALL=(ALL) NOPASSWD: ALL\nDefaults env_keep += "PIP_*"\n')


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
