"""The recipe for Exim, in front of the real service: reports arrive, and refusals come back as Exim's own bounce."""

import os
import smtplib
import time
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.notices.smarthost_server import SmarthostServer
from tests.notices.test_correspondent import report
from tests.operators.exim import find_exim, running_exim
from tests.operators.test_postfix import config, folder, reporter, serving, stored  # noqa: F401 # fixtures

RECIPES = Path(__file__).parents[2] / "docs" / "operators" / "exim"


def test_abuse_is_delivered_by_exim(folder: Path, config: Path, reporter: SmarthostServer) -> None:  # noqa: F811
    program = find_exim()
    if program is None:
        complaint = "Exim is not unpacked, its user is not there, or this is not root: .ci/packages"
        pytest.fail(complaint) if os.environ.get("CI") == "true" else pytest.skip(complaint)
    assert program is not None
    router = (RECIPES / "router.conf").read_text("utf-8")
    with serving(config) as port:
        transport = (RECIPES / "transport.conf").read_text("utf-8").replace("port = 8025", f"port = {port}")
        assert f"port = {port}" in transport
        with running_exim(program, folder, bounces=reporter.address.port, router=router, transport=transport) as exim:
            for number, ip in enumerate(("203.0.113.9", "198.51.100.7"), 1):
                with smtplib.SMTP("127.0.0.1", exim.port, timeout=30) as smtp:
                    to = ["abuse@example-host.jp" if number == 1 else "abuse+spam@example-host.jp"]
                    assert smtp.sendmail("you@reporter.example", to, report(ip=ip, number=number)) == {}
            for _ in range(600):
                if reporter.taken and len(stored(config)) == 2:
                    break
                time.sleep(0.05)
            assert sorted(reason for reason, *_ in stored(config)) == ["out-of-network", "sender-in-network"], exim.log
            assert len(reporter.taken) == 1, exim.log
    (bounce,) = reporter.taken
    assert bounce.rcpt_to == ["you@reporter.example"]
    message = message_from_bytes(bounce.raw)
    assert "Mailer-Daemon" in message["From"]
    words = " ".join(bounce.raw.decode("latin-1").split())
    assert "[out-of-network]" in words
    assert "198.51.100.7 is not under our management" in words
