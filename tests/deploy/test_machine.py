"""Who follows the operators' pages on a Debian has a service: their lines with `sudo` are typed on a machine that is booted for it."""

import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.deploy.machine import Machine, booted, require
from tests.deploy.wheels import Unavailable
from tests.test_docs import COMMANDS

MAIL = """\
import smtplib
door = smtplib.SMTP(timeout=60)
print(door.connect("127.0.0.1", 8025)[0])
try:
    door.sendmail("you@reporter.example", ["abuse@example-host.jp"], {text!r})
except smtplib.SMTPDataError as error:
    print(error.smtp_code, error.smtp_error.decode())
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with ExitStack() as until_then:
        try:
            require(tmp_path / "probe")
            folder = until_then.enter_context(tempfile.TemporaryDirectory(dir=_fast_disk(tmp_path)))
            machine = until_then.enter_context(booted(Path(folder) / "machine"))
        except Unavailable as why:
            pytest.skip(str(why))
        yield machine


def _fast_disk(otherwise: Path) -> Path:
    """Memory, where a disk may lie in it and has room: three times as fast."""
    memory = Path("/dev/shm")
    forbidden = os.ST_NOEXEC | os.ST_NODEV | os.ST_NOSUID
    fits = memory.exists() and not os.statvfs(memory).f_flag & forbidden and shutil.disk_usage(memory).free > 8 << 30
    return memory if fits else otherwise


def lines(page: str, *, containers: bool = False) -> list[str]:
    """The lines of a page that are typed with sudo.   containers: those for a container, else those for a service."""
    found = [command.line for command in COMMANDS if command.page.name == page and command.line.startswith("sudo ")]
    return [line for line in found if containers == ("podman-compose" in line or "deploy/.env" in line)]


def hand_in(machine: Machine, text: str) -> str:
    """The greeting of the service, and its answer to a mail."""
    return machine.type(f"python3 -c {shlex.quote(MAIL.format(text=text))}")


# One test, since each step stands on the one before.
@pytest.mark.timeout(600)
def test_the_lines_with_sudo_make_a_service_and_bring_its_store_back(machine: Machine) -> None:
    for line in lines("running.md"):
        machine.type(line)
    assert machine.type("systemctl is-enabled abusedesk-smtp.socket abusedesk.service").split() == ["enabled", "enabled"]
    assert machine.type("abusedesk health") == "ready\n"
    assert re.match(r"220\n550 .*\(R-[\w-]+\)", hand_in(machine, "Subject: one\r\n\r\nhello\r\n"))
    _finds_manual_and_completions(machine)
    _takes_mail_while_it_restarts(machine)

    backup, stop, restore, verify, start = lines("backup.md")
    copy = Path(machine.type(backup).strip())
    hand_in(machine, "Subject: three, after the copy\r\n\r\nhello\r\n")
    machine.type(stop)
    assert "refused" in machine.type(f"! python3 -c {shlex.quote(MAIL.format(text=''))} 2>&1")  # and no mail starts it again
    machine.type(re.sub(r"abusedesk-\d{8}T\d{6}Z\.db", copy.name, restore))
    assert machine.type(verify).startswith("2 mails re-hashed, 0 damaged\n")
    machine.type(start)
    assert machine.type("abusedesk health") == "ready\n"
    hand_in(machine, "Subject: four\r\n\r\nhello\r\n")
    assert machine.type(verify).startswith("3 mails re-hashed, 0 damaged\n")


def _takes_mail_while_it_restarts(machine: Machine) -> None:
    machine.type("sudo systemctl restart --no-block abusedesk.service")
    assert hand_in(machine, "Subject: two\r\n\r\nhello\r\n").startswith("220\n550 ")


def _finds_manual_and_completions(machine: Machine) -> None:
    assert len(machine.type("man --where abusedesk abusedesk.toml").split()) == 2
    assert machine.type("zsh -c 'autoload -Uz compinit && compinit -u && print $_comps[abusedesk]'") == "_abusedesk\n"
    assert "serve" in machine.type("fish -c 'complete --do-complete \"abusedesk \"'")
    assert "_abusedesk" in machine.type("source /usr/share/bash-completion/completions/abusedesk && complete -p abusedesk")


# What the kernel of a machine of tests may not lend to a container: control groups, and limits above its own.
CONTAINERS = """\
[containers]
cgroups = "disabled"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
env = ["BUILDAH_ISOLATION=chroot"]
"""


@pytest.mark.skipif("CONTAINERS" not in os.environ, reason="it takes a minute: make containers")
@pytest.mark.timeout(600)
def test_the_lines_for_containers_make_a_service_and_its_store(machine: Machine) -> None:
    machine.run("tee", "/etc/containers/containers.conf", given=CONTAINERS)
    machine.run("sh", given=(Path(__file__).parent / "stand-ins").read_text())
    for line in lines("running.md", containers=True):
        machine.type(line)
    service = machine.type("sudo podman ps --quiet --filter label=com.docker.compose.service=abusedesk").strip()
    assert machine.type(f"timeout 60 sh -c 'until sudo podman exec {service} abusedesk health; do sleep 1; done'") == "ready\n"
    assert hand_in(machine, "Subject: one\r\n\r\nhello\r\n").startswith("220\n550 ")
    assert machine.type(f"sudo podman exec {service} abusedesk verify").startswith("1 mails re-hashed, 0 damaged\n")
    assert machine.type(f"sudo podman exec {service} id --user --name") == "abusedesk\n"
    assert "Read-only file system" in machine.type(f"! sudo podman exec {service} touch /opt/abusedesk/x 2>&1")


def test_a_line_with_sudo_is_on_a_page_that_is_followed_there() -> None:
    assert {command.page.name for command in COMMANDS if command.line.startswith("sudo ")} == {"running.md", "backup.md"}
