"""What operators are given works: the unit is tight, the alarms exist, and a backup comes back whole."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import load_settings
from intake.metrics import Metrics
from intake.pool import staffed_pool
from storage.engine import open_engine, reading, writing
from storage.migrations import check, upgrade
from storage.queries import show_submission
from storage.record import record
from storage.writer import Writer
from tests.storage.entries import entry

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def exposed_metrics(tmp_path: Path) -> set[str]:
    """The names that /metrics has, with the ends that Prometheus gives them."""
    from config.policy import Policy
    from config.sections import Workers

    url = f"sqlite:///{tmp_path}/metrics.db"
    upgrade(url)
    engine = open_engine(url)
    text = Metrics(staffed_pool(Policy(), Workers(count=1)), Writer(url), engine).text().decode()
    engine.dispose()
    return set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))


def metrics_in(text: str) -> set[str]:
    return {name.removesuffix("_bucket") for name in re.findall(r"\babusedesk_\w+", text)}


@pytest.mark.parametrize("name", ["prometheus/alerts.yaml", "grafana/dashboard.json"])
def test_every_metric_that_is_looked_at_exists(tmp_path: Path, name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    assert metrics_in(text)
    assert metrics_in(text) <= exposed_metrics(tmp_path)


def test_every_metric_is_in_the_operators_page(tmp_path: Path) -> None:
    page = (ROOT / "docs/operators/running.md").read_text("utf-8")
    assert {name for name in exposed_metrics(tmp_path) if not name.endswith("_created")} == metrics_in(page)


def test_the_files_can_be_read() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"][0]["rules"]
    assert all(rule["alert"] and rule["expr"] and rule["annotations"]["summary"] for rule in rules)
    assert json.loads((DEPLOY / "grafana/dashboard.json").read_text())["panels"]
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert services["abusedesk"]["read_only"] is True
    load_settings(DEPLOY / "abusedesk.toml")


def test_the_image_holds_every_floor_and_the_settings_it_names_exist() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    floors = {
        one.partition(".")[0] for one in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    }
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    assert floors <= {word for line in copied for word in line.split()}
    assert all((ROOT / word).exists() for line in copied for word in line.split())
    assert "USER abusedesk" in text


def test_the_unit_is_rated_as_the_page_says() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    unit = DEPLOY / "systemd/abusedesk.service"
    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", unit], capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for abusedesk\.service: ([\d.]+)", done.stdout)
    if found is None:
        pytest.skip(f"systemd-analyze cannot rate it here: {done.stderr}")
    assert float(found[1]) <= 1.5
    assert "below 1.5" in (ROOT / "docs/operators/running.md").read_text("utf-8")


def run(script: str, *arguments: Path, code: int = 0) -> str:
    done = subprocess.run([DEPLOY / script, *arguments], capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout.strip()


def test_a_copy_that_is_made_while_the_store_is_written_comes_back_whole(tmp_path: Path) -> None:
    store = tmp_path / "abusedesk.db"
    url = f"sqlite:///{store}"
    upgrade(url)
    kept = record(url, entry(1))
    engine = open_engine(url)
    with writing(engine):  # somebody is in the middle of a transaction
        copy = Path(run("backup", store, tmp_path / "copies"))
    late = record(url, entry(2))
    engine.dispose()
    run("restore", copy, store)
    check(url)
    engine = open_engine(url)
    with reading(engine) as connection:
        assert show_submission(connection, kept.reference) is not None
        assert show_submission(connection, late.reference) is None  # came after the copy
    engine.dispose()
    assert (tmp_path / "abusedesk.db.before-restore").exists()


def test_what_is_no_store_is_not_backed_up(tmp_path: Path) -> None:
    run("backup", tmp_path / "absent.db", tmp_path / "copies", code=1)
    assert not list((tmp_path / "copies").glob("*.db"))


def test_a_store_that_is_in_use_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"x")
    (tmp_path / "abusedesk.db").write_bytes(b"old")
    (tmp_path / "abusedesk.db-wal").write_bytes(b"not written back yet")
    run("restore", tmp_path / "copy.db", tmp_path / "abusedesk.db", code=75)
    assert (tmp_path / "abusedesk.db").read_bytes() == b"old"


INSTRUCTIONS = {"FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order, lines that go on put together."""
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Dockerfile").read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def test_the_image_is_written_in_instructions_that_there_are() -> None:
    """It is read here, and built in test_machine.py."""
    assert {name for name, _ in instructions()} <= INSTRUCTIONS
    assert instructions()[0][0] == "FROM"
    for name, rest in instructions():
        if name in ("ENTRYPOINT", "CMD"):
            assert all(isinstance(word, str) for word in json.loads(rest))
        if name == "HEALTHCHECK":
            assert json.loads(rest.partition(" CMD ")[2]) == ["abusedesk", "health"]
        if name == "RUN":
            assert subprocess.run(["sh", "-n", "-c", rest], capture_output=True, check=False).returncode == 0, rest
    stages = {rest.partition(" AS ")[2] for name, rest in instructions() if name == "FROM"} - {""}
    assert {rest.partition("--from=")[2].partition(" ")[0] for name, rest in instructions() if "--from=" in rest} <= stages
    names = [name for name, _ in instructions()]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert not any("latest" in rest or ":" not in rest for name, rest in instructions() if name == "FROM")


def test_the_images_environment_sets_keys_that_there_are() -> None:
    from config.sections import SECTIONS, keys_of

    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["abusedesk"]["environment"]
    text = " ".join(rest for name, rest in instructions() if name == "ENV")
    names = [*re.findall(r"ABUSEDESK_(\w+?)__(\w+)", text), *re.findall(r"ABUSEDESK_(\w+?)__(\w+)", " ".join(compose))]
    assert names
    for section, key in names:
        assert key.lower() in keys_of(section.lower()), (section, key)
        assert section.lower() in SECTIONS


def test_the_services_are_wired_to_each_other() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services, volumes = compose["services"], compose["volumes"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= services.keys()
        named = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        assert {name for name in named if not name.startswith((".", "/"))} <= volumes.keys()
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    build = services["abusedesk"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
    exposed = next(rest for name, rest in instructions() if name == "EXPOSE").split()
    assert {port.rpartition(":")[2] for port in services["abusedesk"]["ports"]} <= set(exposed)
    assert services["abusedesk"]["cap_drop"] == ["ALL"]
