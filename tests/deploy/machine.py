"""A Debian to change: this machine's own disk under an overlay that is thrown away, booted by its own systemd, with its own network."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.wheels import PATH, ROOT, Unavailable, wheels

OPERATOR = "admin"  # who types the lines, and may use sudo
HOME = f"/home/{OPERATOR}"
TREES = ("/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd")
PROGRAMS = ("systemd-nspawn", "sudo", "nsenter", "setpriv", "unshare", "/usr/lib/systemd/systemd")
PYTHON = "import ensurepip, sys; sys.exit(None if sys.version_info >= (3, 11) else 'the Python of this machine is too old')"
INDEX = {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/srv/wheels"}
DISK = "mount -t overlay overlay -o lowerdir=/,upperdir={folder}/upper,workdir={folder}/work {folder}/root\n"
# A control group of its own, so that two machines do not meet; then up to basic.target: sockets are there, and none of the services that
# this machine happens to have.  Containers have a disk of their own, since an overlay cannot lie on another.
BOOT = """\
for tree in {trees}; do mkdir $tree/{name}; echo $$ >$tree/{name}/cgroup.procs; done
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn --quiet --directory={folder}/root --boot --machine={name} --register=no --keep-unit --private-network \
    --bind={folder}/containers:/var/lib/containers --link-journal=no --resolv-conf=off --timezone=off --console=pipe \
    --kill-signal=SIGKILL systemd.unit=basic.target
"""
# It all ends with the test, however that ends.
ALONE = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-ec"]
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
    """A machine that has come up, with a copy of the repository and somebody who may use sudo.   Raises Unavailable."""
    _lay_disk(folder)
    _furnish(folder / "upper")
    name = f"abusedesk-{os.getpid()}"
    trees = [tree for tree in map(Path, TREES) if (tree / "cgroup.procs").exists()]
    script = (DISK + BOOT).format(folder=folder, name=name, trees=" ".join(map(str, trees)))
    with (folder / "console").open("wb") as console:
        process = subprocess.Popen([*ALONE, script], stdin=subprocess.DEVNULL, stdout=console, stderr=console)
    try:
        machine = Machine(_leader(process, folder / "console"))
        machine.run("sh", "-c", MOVE_IN)
        yield machine
    finally:
        process.kill()
        process.wait(timeout=60)
        for tree in trees:
            _leave(tree / name)
        shutil.rmtree(folder)


def require(folder: Path) -> None:
    """Raises Unavailable where no machine can be booted."""
    missing = [f"{program} is not installed" for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        raise Unavailable(", ".join(missing))
    _lay_disk(folder)
    for command in (["unshare", "--mount", "sh", "-ec", DISK.format(folder=folder)], ["/usr/bin/python3", "-c", PYTHON]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Unavailable(done.stderr.strip())


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
    """The first process of a machine, once it is up.   Raises Unavailable."""
    for _ in range(600):
        if process.poll() is not None:
            break
        for nspawn in _children(process.pid):
            for child in _children(nspawn):
                command = ["nsenter", f"--target={child}", "--all", "systemctl", "is-system-running"]
                if subprocess.run(command, capture_output=True, check=False).stdout.strip() in (b"running", b"degraded"):
                    return child
        time.sleep(0.1)
    raise Unavailable(f"no machine comes up here: {console.read_text('utf-8', 'replace').strip()}")


def _leave(group: Path) -> None:
    """Remove a control group, once the last process in it is gone."""
    for _ in range(600):
        subprocess.run(["find", group, "-depth", "-type", "d", "-delete"], capture_output=True, check=False)
        if not group.exists():
            return
        time.sleep(0.1)
    raise AssertionError(f"somebody is left in {group}")


def _children(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []
