"""The whole service: a report comes in by SMTP, the registry is asked, the letter arrives, other systems hear."""

import re
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from faults.rdap_server import rdap_server, says
from tests.notices import registry_answers
from tests.notices.smarthost_server import smarthost_server
from tests.notices.test_correspondent import report
from tests.notices.test_errands import system

CONFIG = """\
[network]
prefixes = ["203.0.113.0/24"]
routable = ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"]
[receivers]
trusted = ["mx.reporter.example"]
[lookups]
resolver = "127.0.0.1:1"
dkim = false
rdap_server = "{rdap}"
[workers]
count = 1
[policy]
desk_addresses = ["abuse@example-host.jp"]
[storage]
url = "{url}"
[web]
listen = "127.0.0.1:0"
[smtp]
listen = ["127.0.0.1:0"]
[notices]
enabled = true
smarthost = "{smarthost}"
reporters = ["@reporter.example"]
webhooks = ["{webhook}"]
webhook_secret = "a secret"
"""


@contextmanager
def serving(config: Path) -> Iterator[int]:
    """The service as a process; gives its port."""
    command = [sys.executable, "-m", "intake.cli", "serve", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"SMTP on 127\.0\.0\.1:(\d+)", process.stdout.readline())
        try:
            assert found, process.stderr.read() if process.stderr else ""
            yield int(found[1])
        finally:
            process.terminate()
            process.communicate(timeout=60)


def test_after_the_answer_everybody_hears_what_they_should(url: str, tmp_path: Path) -> None:
    config = tmp_path / "abusedesk.toml"
    with smarthost_server() as smarthost, system() as other, rdap_server(says(registry_answers.arin())) as registry:
        config.write_text(CONFIG.format(rdap=registry.url, url=url, smarthost=smarthost.address, webhook=other.url))
        with serving(config) as port, smtplib.SMTP("127.0.0.1", port, timeout=30) as smtp:
            told = ""
            try:
                smtp.sendmail("you@reporter.example", ["abuse@example-host.jp"], report())
            except smtplib.SMTPDataError as error:
                told = str(error.smtp_error)
            for _ in range(600):
                if smarthost.taken and other.posted:
                    break
                time.sleep(0.05)
            again = ""
            try:
                smtp.sendmail("me@reporter.example", ["abuse@example-host.jp"], report(number=2))
            except smtplib.SMTPDataError as error:
                again = str(error.smtp_error)
    assert "[out-of-network]" in told
    assert "abuse@other-host.example" not in told  # nobody waited for the registry
    letter = message_from_bytes(smarthost.taken[0].raw, policy=default)
    assert isinstance(letter, EmailMessage)
    assert "please report to abuse@other-host.example" in letter.get_content()
    assert len(other.posted) == 1
    assert "please report to abuse@other-host.example" in again  # known by now
    assert len(registry.asked) == 1


def test_letters_without_an_address_to_write_from_are_an_error_of_the_configuration(url: str, tmp_path: Path) -> None:
    config = tmp_path / "abusedesk.toml"
    config.write_text(f'[storage]\nurl = "{url}"\n[lookups]\nrdap = false\n[notices]\nenabled = true\n')
    done = subprocess.run(
        [sys.executable, "-m", "intake.cli", "serve", "--config", str(config)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, "notices.sender" in done.stderr) == (78, True)
