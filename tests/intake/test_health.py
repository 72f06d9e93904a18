"""An operator sees how the service is, and systemd restarts one that is not."""

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from intake.service import Service
from tests.intake.running import REPORT, Talk

LINE = '[operation]\nlisten = ["127.0.0.1:0"]\n'


@contextmanager
def serving(config: Path) -> Iterator[Service]:
    """The whole service in a thread."""
    from config.settings import build_policy, load_settings
    from intake.pool import staffed_pool

    settings = load_settings(config)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> Service:
        service = Service(settings, staffed_pool(build_policy(settings), settings.workers))
        await service.start()
        return service

    service = asyncio.run_coroutine_threadsafe(start(), loop).result(60)
    try:
        yield service
    finally:
        asyncio.run_coroutine_threadsafe(service.stop(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def service(config: Path) -> Iterator[Service]:
    config.write_text(config.read_text() + LINE)
    with serving(config) as running:
        yield running


def asked(service: Service, path: str, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection(*service.health_addresses[0], timeout=10)
    connection.request(method, path)
    with connection.getresponse() as response:
        answer = response.status, response.read().decode()
    connection.close()
    return answer


def numbers(service: Service) -> dict[tuple[str, str], float]:
    """By name and reason."""
    families = text_string_to_metric_families(asked(service, "/metrics")[1])
    return {(one.name, one.labels.get("reason", one.labels.get("kind", ""))): one.value for family in families for one in family.samples}


def test_a_service_that_runs_is_alive_and_ready(service: Service) -> None:
    assert asked(service, "/livez") == (200, "alive\n")
    assert asked(service, "/readyz") == (200, "ready\n")
    assert asked(service, "/elsewhere")[0] == 404
    assert asked(service, "/livez", "POST")[0] == 405
    assert asked(service, "/livez", "HEAD") == (200, "")


def test_what_was_received_is_counted(service: Service) -> None:
    before = numbers(service)
    assert before["abusedesk_workers", ""] == 1
    for _ in range(2):
        with Talk(service.addresses[0]) as talk:
            talk.greet().begin()
            talk.send(REPORT + b".\r\n")
            assert talk.reply().startswith("550")
    after = numbers(service)
    assert sum(value for (name, _), value in after.items() if name == "abusedesk_submissions_total") == 1
    assert after["abusedesk_repeats_total", ""] == 1
    assert after["abusedesk_commit_seconds_count", ""] == 2
    assert after["abusedesk_dead_notices", ""] == 0


def test_a_store_that_is_away_is_not_ready(service: Service, config: Path) -> None:
    (config.parent / "abusedesk.db").rename(config.parent / "elsewhere.db")
    service._engine.dispose()
    (config.parent / "abusedesk.db").mkdir()
    assert asked(service, "/readyz") == (503, "the store does not answer\n")
    (config.parent / "abusedesk.db").rmdir()
    (config.parent / "elsewhere.db").rename(config.parent / "abusedesk.db")


@pytest.mark.parametrize("said", [b"\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET " + b"a" * 100_000 + b"\r\n\r\n", b"GET\r\n\r\n"])
def test_what_is_no_request_ends_the_connection_only(service: Service, said: bytes) -> None:
    with socket.create_connection(service.health_addresses[0], timeout=10) as one:
        one.sendall(said)
        one.shutdown(socket.SHUT_WR)
        try:
            while one.recv(4_096):
                pass
        except ConnectionResetError:
            pass
    assert asked(service, "/livez")[0] == 200


def test_health_asks_the_running_service(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config.write_text(config.read_text() + LINE.replace(":0", f":{port}"))
    command = [sys.executable, "-m", "intake.cli", "health", "--config", str(config)]
    away = subprocess.run(command, capture_output=True, text=True, check=False)
    assert away.returncode == 69
    with serving(config):
        ready = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ready.returncode, ready.stdout) == (0, "ready\n")


def test_health_without_an_address_is_an_error_of_the_configuration(config: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "intake.cli", "health", "--config", str(config)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "operation.listen" in done.stderr) == (78, True)


def test_systemd_is_told_that_the_service_is_ready_and_that_it_lives(config: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(60)
        environment = os.environ | {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
        command = [sys.executable, "-m", "intake.cli", "serve", "--config", str(config)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        heard = [systemd.recv(100) for _ in range(4)]
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=60)
    assert heard == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"WATCHDOG=1"]
    assert process.returncode == 0
    assert all(json.loads(line)["event"] for line in log.splitlines())
