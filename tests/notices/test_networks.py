"""What our autonomous systems announce is proposed, and is ours only once a person has confirmed it."""

import json
import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from sqlalchemy import select

from config.errors import ConfigError
from config.prefixes import Assignment, PrefixTable
from config.sections import LookupSettings, OwnNetwork, Settings, StorageSettings
from config.settings import build_policy, load_prefixes, load_settings
from faults.whois_server import WhoisServer, says, whois_server
from intake.aftermath import Aftermath
from notices.announced import announced_by, ask_announced, proposals
from notices.confirming import confirm
from storage.announcements import list_announced
from storage.audit import Act, verify
from storage.engine import open_engine, reading
from storage.tables import AUDIT
from tests.notices.desks import NOON

ROOT = Path(__file__).parents[2]
ROUTES = """\
route:      203.0.113.0/24
descr:      a route
origin:     AS64500
source:     RADB

route:      198.51.100.0/25
origin:     as64500
source:     RADB

route6:     2001:db8:10::/48
origin:     AS64500

route:      192.0.2.0/24
origin:     AS64666
descr:      somebody else's

route:      0.0.0.0/0
origin:     AS64500
"""
PROPOSED = ["198.51.100.0/25", "203.0.113.0/24", "2001:db8:10::/48"]


def config(tmp_path: Path, url: str, server: str, *, confirmed: str = "confirmed.csv") -> Path:
    path = tmp_path / "abusedesk.toml"
    path.write_text(
        f'[network]\nasns = [64500]\nconfirmed_file = "{confirmed}"\n[lookups]\nasn_server = "{server}"\nwhois_timeout_s = 2.0\n'
        f'[storage]\nurl = "{url}"\n'
    )
    return path


def networks(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "intake.cli", "networks", *arguments, "--config", str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_only_routes_of_that_autonomous_system_are_announced_and_none_that_is_everything() -> None:
    assert [str(one) for one in announced_by(64500, ROUTES)] == ["203.0.113.0/24", "198.51.100.0/25", "2001:db8:10::/48"]
    assert list(announced_by(6450, ROUTES)) == []


def test_what_is_announced_is_not_ours_until_it_is_confirmed(tmp_path: Path, url: str) -> None:
    with whois_server(says(ROUTES)) as server:
        path = config(tmp_path, url, server.name)
        proposed = networks(path, "propose", "--json")
        assert server.asked == ["-i origin AS64500"]
    assert proposed.returncode == 0, proposed.stderr
    assert [json.loads(line)["prefix"] for line in proposed.stdout.splitlines()] == PROPOSED
    settings = load_settings(path)
    assert load_prefixes(settings).find(ip_address("203.0.113.9")) is None
    before = build_policy(settings).version

    done = networks(path, "confirm", "203.0.113.0/24", "--by", "operator", "--note", "it is ours")
    assert (done.returncode, done.stdout) == (0, "203.0.113.0/24  AS64500  is ours from the next start on\n")
    assert load_prefixes(settings).find(ip_address("203.0.113.9")) is not None
    assert load_prefixes(settings).find(ip_address("198.51.100.9")) is None
    assert build_policy(settings).version != before
    assert networks(path, "propose", "--offline").stdout.split()[::3] == ["198.51.100.0/25", "2001:db8:10::/48"]

    engine = open_engine(url)
    with reading(engine) as connection:
        (line,) = connection.execute(select(AUDIT)).mappings()
        assert (line["actor"], line["action"], line["subject"]) == ("operator", "networks-confirmed", "203.0.113.0/24")
        assert json.loads(line["detail"]) == {"asn": 64500, "file": str(tmp_path / "confirmed.csv"), "note": "it is ours"}
        assert verify(connection).damaged is None
    engine.dispose()


def test_all_that_is_proposed_can_be_confirmed_at_once(tmp_path: Path, url: str) -> None:
    with whois_server(says(ROUTES)) as server:
        path = config(tmp_path, url, server.name)
        networks(path, "propose")
    assert networks(path, "confirm", "--all").returncode == 0
    assert (tmp_path / "confirmed.csv").read_text().splitlines()[1:] == [f"{prefix},,,," for prefix in PROPOSED]
    assert networks(path, "propose", "--offline").stdout == ""


def test_what_nobody_proposed_cannot_be_confirmed(tmp_path: Path, url: str) -> None:
    path = config(tmp_path, url, "127.0.0.1:1")
    done = networks(path, "confirm", "192.0.2.0/24")
    assert (done.returncode, done.stderr) == (66, "abusedesk: 192.0.2.0/24 is not proposed\n")
    assert not (tmp_path / "confirmed.csv").exists()


@pytest.mark.parametrize("confirmed, code", [("", 78), ("no/such/folder.csv", 78)])
def test_without_a_file_to_write_nothing_is_confirmed(tmp_path: Path, url: str, confirmed: str, code: int) -> None:
    with whois_server(says(ROUTES)) as server:
        path = config(tmp_path, url, server.name, confirmed=confirmed)
        networks(path, "propose")
    done = networks(path, "confirm", "--all")
    assert (done.returncode, done.stdout) == (code, "")
    engine = open_engine(url)
    with reading(engine) as connection:
        assert connection.execute(select(AUDIT)).all() == []
    engine.dispose()


def test_a_registry_that_does_not_answer_leaves_what_it_told_before(tmp_path: Path, url: str) -> None:
    with whois_server(says(ROUTES)) as server:
        path = config(tmp_path, url, server.name)
        networks(path, "propose")
    done = networks(path, "propose")
    assert (done.returncode, len(done.stdout.splitlines())) == (75, 3)
    assert "AS64500: 127.0.0.1:" in done.stderr


def settings_with(url: str, server: WhoisServer) -> Settings:
    lookups = LookupSettings(asn_server=server.name, whois_timeout_s=2.0)
    return Settings(network=OwnNetwork(asns=(64500,)), lookups=lookups, storage=StorageSettings(url=url))


@pytest.mark.parametrize(
    "own, left",
    [
        ((), PROPOSED),
        (("203.0.113.0/24",), ["198.51.100.0/25", "2001:db8:10::/48"]),
        (("203.0.112.0/22", "198.51.100.0/24"), ["2001:db8:10::/48"]),
        (("203.0.113.0/25", "203.0.113.128/25"), ["198.51.100.0/25", "2001:db8:10::/48"]),
        (("203.0.113.0/26", "203.0.113.192/26"), PROPOSED),
    ],
)
def test_what_is_ours_already_is_not_proposed(url: str, own: tuple[str, ...], left: list[str]) -> None:
    engine = open_engine(url)
    with whois_server(says(ROUTES)) as server:
        settings = settings_with(url, server)
        assert ask_announced(settings, engine, NOON) == []
    table = PrefixTable(Assignment(prefix=prefix) for prefix in own)
    assert [str(one.prefix) for one in proposals(settings, engine, table)] == left
    engine.dispose()


def test_the_service_asks_in_the_background_and_believes_nothing_of_it(url: str) -> None:
    import asyncio

    async def run(settings: Settings) -> None:
        aftermath = Aftermath(settings, build_policy(settings))
        aftermath.start()
        engine = open_engine(url)
        for _ in range(200):
            with reading(engine) as connection:
                if list_announced(connection, (64500,)):
                    break
            await asyncio.sleep(0.02)
        with reading(engine) as connection:
            assert len(list_announced(connection, (64500,))) == 3
        await aftermath.stop()
        engine.dispose()

    with whois_server(says(ROUTES)) as server:
        settings = settings_with(url, server)
        asyncio.run(run(settings))
        assert build_policy(settings).prefixes.size == 0


def test_the_file_is_never_half_written(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(url)
    with whois_server(says(ROUTES)) as server:
        settings = settings_with(url, server)
        ask_announced(settings, engine, NOON)
    path = tmp_path / "confirmed.csv"
    path.write_text("prefix,contractor\n192.0.2.0/24,Blue Hosting")

    def full(_: Path, __: Path) -> None:
        raise OSError(28, "No space left on device")

    proposed = proposals(settings, engine, PrefixTable())
    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        with pytest.raises(ConfigError, match="No space left"):
            confirm(engine, path, proposed, [ip_network(PROPOSED[0])], Act(actor="operator", at=NOON))
    assert path.read_text() == "prefix,contractor\n192.0.2.0/24,Blue Hosting"
    confirm(engine, path, proposed, [ip_network(PROPOSED[0])], Act(actor="operator", at=NOON))
    assert path.read_text() == f"prefix,contractor\n192.0.2.0/24,Blue Hosting\n{PROPOSED[0]},,,,\n"
    engine.dispose()
